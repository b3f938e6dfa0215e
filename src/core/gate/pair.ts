import { ID_DIGITS, putIdText } from '../compare/ids.ts';
import { joinTables } from '../compare/join.ts';
import type { PredictionTable } from '../metrics/types.ts';
import { createSeed, framed } from '../stats/seed.ts';
import type { JudgedSide } from './case.ts';
import { type OtherSeeds, otherSeeds } from './seeds.ts';
import type { Policy } from './types.ts';
import { unlikeRows } from './unlike-rows.ts';

/** The rows that rules are judged on: both sides' tables on the same rows in the same order. */
export interface RowPair {
  candidate: PredictionTable;
  /** `null` for bars, which need the candidate alone. */
  baseline: PredictionTable | null;
  /** Models trained with further seeds; empty where one artefact is judged. */
  others: { candidate: readonly PredictionTable[]; baseline: readonly PredictionTable[] };
  /** 1 for rows that may be judged, 0 for rows whose label, weight, group or slice differs between the sides. */
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
  const { unlike, moved } = unlikeRows(joined, baseline?.table ?? null);
  const differ = joined.onlyCandidate + joined.onlyBaseline + unlike.size > 0;
  const counts =
    `${joined.shared} rows are shared, ${joined.onlyCandidate} are only in the candidate, ` +
    `${joined.onlyBaseline} only in the baseline, and ${joined.labelsDiffer} shared rows have another label` +
    (moved > 0 ? `, ${moved} another weight, group or slice` : '');
  const others = otherSeeds(candidate, baseline, joined);
  const rows = differ ? refusalOf(joined.shared - unlike.size, policy, counts) : null;
  const refusal = rows ?? others.refusal;
  return {
    candidate: joined.candidate,
    baseline: baseline && joined.baseline,
    others,
    usable: unlike.size > 0 ? allBut(unlike, joined.shared) : null,
    seed: rowsSeed(joined.candidate),
    identical: baseline !== null && sameOutputs(joined.candidate, joined.baseline) && sameSeeds(others),
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

function allBut(rows: ReadonlySet<number>, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, row) => (rows.has(row) ? 0 : 1));
}

/** The seed of all draws on these rows: `seedFrom` of `rows`, the ids in their order, then the labels. */
function rowsSeed({ n, ids, labelCodes, labelValues, classes }: PredictionTable): string {
  const seed = createSeed();
  seed.add(framed('rows'));
  const frame = framed('0'.repeat(ID_DIGITS));
  for (let row = 0; row < n; row += 1) {
    putIdText(ids as Uint32Array, row, frame, frame.length - ID_DIGITS);
    seed.add(frame);
  }
  const names = (classes ?? []).map(framed);
  if (labelCodes) for (const code of labelCodes) seed.add(names[code] as Uint8Array);
  else for (const value of labelValues ?? []) seed.add(framed(String(value)));
  return seed.digest();
}

function sameSeeds({ candidate, baseline }: OtherSeeds): boolean {
  return (
    candidate.length === baseline.length &&
    candidate.every((table, seed) => sameOutputs(table, baseline[seed] as PredictionTable))
  );
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
