import type { SliceDeclaration } from '../metrics/slice-declaration.ts';
import type { TIME_UNITS } from '../metrics/time.ts';
import type { Direction, ValueState } from '../metrics/types.ts';

export type TimeUnit = (typeof TIME_UNITS)[number];

export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';
export type Level = 'fail' | 'warn';
export type OnInconclusive = 'allow' | 'warn' | 'block';

/**
 * `min`, `max`: a bar for the candidate alone. `too-good`: a value that no honest model reaches. `max-drop`, `max-rise`:
 * against the baseline.
 */
export type RuleKind = 'min' | 'max' | 'too-good' | 'max-drop' | 'max-rise';

/** One requirement, canonical. */
export interface Rule {
  /** The rule as written (command line) or rendered canonically (`roc_auc:max-drop=0.005`). */
  text: string;
  metric: string;
  /** `column=value`, conjunctions joined by ` & `; `null` = all rows. */
  slice: string | null;
  kind: RuleKind;
  /** Absolute units, or a fraction (0.02 for `2%`) when `relative`. Never negative for max-drop / max-rise. */
  amount: number;
  relative: boolean;
  level: Level;
  /** Overrides the model's `baseline:` for this rule. */
  against: string | null;
  /** `interval` judges an interval where rows or repeats give one; `point` asks for the plain difference. */
  judge: 'interval' | 'point';
  /** Line in the config file, for annotations. */
  line: number | null;
}

/** Everything that judges, canonical; read from the base commit. */
export interface Policy {
  rules: readonly Rule[];
  /** Per side, in (0, 0.5). The interval shown is two-sided 1 − 2α. */
  alpha: number;
  onInconclusive: OnInconclusive;
  onRowsChanged: 'error' | 'shared';
  /** Whether blocking margins against the base are watched against the last release too. */
  drift: 'warn' | 'off';
  /** Whether the attempts of one pull request share α. */
  alphaSpending: 'none' | 'per-pull-request';
  dryRun: boolean;
  /** Training seeds that a change is judged by, that of the artefact first; empty where it is by its artefact alone. */
  seeds: readonly number[];
  /** Baseline mode or run: `auto`, `base`, `production`, `best`, `tag`, or a run id / revision. */
  baseline: string;
  /** Directions and identities the user declared, by metric name. */
  metrics: Readonly<Record<string, MetricDeclaration>>;
  predictions: PredictionsPolicy;
}

export interface MetricDeclaration {
  direction: Direction | null;
  average?: string;
  positiveLabel?: string;
  threshold?: number;
  k?: number;
  labels?: readonly string[];
  split?: string;
  dataset?: string;
  /** A unit of time, or `none` for what only sounds like one. */
  unit?: TimeUnit | 'none';
}

/** How predictions are read and which slices are judged. */
export interface PredictionsPolicy {
  task: 'binary' | 'multiclass' | 'regression' | null;
  /** Our column name → the user's (`label: target`). */
  columns: Readonly<Record<string, string>>;
  positiveLabel: string | null;
  slices: readonly SliceDeclaration[];
  /** Slices with fewer rows are shown as too small and not listed. */
  minSliceRows: number;
  /** What a row is in which a label, prediction, score, weight or group is empty or NaN; an error when absent. */
  onMissing?: 'error' | 'drop';
}

export type EvidenceMethod =
  | 'identical'
  | 'tango'
  | 'delong'
  | 'bca'
  | 'percentile'
  | 'corrected-t'
  | 'paired-t'
  | 'z'
  | 'prediction-interval'
  | 'wilson'
  | 'point';

export type EvidenceState = ValueState | 'no-baseline' | 'rows-changed' | 'hardware-changed';

/**
 * What a verdict rests on. `estimate` and `interval` are in the metric's own sign and units: absolute rules
 * the candidate's value (margin = the bar), relative rules candidate − baseline, `%` rules with r the contrast
 * θc − (1 − r)θb where higher is better, (1 + r)θb − θc where lower is (margin 0).
 */
export interface Evidence {
  method: EvidenceMethod;
  estimate: number | null;
  interval: [number, number] | null;
  /** Two-sided confidence level, 1 − 2α. */
  level: number;
  /** Rows judged; without rows the splits, seeds or earlier runs, `null` for plain numbers and standard errors. */
  n: number | null;
  margin: number;
  /** Smallest effects visible at 80 % power, in the metric's units; `null` without an interval. */
  mde: { pass: number; fail: number } | null;
  /** Hex seed of the resampling; `null` when nothing was drawn. */
  seed: string | null;
  statistic?: number;
  p?: number;
  pFail?: number;
  pFailAdjusted?: number;
  /** [baseline right and candidate wrong, the reverse]. */
  discordant?: [number, number];
  /** Training seeds on each side whose mean is judged; absent where one artefact is. */
  seeds?: number;
  /** One sentence a reviewer can read aloud. */
  sentence: string;
  state: EvidenceState;
}

/** One slice under a rule about all rows. */
export interface SliceResult {
  slice: string;
  n: number | null;
  candidate: number;
  baseline: number | null;
  method: EvidenceMethod;
  estimate: number | null;
  /** Unadjusted, as that of the rule. */
  interval: [number, number] | null;
  /** End on the bad side at the family's level; `null` where these rows give none. */
  bound: number | null;
  /** What the rule alone would say of this slice. */
  verdict: Verdict;
  /** Falls short of the rule by Benjamini and Hochberg at α. */
  marked: boolean;
}

/** All slices under a rule about all rows: shown, never deciding. */
export interface SliceFamily {
  /** One-sided level of the bounds: α divided by the number of slices. */
  level: number;
  slices: readonly SliceResult[];
  /** The slice whose bound lies farthest on the bad side; `null` where none has one. */
  worst: string | null;
}

/** `verdict: null` = not judged (no baseline); `candidate` / `baseline` are the metric's values. */
export interface RuleResult {
  rule: Rule;
  verdict: Verdict | null;
  evidence: Evidence;
  candidate: number | null;
  baseline: number | null;
  direction: Direction | null;
  /** Absent where no slices are declared, or the rule is about one itself. */
  slices?: SliceFamily;
  /** `base` or `head`: whose policy this rule came from when both judge. */
  policy: 'base' | 'head' | 'both';
}

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required' | 'cancelled' | 'skipped';

/** Why an outcome is what it is; ordered worst first for aggregation. */
export type OutcomeKind =
  | 'fail'
  | 'error'
  | 'upstream'
  | 'blocked'
  | 'cancelled'
  | 'inconclusive'
  | 'adoption'
  | 'dry-run'
  | 'not-judged'
  | 'no-rules'
  | 'warn'
  | 'pass';

/** The answer for one model or for all: check conclusion and exit code follow from `kind` by one table. */
export interface Outcome {
  kind: OutcomeKind;
  verdict: Verdict | null;
  conclusion: Conclusion;
  exit: 0 | 1 | 2 | 3 | 4 | 130;
  /** One plain sentence, the reason first. */
  sentence: string;
}

/** One difference between the base's and the head's policy. */
export interface PolicyChange {
  what: string;
  base: string | null;
  head: string | null;
  effect: 'tightened' | 'loosened' | 'neutral';
}
