import { completedCheck } from '../platform/github/check.ts';
import { aggregateCheck } from '../run/publish.ts';
import { type ActionsRuntime, readState, saveState } from '../runtime/actions/index.ts';

/** What a step leaves for its `post` part: what it was about, and whether it came to its end. */
const started = 'trainyard-step';
const ended = 'trainyard-ended';
const cancelled = 'trainyard-cancelled';

/**
 * What the `post` part tidies when a step is killed: a check that it holds open, a bundle that others wait for, a
 * deployment that is half-way.
 */
export type Duty = 'check' | 'bundle' | 'deployment' | 'none';

/**
 * Runs a step so that its `post` part knows what to tidy when it never comes to its end. One that was cancelled could not
 * ask GitHub for anything any more, so its check may be open; its bundle it has handed over by itself.
 */
export async function guarded(
  { signal }: ActionsRuntime,
  duty: Duty,
  work: () => Promise<number>,
): Promise<number> {
  if (duty === 'none') return work();
  saveState(started, duty);
  signal.addEventListener('abort', () => saveState(cancelled, 'yes'), { once: true });
  const exit = await work();
  if (duty === 'bundle' || !signal.aborted) saveState(ended, 'yes');
  return exit;
}

/**
 * The `post` part of a step: nothing, unless the step was cancelled or killed. Then the check it held open, if it is
 * still open, is closed as cancelled; a job that trains ends runs that would go on elsewhere, and says in its
 * bundle that it was cancelled; a deployment is finished or turned back.
 */
export async function post(runtime: ActionsRuntime): Promise<number> {
  const duty = readState(started);
  if (duty === null || readState(ended) !== null) return 0;
  if (duty === 'check') await closeCheck(runtime);
  if (duty === 'bundle') await leaveWord(runtime);
  if (duty === 'deployment') {
    const { tidyDeployment } = await import('./deploy.ts');
    await tidyDeployment(runtime, { cancelled: readState(cancelled) !== null });
  }
  return 0;
}

async function closeCheck(runtime: ActionsRuntime): Promise<void> {
  const { openSite } = await import('./site.ts');
  const { platform, client } = openSite(runtime, 'write');
  const { headSha, runId } = await platform.context();
  if (headSha === null) return;
  const own = { headSha, name: aggregateCheck, externalId: runId ?? '' };
  if ((await completedCheck(client, own)) !== null) return;
  const summary =
    'The step that judges was ended before it had a verdict: the job was cancelled or timed out.';
  await platform.ensureCheck({
    ...{ ...own, summary },
    ...{ status: 'completed', conclusion: 'cancelled', title: 'Cancelled', text: '', annotations: [] },
  });
}

async function leaveWord(runtime: ActionsRuntime): Promise<void> {
  const { cancelAbandoned, handOverCancelled } = await import('./train.ts');
  await cancelAbandoned(runtime);
  await handOverCancelled(runtime);
}
