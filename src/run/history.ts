import type { EarlierRun } from '../core/gate/case.ts';
import { parseMetricName } from '../core/metrics/names.ts';
import type { Metric } from '../core/metrics/types.ts';
import type { IndexEntry, Measured } from '../ledger/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';

/** Runs that are looked back at. */
const LOOKED_AT = 50;

/** The default branch's last runs of a model, newest first. */
export function lastRuns({ ledger }: Pick<Deps, 'ledger'>, model: string): Promise<IndexEntry[]> {
  return ledger.recent(model, LOOKED_AT);
}

/** Values of runs by metric, oldest first, for a sparkline; values that were no numbers are left out. */
export function valuesByMetric(newestFirst: readonly IndexEntry[]): Record<string, number[]> {
  const values: Record<string, number[]> = Object.create(null) as Record<string, number[]>;
  for (const entry of newestFirst.toReversed()) {
    for (const [name, value] of Object.entries(entry.metrics)) {
      if (value === null) continue;
      values[name] ??= [];
      values[name].push(value);
    }
  }
  return values;
}

/**
 * Runs by whose spread a candidate may be judged: those that could be its baseline, each once however often it was
 * promoted, and not the candidate itself.
 */
export function earlierRuns(
  { platform }: Pick<Deps, 'platform'>,
  entries: readonly IndexEntry[],
  candidate: RunRecord | null,
): EarlierRun[] {
  const met = new Set(candidate ? [candidate.id, attemptOf(candidate)] : []);
  return entries.flatMap((entry) => {
    const { measured, trust, event } = entry;
    if (measured === null || !platform.accepts({ level: trust, event })) return [];
    if (met.has(entry.id) || met.has(attemptOf(entry))) return [];
    met.add(attemptOf(entry));
    const { rows, evaluator, hardware } = measured;
    return [{ metrics: metricsOf(entry, measured), rows, evaluator, hardware }];
  });
}

/** The same for all commits that one attempt at a run stands for. */
function attemptOf({ id, run_key, attempt }: Pick<RunRecord, 'id' | 'run_key' | 'attempt'>): string {
  return run_key === null ? id : `${run_key} ${attempt}`;
}

function metricsOf({ metrics }: IndexEntry, { identities }: Measured): Metric[] {
  return Object.entries(metrics).map(([name, value]) => ({
    name,
    identity: { ...parseMetricName(name).identity, ...(Object.hasOwn(identities, name) && identities[name]) },
    slice: null,
    class: null,
    value,
    state: value === null ? 'missing' : 'ok',
    direction: null,
    n: null,
    source: 'file',
  }));
}
