import type { PreparedMetric } from '../metrics/prepare.ts';
import { ofCells } from './cell-evaluation.ts';
import { isPlain, type Population } from './population.ts';
import { ofRanking } from './ranking-evaluation.ts';
import { ofSums } from './sum-evaluation.ts';

/** A metric of a population at the units' counts of the moment. */
export interface Evaluation {
  /** NaN where the metric is not defined. */
  value(): number;
  /** All units once but for this one; `null` where that takes a pass over all rows. */
  without: ((unit: number) => number) | null;
}

/** Binds a metric to `counts`, how often each unit was drawn; `weights`: what that makes of the rows. */
export function evaluationOf(
  metric: PreparedMetric,
  population: Population,
  counts: Uint8Array,
  weights: () => Float64Array,
): Evaluation {
  const statistic = metric.statistic();
  if (statistic?.kind === 'cells') return ofCells(statistic, population, counts);
  if (statistic?.kind === 'sums') return ofSums(statistic, population, counts);
  if (statistic?.kind === 'ranking' && isPlain(population)) return ofRanking(statistic, counts);
  return { value: () => metric.evaluate(weights()).value ?? Number.NaN, without: null };
}
