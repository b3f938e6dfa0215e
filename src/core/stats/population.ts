import type { DictionaryColumn } from '../metrics/types.ts';

/** Rows as they are drawn anew: one by one, or whole groups of them. */
export interface Population {
  rows: number;
  /** Weight of each row, which travels with it; `null` where all are the same. */
  weights: Float64Array | null;
  /** How many there are to draw from: rows, or groups. */
  units: number;
  /** Group of each row, numbered as they first come; `null` where each row is drawn by itself. */
  unitOf: Uint32Array | null;
}

/** The population of rows with these weights, and with the groups that are drawn as one. */
export function populationOf(weights: Float64Array, group: DictionaryColumn | null): Population {
  const rows = weights.length;
  const alike = weights.every((weight) => weight === weights[0]);
  const { units, unitOf } = group ? clustersOf(group) : { units: rows, unitOf: null };
  // Groups of one row each are rows.
  return { rows, weights: alike ? null : weights, units, unitOf: units === rows ? null : unitOf };
}

function clustersOf({ codes }: DictionaryColumn): { units: number; unitOf: Uint32Array } {
  const numbers = new Map<number, number>();
  const unitOf = codes.map((code) => {
    const known = numbers.get(code) ?? numbers.size;
    numbers.set(code, known);
    return known;
  });
  return { units: numbers.size, unitOf };
}

/** Whether rows are drawn one by one and weigh the same, so that a table of counts says all. */
export function isPlain({ weights, unitOf }: Population): boolean {
  return weights === null && unitOf === null;
}
