import { matching } from './bins.ts';
import { parseSlice } from './slice-name.ts';
import type { DictionaryColumn, PredictionTable } from './types.ts';

/**
 * Weight of every row inside a slice (`null` = all rows): its sample weight, or 1 without a weight column; 0 outside.
 * A value may name a range of numbers, `[18,30)`, or a quantile, `q1/4`, as `binColumn` does. `null` when the slice is
 * not written as `parseSlice` reads it, or names a column or value the table does not have.
 */
export function sliceWeights(table: PredictionTable, slice: string | null): Float64Array | null {
  const weights = table.weight ? Float64Array.from(table.weight) : new Float64Array(table.n).fill(1);
  if (slice === null) return weights;
  const terms = parseSlice(slice);
  if (!terms) return null;
  for (const { column, value } of terms) {
    const found = columnOf(table, column);
    const inside = found && matching(found, value);
    if (!found || !inside) return null;
    for (let row = 0; row < table.n; row++) if (inside[found.codes[row] as number] === 0) weights[row] = 0;
  }
  return weights;
}

/** A slice column of a table by its name. */
export function columnOf(table: PredictionTable, name: string): DictionaryColumn | undefined {
  return Object.hasOwn(table.slices, name) ? table.slices[name] : undefined;
}
