import type { PredictionTable } from '../metrics/types.ts';

/** Two tables brought to the same rows in the same order. */
export interface JoinedTables {
  candidate: PredictionTable;
  baseline: PredictionTable;
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
  if (candidate.pseudonymous !== baseline.pseudonymous) {
    throw new TypeError('Raw ids cannot be joined with pseudonyms: pseudonymise both sides or neither.');
  }
  const rows = sharedRows(candidate, baseline);
  const classes = unitedClasses(candidate, baseline);
  const joined = {
    candidate: takeRows(candidate, rows.candidate, classes),
    baseline: takeRows(baseline, rows.baseline, classes),
  };
  const { weight, group, slices } = joined.candidate;
  return {
    candidate: joined.candidate,
    baseline: { ...joined.baseline, weight, group, slices },
    shared: rows.candidate.length,
    onlyCandidate: candidate.n - rows.candidate.length,
    onlyBaseline: baseline.n - rows.candidate.length,
    labelsDiffer: differingLabels(joined.candidate, joined.baseline),
  };
}

function sharedRows(
  candidate: PredictionTable,
  baseline: PredictionTable,
): { candidate: Uint32Array; baseline: Uint32Array } {
  const rowOf = new Map<string, number>();
  for (const [row, id] of baseline.ids.entries()) rowOf.set(id, row);
  const shared: number[] = [];
  for (const [row, id] of candidate.ids.entries()) if (rowOf.has(id)) shared.push(row);
  const id = (row: number) => candidate.ids[row] as string;
  shared.sort((a, b) => (id(a) < id(b) ? -1 : 1));
  const rows = Uint32Array.from(shared);
  return { candidate: rows, baseline: rows.map((row) => rowOf.get(id(row)) as number) };
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
  const numbers = (column: Float64Array | null) =>
    column && Float64Array.from(rows, (row) => column[row] as number);
  const codes = (column: Uint32Array | null) =>
    column && Uint32Array.from(rows, (row) => column[row] as number);
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
    ids: Array.from(rows, (row) => table.ids[row] as string),
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
    return Float64Array.from(rows, (row) => column?.[row] ?? 0);
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
