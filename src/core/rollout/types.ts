/** Bounds of a value, each included; `null` is none. */
export interface Range {
  min: number | null;
  max: number | null;
}

/** What a metric must look like, and how often it may not. A limit of -1 is none. */
export interface Limits {
  /** The value is good within it; with it alone, everything else is bad. */
  success: Range | null;
  /** The value is bad within it; with it alone, everything else is good. */
  failure: Range | null;
  /** Measurements at each step; `null` is as many as fit into it. */
  count: number | null;
  failureLimit: number;
  inconclusiveLimit: number;
  /** Errors in a row. */
  errorLimit: number;
  /** Measured and shown, and never decides. */
  dryRun: boolean;
}

export type Phase = 'successful' | 'failed' | 'inconclusive' | 'error';

/** What a provider answered: a number, nothing (`null`), or that it could not be asked. */
export type Reading = { value: number | null } | { error: string };

export interface Measurement {
  /** `null` where there was no number. */
  value: number | null;
  phase: Phase;
  message: string;
}

/** How an analysis stands; `running` has not seen enough. */
export type AnalysisPhase = Phase | 'running';

/** A time in which nothing is deployed: between two moments (ms since 1970), or on days of the week (0 = Sunday, UTC). */
export interface FreezeWindow {
  from: number | null;
  to: number | null;
  days: readonly number[];
  reason: string | null;
}
