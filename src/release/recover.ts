import { ConfigError } from '../core/errors.ts';
import { type Ending, finish, turnBack } from './ending.ts';
import { type Journal, placementOf } from './journal.ts';
import { recoveryOf } from './recovery.ts';
import * as state from './state.ts';
import { steadily } from './steady.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/** Finishes or turns back a deployment that stopped half-way, as the target says it stands. */
export async function recover(
  deps: ReleaseDeps,
  journal: Journal,
  reason: string,
  ending: Ending = 'failed',
): Promise<DeployResult> {
  const { runtime, target } = deps;
  const { record } = journal.books;
  if (record.target !== target.id) throw elsewhere(record.id, record.target, target.id);
  const now = await steadily(runtime, 'Looking at the target', () => target.current());
  const { stable } = now;
  if (stable !== null && ![record.id, record.from?.deployment].includes(stable.deployment))
    await journal.write('what serves meanwhile', (books) => state.comesFrom(books, stable));
  if (recoveryOf(record, now) === 'turn-back')
    return turnBack(deps, journal, record.ending ?? ending, record.reason ?? reason);
  await steadily(runtime, 'Promoting', () => target.promote(placementOf(journal)));
  if (record.journal.at(-1)?.step !== 'retire') {
    const promoted = runtime.clock.now().toISOString();
    await journal.write('promoted', (books) => state.begun(books, 'retire', null, promoted));
  }
  return finish(deps, journal);
}

function elsewhere(id: string, was: string, now: string): ConfigError {
  return new ConfigError(
    `Deployment ${id} is open on the target "${was}", and the configuration names "${now}".`,
    {
      hint: 'Put the earlier target back, run "trainyard reconcile", then change it.',
    },
  );
}
