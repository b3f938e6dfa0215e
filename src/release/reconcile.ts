import { readBooks, readState } from './books.ts';
import { adoptBooks } from './journal.ts';
import { recover } from './recover.ts';
import { show } from './show.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/**
 * Under the lock: finishes or turns back a deployment that nobody works on any more, and shows the newest one as it is.
 * `null` when nothing was left open.
 */
export async function reconcileLocked(deps: ReleaseDeps): Promise<DeployResult | null> {
  const { state } = await readState(deps);
  if (state.open === null) {
    const [newest] = state.recent;
    if (newest !== undefined) await show(deps, await readBooks(deps, newest.id));
    return null;
  }
  const { record } = (await readBooks(deps, state.open)).books;
  if (record.state === 'held') {
    await show(deps, { books: { state, record } });
    return { result: 'held', record, reason: `Deployment ${record.id} is held: ${record.reason}`, exit: 4 };
  }
  const last = record.journal.at(-1)?.step ?? 'prepare';
  deps.runtime.log.warn(`Deployment ${record.id} of ${record.candidate.version} was left at "${last}".`);
  return recover(deps, await adoptBooks(deps, record.id), `its run ended during "${last}"`);
}
