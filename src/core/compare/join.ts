import type { PredictionTable } from '../metrics/types.ts';
import { compareIds, ID_WORDS, sortedRows } from './ids.ts';

/** Two tables brought to the same rows in the same order. */
export interface JoinedTables {
  candidate: PredictionTable;
  baseline: PredictionTable;
  /** The rows' numbers in the baseline as it was given. */
  baselineRows: Uint32Array;
  shared: number;
  onlyCandidate: number;
  onlyBaseline: number;
  /** Shared ids whose label differs between the two sides. */
  labelsDiffer: number;
}

/**
 * Joins by id in O(n), whatever the order of either side: both tables come out with the shared ids in ascending
 * order, so that a verdict does not depend on the order of a file. Weights, groups and slice columns are the
 * candidate's on both sides: they describe the row, not the model, and one row must not count twice differently.
 * Classes of both sides are united, so that codes mean the same.
 */
export function joinTables(candidate: PredictionTable, baseline: PredictionTable): JoinedTables {
  const rows = sharedRows(idsOf(candidate), idsOf(baseline));
  const classes = unitedClasses(candidate, baseline);
  const ours = takeRows(candidate, rows.candidate, classes);
  const { ids, weight, group, slices } = ours;
  const outputs = { ...baseline, ids: null, weight: null, group: null, slices: {} };
  const theirs = { ...takeRows(outputs, rows.baseline, classes), ids, weight, group, slices };
  return {
    candidate: ours,
    baseline: theirs,
    baselineRows: rows.baseline,
    shared: rows.candidate.length,
    onlyCandidate: candidate.n - rows.candidate.length,
    onlyBaseline: baseline.n - rows.candidate.length,
    labelsDiffer: differingLabels(ours, theirs),
  };
}

function idsOf({ ids }: PredictionTable): Uint32Array {
  if (ids === null) throw new TypeError('Rows that were read without ids cannot be paired.');
  return ids;
}

/** Merges both sides in the order of ids. */
function sharedRows(
  ours: Uint32Array,
  theirs: Uint32Array,
): { candidate: Uint32Array; baseline: Uint32Array } {
  const [ourOrder, theirOrder] = [sortedRows(ours), sortedRows(theirs)];
  const most = Math.min(ourOrder.length, theirOrder.length);
  const [candidate, baseline] = [new Uint32Array(most), new Uint32Array(most)];
  let shared = 0;
  for (let a = 0, b = 0; a < ourOrder.length && b < theirOrder.length; ) {
    const row = ourOrder[a] as number;
    const other = theirOrder[b] as number;
    const order = compareIds(ours, row, theirs, other);
    if (order === 0) {
      candidate[shared] = row;
      baseline[shared] = other;
      shared += 1;
    }
    if (order <= 0) a += 1;
    if (order >= 0) b += 1;
  }
  return { candidate: candidate.subarray(0, shared), baseline: baseline.subarray(0, shared) };
}

/** Classes of both sides in sorted order; `null` for regression. */
function unitedClasses(candidate: PredictionTable, baseline: PredictionTable): readonly string[] | null {
  if (candidate.classes === null || baseline.classes === null) return null;
  return [...new Set([...candidate.classes, ...baseline.classes])].sort();
}

/** These rows of a table in this order; `classes`: what codes shall mean, by default what they do. */
export function takeRows(
  table: PredictionTable,
  rows: Uint32Array,
  classes: readonly string[] | null = table.classes,
): PredictionTable {
  const numbers = (column: Float64Array | null) => column && pickedNumbers(column, rows);
  const codes = (column: Uint32Array | null) => column && rows.map((row) => column[row] as number);
  const recoded = recoding(table.classes, classes);
  const classCodes = (column: Uint32Array | null) =>
    codes(column)?.map((code) => recoded[code] as number) ?? null;
  const dictionary = (column: { values: readonly string[]; codes: Uint32Array }) => ({
    values: column.values,
    codes: codes(column.codes) as Uint32Array,
  });
  const slices = Object.entries(table.slices).map(([name, column]) => [name, dictionary(column)] as const);
  return {
    ...table,
    n: rows.length,
    ids: table.ids && pickedIds(table.ids, rows),
    classes,
    labelCodes: classCodes(table.labelCodes),
    predictionCodes: classCodes(table.predictionCodes),
    labelValues: numbers(table.labelValues),
    predictionValues: numbers(table.predictionValues),
    score: numbers(table.score),
    classScores: alignedScores(table, rows, classes),
    weight: numbers(table.weight),
    group: table.group && dictionary(table.group),
    slices: Object.assign(Object.create(null), Object.fromEntries(slices)) as PredictionTable['slices'],
  };
}

function pickedNumbers(column: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let at = 0; at < taken.length; at += 1) taken[at] = column[rows[at] as number] as number;
  return taken;
}

function pickedIds(ids: Uint32Array, rows: Uint32Array): Uint32Array {
  const taken = new Uint32Array(rows.length * ID_WORDS);
  for (let at = 0; at < taken.length; at += 1)
    taken[at] = ids[(rows[at >>> 2] as number) * ID_WORDS + (at & 3)] as number;
  return taken;
}

function recoding(from: readonly string[] | null, to: readonly string[] | null): Uint32Array {
  const codeOf = new Map((to ?? []).map((name, code) => [name, code]));
  return Uint32Array.from(from ?? [], (name) => codeOf.get(name) ?? 0);
}

/** One score column per united class; a class this model does not know was given no chance: zeros. */
function alignedScores(
  table: PredictionTable,
  rows: Uint32Array,
  classes: readonly string[] | null,
): readonly Float64Array[] | null {
  const { classScores, classes: own } = table;
  if (classScores === null || classes === null || own === null) return null;
  return classes.map((name) => {
    const column = classScores[own.indexOf(name)];
    return column ? pickedNumbers(column, rows) : new Float64Array(rows.length);
  });
}

function differingLabels(candidate: PredictionTable, baseline: PredictionTable): number {
  const a = candidate.labelCodes ?? candidate.labelValues;
  const b = baseline.labelCodes ?? baseline.labelValues;
  if (a === null || b === null || a.constructor !== b.constructor) return candidate.n;
  let count = 0;
  for (let row = 0; row < candidate.n; row += 1) if (a[row] !== b[row]) count += 1;
  return count;
}
