import type { Comparison } from '../core/compare/types.ts';
import type { Outcome, Policy, PolicyChange, RuleResult } from '../core/gate/types.ts';

/** Where one side of a comparison comes from, ready to print. */
export interface Provenance {
  /** Short description: `recorded`, `promoted`, `computed`, `work tree`, `file`. */
  how: string;
  id: string;
  sha: string | null;
  /** Commit URL when the platform has one. */
  url: string | null;
  dirty: boolean;
  finished: string | null;
  /** Age of the record when it was used, in seconds. */
  ageSeconds: number | null;
  engine: string | null;
  runKey: string | null;
  trust: string | null;
  rowsDigest: string | null;
  environment: string | null;
}

export interface StageRow {
  name: string;
  result: string;
  seconds: number;
}

/** Everything the report says about one model. */
export interface ModelReport {
  model: string;
  outcome: Outcome;
  comparison: Comparison;
  /** Worst first. */
  rules: readonly RuleResult[];
  policy: Policy | null;
  policyChanges: readonly PolicyChange[];
  candidate: Provenance;
  baseline: Provenance | null;
  /** Why there is no baseline, or why a nearer one was refused; plain sentences. */
  refusals: readonly string[];
  /** Values of earlier runs of the default branch, oldest first, by metric name. */
  history: Readonly<Record<string, readonly number[]>>;
  stages: readonly StageRow[];
  /** How many candidates the test rows have judged, this one included; `null` where nobody knows. */
  judgedOnRows: number | null;
  /** Which attempt of its pull request this is, where these share α; `alpha`: its part. */
  attempt: { number: number; alpha: number } | null;
  /** Sentences a reviewer must see: adoption, standing verdict, differing file values. */
  notes: readonly string[];
}

/** The whole report: one comment, one aggregate check, one summary. Pure data, no clock. */
export interface Report {
  project: string;
  models: readonly ModelReport[];
  /** The worst of all models. */
  outcome: Outcome;
  /** Circumstances of the run that a reviewer must know, in plain sentences. */
  notes: readonly string[];
  /** Links shown at the foot, when known. */
  links: { run: string | null; report: string | null; docs: string | null };
  version: string;
}
