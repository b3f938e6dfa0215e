import type { PredictionTable } from '../../core/metrics/types.ts';

/** Rows that a 53-bit key has room for beside 32 bits of a pseudonym. */
const MAX_KEYED_ROWS = 2 ** 21;

/** Row numbers in the order of the ids by code unit; O(n log n), without a comparison function for pseudonyms. */
export function sortedRows({
  ids,
  pseudonymous,
}: Pick<PredictionTable, 'ids' | 'pseudonymous'>): Uint32Array {
  const at = (row: number) => ids[row] ?? '';
  const rows = new Uint32Array(ids.length).map((_, row) => row);
  if (rows.every((row) => row === 0 || at(row - 1) < at(row))) return rows;
  if (!pseudonymous || ids.length > MAX_KEYED_ROWS) {
    return rows.sort((a, b) => (at(a) < at(b) ? -1 : Number(at(a) > at(b))));
  }
  const keys = Float64Array.from(
    rows,
    (row) => Number.parseInt(at(row).slice(0, 8), 16) * MAX_KEYED_ROWS + row,
  ).sort();
  return settleTies(
    rows.map((_, index) => (keys[index] ?? 0) % MAX_KEYED_ROWS),
    at,
  );
}

/** Insertion sort: only neighbours with the same first 32 bits can still be out of order. */
function settleTies(rows: Uint32Array, at: (row: number) => string): Uint32Array {
  for (let index = 1; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    let hole = index;
    for (; hole > 0 && at(rows[hole - 1] ?? 0) > at(row); hole -= 1) rows[hole] = rows[hole - 1] ?? 0;
    rows[hole] = row;
  }
  return rows;
}
