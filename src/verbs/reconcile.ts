import { ConfigError, UpstreamError } from '../core/errors.ts';
import { withLock } from '../release/lock.ts';
import { reconcileLocked } from '../release/reconcile.ts';
import { type Destination, destinations, type ReleaseSite } from '../release/site.ts';
import type { Asked } from './deploy.ts';

export interface Reconciled {
  model: string;
  environment: string;
  /** `clean`: nothing was left open. `left`: it stays as it is until the next time. */
  result: 'clean' | 'held' | 'finished' | 'turned-back' | 'left';
  reason: string;
}

/**
 * Finds deployments whose run died and finishes or turns them back, in every environment or those asked for. An
 * environment that a living run works on, or that cannot be reached or read, is left as it is and does not keep the others.
 * `cancelled`: it tidies after its own run, which somebody cancelled.
 */
export async function reconcile(
  site: ReleaseSite,
  asked: Asked,
  how = { cancelled: false },
): Promise<Reconciled[]> {
  const results: Reconciled[] = [];
  for (const destination of await destinations(site, asked))
    results.push(await reconcileOne(site, destination, how));
  return results;
}

async function reconcileOne(
  site: ReleaseSite,
  { model, environment }: Destination,
  how: { cancelled: boolean },
): Promise<Reconciled> {
  const names = { model: model.name, environment: environment.name };
  try {
    const deps = await site.open(model, { ...environment, lockWait: 0 });
    const done = await withLock(deps, 'reconcile', () => reconcileLocked(deps, how));
    if (done === null) return { ...names, result: 'clean', reason: 'Nothing was left open.' };
    const results = { succeeded: 'finished', held: 'held' } as const;
    const result =
      done.result === 'succeeded' || done.result === 'held' ? results[done.result] : 'turned-back';
    return { ...names, result, reason: done.reason };
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof ConfigError)) throw error;
    return { ...names, result: 'left', reason: error.message };
  }
}
