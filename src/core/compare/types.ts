import type { Confusion } from '../metrics/confusion.ts';
import type { Direction, Metric } from '../metrics/types.ts';

/** One metric on both sides. `delta` = candidate − baseline in the metric's own sign, `null` when either has no number. */
export interface MetricRow {
  name: string;
  slice: string | null;
  class: string | null;
  candidate: Metric | null;
  baseline: Metric | null;
  delta: number | null;
  direction: Direction | null;
  /** Seen from the user: better, worse, same (exactly equal), changed (no direction), added, removed, unreadable. */
  change: 'better' | 'worse' | 'same' | 'changed' | 'added' | 'removed' | 'unreadable';
  /** Sign-normalised relative size for sorting worst first; `0` when not comparable. */
  badness: number;
}

/** A parameter, input file or environment entry that differs. `null` = absent on that side. */
export interface Change {
  kind: 'param' | 'input' | 'environment';
  name: string;
  baseline: string | null;
  candidate: string | null;
}

/** Whether the two sides may be compared, and why not. */
export interface Comparability {
  rows: 'same' | 'changed' | 'unknown';
  evaluator: 'same' | 'changed' | 'unknown';
  labels: 'same' | 'changed' | 'unknown';
  shared: number | null;
  onlyCandidate: number | null;
  onlyBaseline: number | null;
  /** Plain sentences for what differs. */
  notes: readonly string[];
}

export interface Comparison {
  metrics: readonly MetricRow[];
  params: readonly Change[];
  inputs: readonly Change[];
  environment: readonly Change[];
  comparability: Comparability;
  warnings: readonly string[];
  /** Of the two sides; absent without rows of classes. */
  confusion?: { candidate: Confusion; baseline: Confusion | null };
  /** Rows that were left out because something was missing in them; absent where none was. */
  dropped?: { candidate: number; baseline: number };
}

/** What a comparison needs to know of a run. `inputs` and `packages` by name, digests as in the run record. */
export interface RunFacts {
  metrics: readonly Metric[];
  params: Readonly<Record<string, string | number | boolean | null>>;
  inputs: readonly { path: string; sha256: string }[];
  packages: Readonly<Record<string, string>>;
  digests: { rows: string | null; labels: string | null; evaluator: string | null };
  /** `null` without rows of classes. */
  confusion: Confusion | null;
  /** Rows that were left out because something was missing in them. */
  dropped?: number;
}
