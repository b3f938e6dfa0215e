import { isBins, type SliceDeclaration } from '../metrics/slice-declaration.ts';
import { parseSlice, type SliceTerm } from '../metrics/slice-name.ts';
import { slicing } from '../metrics/slicing.ts';
import type { PredictionTable } from '../metrics/types.ts';
import { ruleText } from './rule.ts';
import type { PredictionsPolicy, Rule } from './types.ts';

/** Stands for every value of its column in a rule's slice. */
const EVERY = '*';

/**
 * A rule about every value of a column (`slice: carrier=*`; every bin, where bins are declared) as one rule for each
 * slice with at least `minSliceRows` rows, sorted by name. A rule without a `*`, or one that no slice of the table fits,
 * stays as it is.
 */
export function forEverySlice(rule: Rule, table: PredictionTable | null, policy: PredictionsPolicy): Rule[] {
  const terms = rule.slice === null ? null : parseSlice(rule.slice);
  if (!table || !terms?.some(({ value }) => value === EVERY)) return [rule];
  const columns = [...new Set(terms.map(({ column }) => column))];
  const bins = policy.slices.flatMap((each) => (isBins(each) && columns.includes(each.column) ? [each] : []));
  const [only = ''] = columns;
  const wanted: SliceDeclaration = columns.length > 1 ? columns : (bins[0] ?? only);
  const declarations = columns.length > 1 ? [wanted, ...bins] : [wanted];
  const slices = slicing(table, declarations, policy.minSliceRows).slices.filter(({ slice }) =>
    fits(parseSlice(slice) ?? [], terms, columns.length),
  );
  if (slices.length === 0) return [rule];
  return slices.map(({ slice }) => ({ ...rule, slice, text: ruleText({ ...rule, slice }) }));
}

/** Whether a slice of as many columns has every value that is asked for. */
function fits(slice: readonly SliceTerm[], asked: readonly SliceTerm[], columns: number): boolean {
  if (slice.length !== columns) return false;
  return asked.every(
    ({ column, value }) =>
      value === EVERY || slice.some((term) => term.column === column && term.value === value),
  );
}
