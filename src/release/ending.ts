import { UpstreamError } from '../core/errors.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';
import { type Journal, placementOf } from './journal.ts';
import { sentenceOf } from './notice.ts';
import { notify } from './notify.ts';
import { show } from './show.ts';
import * as state from './state.ts';
import { steadily } from './steady.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/** Closes a deployment that went all the way. */
export async function finish(deps: ReleaseDeps, journal: Journal): Promise<DeployResult> {
  const now = deps.runtime.clock.now().toISOString();
  await journal.write('succeeded', (books) => state.succeeded(books, now));
  await show(deps, journal);
  const { record } = journal.books;
  return told(deps, { result: 'succeeded', record, reason: sentenceOf(record), exit: 0 });
}

/** Leaves a deployment where it is, for a person to decide. */
export async function hold(deps: ReleaseDeps, journal: Journal, reason: string): Promise<DeployResult> {
  await journal.write('held', (books) => state.held(books, reason));
  await show(deps, journal);
  const { record } = journal.books;
  return told(deps, { result: 'held', record, reason: sentenceOf(record), exit: 4 });
}

/** How a deployment that did not go all the way ends. */
export type Ending = NonNullable<DeploymentRecord['ending']>;

const exits = { 'rolled-back': 1, failed: 3, aborted: 0 } as const;

/**
 * Puts back what was live before and closes the deployment: written down first, so that whoever finds it half done goes on
 * in the same direction. A ledger that cannot be written keeps nothing back: the next reconcile finds the target as it is.
 * The target is asked afterwards whether it is so.
 */
export async function turnBack(
  deps: ReleaseDeps,
  journal: Journal,
  ending: Ending,
  reason: string,
): Promise<DeployResult> {
  const { runtime, target } = deps;
  const now = () => runtime.clock.now().toISOString();
  const turned = now();
  runtime.log.warn(`${turned.slice(11, 19)}  back out: ${reason}`);
  await journal.note('back out', (books) => state.turnedBack(books, ending, reason, turned));
  const { from } = journal.books.record;
  await steadily(runtime, 'Putting back what was live', () => target.rollback(placementOf(journal), from));
  const { stable, candidate } = await steadily(runtime, 'Looking at the target', () => target.current());
  if (stable?.deployment !== from?.deployment || candidate !== null)
    throw notBack(deps, from?.version ?? null);
  const closed = now();
  await journal.note('backed out', (books) => state.backedOut(books, closed));
  await show(deps, journal);
  const { record } = journal.books;
  const result = record.ending ?? ending;
  return told(deps, { result, record, reason: sentenceOf(record), exit: exits[result] });
}

async function told(deps: ReleaseDeps, result: DeployResult): Promise<DeployResult> {
  await notify(deps, result);
  return result;
}

function notBack({ environment }: ReleaseDeps, version: string | null): UpstreamError {
  return new UpstreamError(
    `The target of ${environment.name} was told to go back to ${version ?? 'nothing'} and does not say that it did.`,
    { retryable: true, hint: 'Look at the target, then run "trainyard reconcile".' },
  );
}
