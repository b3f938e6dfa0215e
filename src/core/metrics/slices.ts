import { formatSlice, parseSlice } from './slice-name.ts';
import type { DictionaryColumn, PredictionTable } from './types.ts';

/**
 * Weight of every row inside a slice (`null` = all rows): its sample weight, or 1 without a weight column; 0 outside.
 * `null` when the slice is not written as `parseSlice` reads it, or names a column or value the table does not have.
 */
export function sliceWeights(table: PredictionTable, slice: string | null): Float64Array | null {
  const weights = table.weight ? Float64Array.from(table.weight) : new Float64Array(table.n).fill(1);
  if (slice === null) return weights;
  const terms = parseSlice(slice);
  if (!terms) return null;
  for (const { column, value } of terms) {
    const codes = columnOf(table, column);
    const wanted = codes ? codes.values.indexOf(value) : -1;
    if (!codes || wanted < 0) return null;
    for (let row = 0; row < table.n; row++) if (codes.codes[row] !== wanted) weights[row] = 0;
  }
  return weights;
}

/** One slice and the rows in it. */
export interface SliceSize {
  slice: string;
  n: number;
}

/** Every value of these columns with at least `minRows` rows (and at least one), sorted by name; unknown columns have none. */
export function listSlices(table: PredictionTable, columns: readonly string[], minRows: number): SliceSize[] {
  const sizes = [...new Set(columns)].flatMap((name) => {
    const column = columnOf(table, name);
    if (!column) return [];
    const counts = new Uint32Array(column.values.length);
    for (const code of column.codes) counts[code] = (counts[code] ?? 0) + 1;
    return column.values.map((value, code) => ({
      slice: formatSlice([{ column: name, value }]),
      n: counts[code] ?? 0,
    }));
  });
  const large = sizes.filter(({ n }) => n >= Math.max(1, minRows));
  return large.sort((a, b) => (a.slice < b.slice ? -1 : a.slice > b.slice ? 1 : 0));
}

function columnOf(table: PredictionTable, name: string): DictionaryColumn | undefined {
  return Object.hasOwn(table.slices, name) ? table.slices[name] : undefined;
}
