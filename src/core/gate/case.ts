import type { Metric, PredictionTable } from '../metrics/types.ts';
import type { Subject } from './subject.ts';
import type { Rule } from './types.ts';

/** One side ready to be judged. `metrics` are settled: where rows answer, no value from a file is left. */
export interface JudgedSide {
  metrics: readonly Metric[];
  table: PredictionTable | null;
  /** Predictions of the models trained with each seed, that of `table` first; absent where one artefact alone is known. */
  seeds?: readonly PredictionTable[];
  /** Digest of ids and labels of the test rows; `null` when unknown. */
  rows: string | null;
  /** Digest of the code that scores; `null` when unknown. */
  evaluator: string | null;
  /** Digest of the model's bytes; equal on both sides = the same model. */
  model: string | null;
  /** Class of machine that times were taken on; `null` when unknown. */
  hardware: string | null;
}

/** A run of the default branch that was recorded before: its metrics over all rows, and what they were measured on. */
export interface EarlierRun {
  metrics: readonly Metric[];
  /** Digest of ids and labels of the test rows; `null` when unknown. */
  rows: string | null;
  /** Digest of the code that scores; `null` when unknown. */
  evaluator: string | null;
  /** Class of machine that times were taken on; `null` when unknown. */
  hardware: string | null;
}

/** A rule with everything decided but its numbers. */
export interface RuleCase {
  rule: Rule;
  subject: Subject;
  candidate: JudgedSide;
  /** `null` for a bar. */
  baseline: JudgedSide | null;
  /** The default branch's runs, newest first; none where the rule names another baseline than that branch. */
  earlier: readonly EarlierRun[];
}
