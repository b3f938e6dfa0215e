import type { PreparedMetric } from '../metrics/prepare.ts';

/** A way to draw rows anew, and to leave parts of them out, with the metrics of what is then there. */
export interface Scheme {
  /** Rows of all models, or cells of counts, that a draw goes through; known once their readers are made. */
  readonly work: number;
  /** All rows as they are. */
  whole(): void;
  /** Resample `index`, which depends on the seed and on it alone. */
  draw(index: number): void;
  /** A function that computes this metric of what is there: NaN where it has no value. */
  reader(metric: PreparedMetric): () => number;
  /** The parts to leave out in turn for these metrics. */
  parts(metrics: readonly PreparedMetric[]): Parts;
  /** The training seeds to leave out in turn; `null` where the metric is of one model. */
  seeds(metric: PreparedMetric): Parts | null;
}

export interface Parts {
  count: number;
  /** How often each part stands; `null` = once each. */
  times: Float64Array | null;
  /** All but this part. */
  leave(part: number): void;
}
