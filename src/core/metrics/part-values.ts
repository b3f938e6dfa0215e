import type { Division } from './division.ts';
import type { MetricIdentity } from './types.ts';

/** One metric to be computed for each part of some divisions. */
export interface Asked {
  identity: MetricIdentity;
  /** Code of the positive class; −1 when there is none. */
  positive: number;
}

/** Values by division and part; NaN where not defined. */
export type PartValues = readonly Float64Array[];

/** No part has a value. */
export function undefinedValues(divisions: readonly Division[]): PartValues {
  return divisions.map(({ parts }) => new Float64Array(parts).fill(Number.NaN));
}
