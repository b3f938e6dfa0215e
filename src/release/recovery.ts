import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { TargetState } from '../targets/types.ts';

/** What becomes of a deployment whose run died or failed. */
export type Recovery = 'finish' | 'turn-back';

/**
 * The target decides: a version it calls stable was promoted, whatever the journal had time to say, and the rest of the
 * way is gone; anything before is undone. A deployment that had turned back goes on turning back.
 */
export function recoveryOf(record: DeploymentRecord, now: TargetState): Recovery {
  if (record.ending !== null) return 'turn-back';
  return now.stable?.deployment === record.id ? 'finish' : 'turn-back';
}
