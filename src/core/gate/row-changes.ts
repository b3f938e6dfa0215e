import { joinTables, takeRows } from '../compare/join.ts';
import { evaluateMetrics } from '../metrics/evaluate.ts';
import { parseMetricName } from '../metrics/names.ts';
import type { Metric, PredictionTable } from '../metrics/types.ts';
import type { Policy } from './types.ts';
import { unlikeRows } from './unlike-rows.ts';

/** What became of the rows of an earlier test set. */
export interface RowChanges {
  added: number;
  left: number;
  /** Still there with another label, weight, group or slice. */
  altered: number;
  /** Still there as they were. */
  stayed: number;
  /** How the earlier model did, by metric: on rows that left or were altered, and on those that stayed. */
  scores: readonly { gone: Metric; stayed: Metric }[];
}

const mostMetrics = 3;

/** Rows of `before` looked for in `now`, and how hard those that are gone were for the model behind `before`. */
export function rowChanges(before: PredictionTable, now: PredictionTable, policy: Policy): RowChanges {
  const joined = joinTables(now, before);
  const { unlike } = unlikeRows(joined, before);
  const same = new Uint8Array(before.n);
  for (const [row, there] of joined.baselineRows.entries()) if (!unlike.has(row)) same[there] = 1;
  const rows = (kept: number) => Uint32Array.from([...same.keys()].filter((row) => same[row] === kept));
  const [gone, stayed] = [rows(0), rows(1)];
  const request = { ...readBy(policy), names: askedMetrics(policy) };
  const on = (some: Uint32Array) => evaluateMetrics(takeRows(before, some, before.classes), request);
  const measured = gone.length === 0 || stayed.length === 0 ? [] : on(gone);
  const others = measured.length === 0 ? [] : on(stayed);
  return {
    added: joined.onlyCandidate,
    left: joined.onlyBaseline,
    altered: unlike.size,
    stayed: stayed.length,
    scores: measured.flatMap((metric, i) =>
      metric.class === null && others[i] ? [{ gone: metric, stayed: others[i] }] : [],
    ),
  };
}

function askedMetrics({ rules }: Policy): string[] {
  const names = rules.map(({ metric }) => metric).filter((name) => parseMetricName(name).known);
  return [...new Set(names)].slice(0, mostMetrics);
}

function readBy({ predictions, metrics }: Policy) {
  return { positiveLabel: predictions.positiveLabel, slices: [], minSliceRows: 1, declarations: metrics };
}

/** Largest relative difference of a score that is rounding and no other output. */
const rounding = 1e-6;

/** How many of the rows that both tables have, unaltered, come out otherwise; and of how many. */
export function differingOutputs(a: PredictionTable, b: PredictionTable): { rows: number; of: number } {
  const joined = joinTables(a, b);
  const { unlike } = unlikeRows(joined, b);
  const ours = outputs(joined.candidate);
  const theirs = outputs(joined.baseline);
  let rows = 0;
  for (let row = 0; row < joined.shared; row += 1) {
    if (unlike.has(row)) continue;
    if (ours.length !== theirs.length || ours.some((column, i) => differ(column, theirs[i], row))) rows += 1;
  }
  return { rows, of: joined.shared - unlike.size };
}

type Column = Uint32Array | Float64Array | null;

function outputs(table: PredictionTable): Column[] {
  return [table.predictionCodes, table.predictionValues, table.score, ...(table.classScores ?? [])];
}

function differ(a: Column, b: Column | undefined, row: number): boolean {
  const [x, y] = [a?.[row], b?.[row]];
  if (x === undefined || y === undefined) return x !== y;
  return Math.abs(x - y) > rounding * Math.max(1, Math.abs(x));
}
