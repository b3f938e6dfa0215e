import { joinTables } from '../compare/join.ts';
import type { PredictionTable } from '../metrics/types.ts';
import { seedFrom } from '../stats/seed.ts';
import type { JudgedSide } from './judge.ts';
import type { Policy } from './types.ts';

/** The rows that rules are judged on: both sides' tables on the same rows in the same order. */
export interface RowPair {
  candidate: PredictionTable;
  /** `null` for bars, which need the candidate alone. */
  baseline: PredictionTable | null;
  /** 1 for rows that may be judged, 0 for rows whose label differs between the sides. */
  usable: Float64Array | null;
  seed: string;
  /** Every score and prediction is equal on both sides, bit by bit. */
  identical: boolean;
  /** Said with each verdict when only shared rows were judged. */
  note: string | null;
  /** Why the rows cannot be judged, or `null`. */
  refusal: string | null;
}

/**
 * Joins the sides' rows by id. Rows that differ are refused unless the policy says `on-rows-changed: shared`, and
 * always when no id is shared: numbers measured on other rows are no comparison.
 */
export function rowPair(candidate: JudgedSide, baseline: JudgedSide | null, policy: Policy): RowPair {
  const ours = candidate.table as PredictionTable;
  const joined = joinTables(ours, baseline?.table ?? ours);
  const differ = joined.onlyCandidate + joined.onlyBaseline + joined.labelsDiffer > 0;
  const counts =
    `${joined.shared} rows are shared, ${joined.onlyCandidate} are only in the candidate, ` +
    `${joined.onlyBaseline} only in the baseline, and ${joined.labelsDiffer} shared rows have another label`;
  const refusal = differ ? refusalOf(joined.shared - joined.labelsDiffer, policy, counts) : null;
  return {
    candidate: joined.candidate,
    baseline: baseline && joined.baseline,
    usable: joined.labelsDiffer > 0 ? equalLabels(joined.candidate, joined.baseline) : null,
    seed: seedFrom(['rows', ...joined.candidate.ids, ...labelTexts(joined.candidate)]),
    identical: baseline !== null && sameOutputs(joined.candidate, joined.baseline),
    note: differ && refusal === null ? `only the rows both sides share are judged (${counts})` : null,
    refusal,
  };
}

function refusalOf(usable: number, policy: Policy, counts: string): string | null {
  if (usable === 0)
    return `The test rows have nothing in common: ${counts}. Record the baseline on the new rows.`;
  if (policy.onRowsChanged === 'shared') return null;
  const remedy = 'Record the baseline on the new rows, or let the base set "on-rows-changed: shared".';
  return `The test rows changed: ${counts}. ${remedy}`;
}

function equalLabels(candidate: PredictionTable, baseline: PredictionTable): Float64Array {
  const a = candidate.labelCodes ?? candidate.labelValues;
  const b = baseline.labelCodes ?? baseline.labelValues;
  return Float64Array.from({ length: candidate.n }, (_, row) => (a?.[row] === b?.[row] ? 1 : 0));
}

function labelTexts({ labelCodes, labelValues, classes }: PredictionTable): string[] {
  if (labelCodes) return Array.from(labelCodes, (code) => classes?.[code] ?? '');
  return Array.from(labelValues ?? [], String);
}

function sameOutputs(a: PredictionTable, b: PredictionTable): boolean {
  const columns = (table: PredictionTable) => [
    table.predictionCodes,
    table.predictionValues,
    table.score,
    ...(table.classScores ?? []),
  ];
  const [ours, theirs] = [columns(a), columns(b)];
  return ours.length === theirs.length && ours.every((column, i) => sameColumn(column, theirs[i] ?? null));
}

type Column = Uint32Array | Float64Array | null;

function sameColumn(a: Column, b: Column): boolean {
  if (a === null || b === null) return a === b;
  for (let row = 0; row < a.length; row += 1) if (a[row] !== b[row]) return false;
  return a.length === b.length;
}
