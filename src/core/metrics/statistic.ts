import type { Ranking } from './ranking.ts';
import type { Computation, MetricValue } from './types.ts';

/** What a metric needs of the rows, where that is less than their weights one by one: resampling rests on it. */
export type Statistic = CellStatistic | SumStatistic | RankingStatistic | SeedsStatistic;

/** A metric of the weight in each of a few cells, into which `codes` sorts the rows. */
export interface CellStatistic {
  kind: 'cells';
  /** Cell of each row, below `size`. Metrics of the same labels and predictions share the array. */
  codes: Uint32Array;
  size: number;
  /** NaN where the metric is not defined. */
  value(sums: Float64Array): number;
}

/** A metric of weighted sums of one number a row. */
export interface SumStatistic {
  kind: 'sums';
  terms: readonly Float64Array[];
  /** From the rows' whole weight and Σ weight · term for each term; NaN where the metric is not defined. */
  value(total: number, sums: Float64Array): number;
}

/** A metric of how the positive rows stand in a ranking of all rows. */
export interface RankingStatistic {
  kind: 'ranking';
  measure: 'area' | 'average precision' | OperatingPoint;
  ranking: Ranking;
}

/** The best precision at a least recall, or the best recall at a least precision. */
export interface OperatingPoint {
  sought: 'precision' | 'recall';
  least: number;
}

/** The mean of one metric over models that were trained with several seeds. */
export interface SeedsStatistic {
  kind: 'seeds';
  /** The metric of each model, on the same rows. */
  seeds: readonly {
    evaluate(weights: Float64Array): MetricValue;
    statistic(): Statistic | null;
  }[];
  /** Seeds of either side are drawn by themselves. */
  side: 'candidate' | 'baseline';
}

/** A computation that says what it rests on. */
export function resting(compute: (weights: Float64Array) => number, statistic: () => Statistic): Computation {
  return Object.assign(compute, { statistic });
}
