import type { JoinedTables } from '../compare/join.ts';
import type { PredictionTable } from '../metrics/types.ts';

/** Joined rows that are not the same row on both sides. */
export interface UnlikeRows {
  /** Numbers of joined rows whose label, weight, group or slice differs. */
  unlike: ReadonlySet<number>;
  /** How many differ in weight, group or slice. */
  moved: number;
}

/** The joined rows that differ in more than what the models say; `baseline` is that side as it was joined, or `null`. */
export function unlikeRows(joined: JoinedTables, baseline: PredictionTable | null): UnlikeRows {
  const relabelled = differingRows(joined.candidate, joined.baseline, labelAt);
  const moved = baseline ? movedRows(joined.candidate, baseline, joined.baselineRows) : new Set<number>();
  return { unlike: new Set([...relabelled, ...moved]), moved: moved.size };
}

type CellAt = (table: PredictionTable, row: number) => string | number | undefined;

const labelAt: CellAt = ({ labelCodes, labelValues, classes }, row) =>
  labelCodes ? classes?.[labelCodes[row] as number] : labelValues?.[row];

const weightAt: CellAt = ({ weight }, row) => weight?.[row] ?? 1;

const groupAt: CellAt = ({ group }, row) => group?.values[group.codes[row] as number];

function differingRows(
  a: PredictionTable,
  b: PredictionTable,
  at: CellAt,
  rowInB: (row: number) => number = (row) => row,
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < a.n; row += 1) if (at(a, row) !== at(b, rowInB(row))) rows.push(row);
  return rows;
}

/**
 * Rows that the candidate weighs, groups or slices otherwise than the baseline did: a change could take its hard rows
 * out of what is judged that way. No weight is 1; a group or slice column that one side does not have says nothing.
 */
function movedRows(
  joined: PredictionTable,
  baseline: PredictionTable,
  baselineRows: Uint32Array,
): Set<number> {
  const slices = Object.keys(joined.slices).filter((name) => Object.hasOwn(baseline.slices, name));
  const weighs = joined.weight !== null || baseline.weight !== null;
  const groups = joined.group !== null && baseline.group !== null;
  const cells: CellAt[] = [
    ...(weighs ? [weightAt] : []),
    ...(groups ? [groupAt] : []),
    ...slices.map(
      (name): CellAt =>
        ({ slices: { [name]: column } }, row) =>
          column?.values[column.codes[row] as number],
    ),
  ];
  if (cells.length === 0) return new Set();
  const rowInBaseline = (row: number) => baselineRows[row] as number;
  return new Set(cells.flatMap((at) => differingRows(joined, baseline, at, rowInBaseline)));
}
