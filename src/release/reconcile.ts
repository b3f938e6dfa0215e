import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { TargetState } from '../targets/types.ts';
import { readBooks } from './books.ts';
import { turnBack } from './ending.ts';
import { catchUp } from './found.ts';
import { adoptBooks } from './journal.ts';
import { recover } from './recover.ts';
import { show } from './show.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/**
 * Under the lock: finishes or turns back a deployment that nobody works on any more, and shows the newest one as it is.
 * `null` when nothing was left open. Where this run is known to have been `cancelled`, its own deployment was aborted.
 */
export async function reconcileLocked(
  deps: ReleaseDeps,
  { cancelled } = { cancelled: false },
): Promise<DeployResult | null> {
  const { state, now } = await catchUp(deps);
  if (state.open === null) {
    const [newest] = state.recent;
    if (newest !== undefined) await show(deps, await readBooks(deps, newest.id));
    return null;
  }
  const { record } = (await readBooks(deps, state.open)).books;
  if (record.state === 'held' && !isGone(state, record, now)) {
    await show(deps, { books: { state, record } });
    return { result: 'held', record, reason: `Deployment ${record.id} is held: ${record.reason}`, exit: 4 };
  }
  if (record.state === 'held') {
    const taken = 'it was taken back at the target while the ledger could not be reached';
    return turnBack(deps, await adoptBooks(deps, record.id), 'rolled-back', taken);
  }
  const last = record.journal.at(-1)?.step ?? 'prepare';
  deps.runtime.log.warn(`Deployment ${record.id} of ${record.candidate.version} was left at "${last}".`);
  const journal = await adoptBooks(deps, record.id);
  if (cancelled && record.by.url === deps.by.url)
    return recover(deps, journal, `cancelled during "${last}"`, 'aborted');
  return recover(deps, journal, `its run ended during "${last}"`);
}

/** Whether one that is held was taken off the target by a deployment that the ledger has not heard of. */
function isGone({ fence }: EnvironmentState, { id }: DeploymentRecord, now: TargetState | null): boolean {
  if (now === null || now.fence <= fence) return false;
  return now.candidate?.deployment !== id && now.stable?.deployment !== id;
}
