import { formatSlice, parseSlice, type SliceTerm } from '../metrics/slice-name.ts';
import type { DictionaryColumn, PredictionTable } from '../metrics/types.ts';
import { ruleText } from './rule.ts';
import type { Rule } from './types.ts';

/** Stands for every value of its column in a rule's slice. */
const EVERY = '*';

/**
 * A rule about every value of a column (`slice: carrier=*`) as one rule for each slice with at least `minRows` rows,
 * sorted by name. A rule without a `*`, or one that no slice of the table fits, stays as it is.
 */
export function forEverySlice(rule: Rule, table: PredictionTable | null, minRows: number): Rule[] {
  const terms = rule.slice === null ? null : parseSlice(rule.slice);
  if (!table || !terms?.some(({ value }) => value === EVERY)) return [rule];
  const slices = fittingSlices(table, terms, minRows);
  if (slices.length === 0) return [rule];
  return slices.map((slice) => ({ ...rule, slice, text: ruleText({ ...rule, slice }) }));
}

/** Slices with enough rows that fit the terms, a `*` taking every value. */
function fittingSlices(table: PredictionTable, terms: readonly SliceTerm[], minRows: number): string[] {
  const columns = terms.map(({ column }) =>
    Object.hasOwn(table.slices, column) ? (table.slices[column] as DictionaryColumn) : null,
  );
  if (columns.includes(null)) return [];
  const known = columns as DictionaryColumn[];
  const wanted = terms.map(({ value }, at) => (value === EVERY ? -1 : known[at]?.values.indexOf(value)));
  const counts = new Map<string, number>();
  for (let row = 0; row < table.n; row += 1) {
    const codes = known.map((column) => column.codes[row] as number);
    if (wanted.some((code, at) => code !== -1 && code !== codes[at])) continue;
    const key = codes.join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, n]) => n >= minRows)
    .map(([key]) => sliceOf(key.split(',').map(Number), terms, known))
    .sort();
}

function sliceOf(
  codes: readonly number[],
  terms: readonly SliceTerm[],
  columns: readonly DictionaryColumn[],
): string {
  return formatSlice(
    terms.map(({ column }, at) => ({ column, value: columns[at]?.values[codes[at] as number] as string })),
  );
}
