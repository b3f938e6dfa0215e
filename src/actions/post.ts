import { aggregateCheck } from '../run/publish.ts';
import { type ActionsRuntime, readState, saveState } from '../runtime/actions/index.ts';

/** What a step leaves for its `post` part: what it was about, and whether it came to its end. */
const started = 'trainyard-step';
const ended = 'trainyard-ended';

/** What the `post` part tidies when a step is killed: a check that it holds open, or a bundle that others wait for. */
export type Duty = 'check' | 'bundle' | 'none';

/** Runs a step so that its `post` part knows what to tidy when it never comes to its end. */
export async function guarded(duty: Duty, work: () => Promise<number>): Promise<number> {
  if (duty === 'none') return work();
  saveState(started, duty);
  const exit = await work();
  saveState(ended, 'yes');
  return exit;
}

/**
 * The `post` part of a step: nothing, unless the step was killed (the job was cancelled and its time ran out). Then the
 * check it held open is closed as cancelled; a job that trains ends runs that would go on elsewhere, and says in its
 * bundle that it was cancelled.
 */
export async function post(runtime: ActionsRuntime): Promise<number> {
  const duty = readState(started);
  if (duty === null || readState(ended) !== null) return 0;
  if (duty === 'check') await closeCheck(runtime);
  if (duty === 'bundle') await leaveWord(runtime);
  return 0;
}

async function closeCheck(runtime: ActionsRuntime): Promise<void> {
  const { openSite } = await import('./site.ts');
  const { platform } = openSite(runtime, 'write');
  const { headSha, runId } = await platform.context();
  const summary =
    'The step that judges was ended before it had a verdict: the job was cancelled or timed out.';
  await platform.ensureCheck({
    ...{ name: aggregateCheck, headSha, externalId: runId ?? '', summary },
    ...{ status: 'completed', conclusion: 'cancelled', title: 'Cancelled', text: '', annotations: [] },
  });
}

async function leaveWord(runtime: ActionsRuntime): Promise<void> {
  const { cancelAbandoned, handOverCancelled } = await import('./train.ts');
  await cancelAbandoned(runtime);
  await handOverCancelled(runtime);
}
