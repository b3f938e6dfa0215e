import type { PreparedMetric } from '../metrics/prepare.ts';

/** What is judged: the contrast shall be at least or at most `bound`. */
export interface Line {
  side: 'at-least' | 'at-most';
  bound: number;
}

/**
 * A number wanted with an interval: a function of the candidate's and the baseline's metric on the same rows. A metric
 * may be the mean over training seeds (`meanOverSeeds`), which are drawn besides.
 */
export interface Contrast {
  candidate: PreparedMetric;
  /** `null` for a statement about the candidate alone. */
  baseline: PreparedMetric | null;
  /** `b` is NaN without a baseline. */
  contrast: (c: number, b: number) => number;
  /** How ends are read off the draws, see `methodOf`. */
  method: 'bca' | 'percentile';
  /** Where the ends have to be known best; `null` = nowhere. */
  line: Line | null;
  /** One-sided level of the ends that are judged, in (0, 0.5). */
  alpha: number;
  /** Smallest one-sided level that has to be told apart where the line is missed, above 0. */
  least: number;
}
