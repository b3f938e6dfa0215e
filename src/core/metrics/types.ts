import type { Statistic } from './statistic.ts';

/** Which way is better. A metric without a direction is shown and never gated. */
export type Direction = 'higher' | 'lower';

/** Why a value is what it is; everything but `ok` has no number and never passes. */
export type ValueState = 'ok' | 'nan' | 'inf' | 'missing' | 'undefined';

/** A finite number with state `ok`, or `null` with the reason. */
export interface MetricValue {
  value: number | null;
  state: ValueState;
}

/** What a metric is; two values whose identities differ are different metrics. `null` = does not apply or unknown. */
export interface MetricIdentity {
  id: string;
  average: string | null;
  positive_label: string | null;
  threshold: number | null;
  k: number | null;
  labels: string[] | null;
  split: string | null;
  dataset: string | null;
}

/** A value measured once more: on a split, or with a training seed, of this name. */
export interface NamedValue {
  name: string;
  value: number;
}

/**
 * What stands behind a value that comes without rows: its values on resampled splits (`test_train_ratio`: rows of a test
 * part by rows of its training part, `null` when not recorded) or with several training seeds, whose mean it is; or its
 * standard error, `null` when that is no number.
 */
export type Uncertainty =
  | { kind: 'splits'; values: NamedValue[]; test_train_ratio: number | null }
  | { kind: 'seeds'; values: NamedValue[] }
  | { kind: 'stderr'; stderr: number | null };

/** One metric of one run. `slice` as `column=value` (conjunctions joined by ` & `), `class` for per-class values. */
export interface Metric extends MetricValue {
  /** As users write it: `roc_auc`, `f1_macro`, `fbeta@2`, or a name of their own from a file. */
  name: string;
  identity: MetricIdentity;
  slice: string | null;
  class: string | null;
  direction: Direction | null;
  /** Rows behind the value, `null` when unknown (a file). */
  n: number | null;
  /** `rows`: computed from predictions by us; `file`: read from a file the pipeline wrote. */
  source: 'rows' | 'file';
  /** Absent where nothing but the value is known, and where rows say more. */
  uncertainty?: Uncertainty;
}

export type Task = 'binary' | 'multiclass' | 'regression';

/** A column of few distinct strings: `codes[i]` indexes `values`. */
export interface DictionaryColumn {
  values: readonly string[];
  codes: Uint32Array;
}

/**
 * Predictions in columns; all columns have `n` entries. Numbers are finite: readers turn anything else
 * into a ConfigError that names the row. Ids are unique.
 */
export interface PredictionTable {
  n: number;
  /** Rows that were left out because something was missing in them; none when absent. */
  dropped?: number;
  /**
   * Pseudonyms of 128 bits, four words a row (see `core/compare/ids.ts`). `null` where the rows are only measured: they
   * cannot be paired or kept.
   */
  ids: Uint32Array | null;
  task: Task;
  /** Classification: labels and predicted labels share `classes`; codes index it. Regression: `null`. */
  classes: readonly string[] | null;
  labelCodes: Uint32Array | null;
  predictionCodes: Uint32Array | null;
  /** Regression: targets and predictions as numbers. Classification: `null`. */
  labelValues: Float64Array | null;
  predictionValues: Float64Array | null;
  /** Binary: score of the positive label. */
  score: Float64Array | null;
  /** Multiclass: one column per class, aligned with `classes`. */
  classScores: readonly Float64Array[] | null;
  weight: Float64Array | null;
  group: DictionaryColumn | null;
  slices: Readonly<Record<string, DictionaryColumn>>;
}

/** The number behind a metric for given row weights; NaN where it is not defined. */
export interface Computation {
  (weights: Float64Array): number;
  /** All it needs of the rows, where that is less than their weights one by one. */
  readonly statistic?: () => Statistic;
}

/** What one row puts into a sum over rows. */
export type RowTerm = (row: number) => number;
