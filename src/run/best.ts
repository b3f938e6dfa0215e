import type { ModelConfig } from '../config/parse.ts';
import { directionOf, parseMetricName } from '../core/metrics/names.ts';
import type { IndexEntry } from '../ledger/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';

/** The recorded run of the whole history with the best value of a metric over all rows; `null` when none has it. */
export async function bestRecord(
  deps: Deps,
  model: ModelConfig,
  metric: string | null,
): Promise<RunRecord | null> {
  const asked = metric ?? model.policy.rules[0]?.metric;
  if (asked === undefined) return null;
  const { name, identity } = parseMetricName(asked, model.policy.metrics[asked]);
  const sign = (model.policy.metrics[asked]?.direction ?? directionOf(identity)) === 'lower' ? -1 : 1;
  let best: { entry: IndexEntry; score: number } | null = null;
  await deps.ledger.find(model.name, (entry) => {
    const value = Object.hasOwn(entry.metrics, name) ? entry.metrics[name] : null;
    if (typeof value === 'number' && (best === null || sign * value > best.score))
      best = { entry, score: sign * value };
    return false;
  });
  const chosen = best as { entry: IndexEntry } | null;
  const record = chosen && (await deps.ledger.recordOf(chosen.entry.sha, model.name));
  return record?.id === chosen?.entry.id ? record : null;
}
