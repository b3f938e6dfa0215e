import { takeRows } from '../compare/join.ts';
import { sliceWeights } from '../metrics/slices.ts';
import type { PredictionTable } from '../metrics/types.ts';
import { seedFrom } from '../stats/seed.ts';
import type { RowPair } from './pair.ts';

/** The rows of a pair that one slice is judged on: those inside it that carry weight and may be judged. */
export interface RowView {
  candidate: PredictionTable;
  /** `null` for bars, which need the candidate alone. */
  baseline: PredictionTable | null;
  /** Sample weights, all above 0; one for each row. */
  weights: Float64Array;
  /** Groups among the rows; `null` where rows are drawn one by one. */
  groups: number | null;
  /** Rows are drawn one by one and weigh the same, so that a share of them is one of plain counts. */
  plain: boolean;
  /** Rows of equal weight that would say as much, (Σw)² / Σw² (Kish 1965). */
  effective: number;
  seed: string;
  /** Every output of the pair is equal on both sides, bit by bit, in all of its rows. */
  identical: boolean;
  /** Different scores of the candidate in all rows of the pair, counted up to 100. */
  distinctScores: number;
  note: string | null;
}

/** Views of one pair, each made once; `null` for a slice that the table does not have. */
export function viewsOf(pair: RowPair): (slice: string | null) => RowView | null {
  const views = new Map<string | null, RowView | null>();
  const distinct = pair.identical ? distinctScores(pair.candidate) : 0;
  return (slice) => {
    const known = views.get(slice);
    if (known !== undefined) return known;
    const view = viewOf(pair, slice, distinct);
    views.set(slice, view);
    return view;
  };
}

function viewOf(pair: RowPair, slice: string | null, distinct: number): RowView | null {
  const weights = sliceWeights(pair.candidate, slice);
  if (weights === null) return null;
  const { usable } = pair;
  const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row] !== 0 && usable?.[row] !== 0);
  const whole = rows.length === weights.length;
  const taken = (table: PredictionTable) => (whole ? table : takeRows(table, rows));
  const candidate = taken(pair.candidate);
  const own = whole ? weights : Float64Array.from(rows, (row) => weights[row] as number);
  return {
    candidate,
    baseline: pair.baseline && taken(pair.baseline),
    weights: own,
    groups: candidate.group && new Set(candidate.group.codes).size,
    plain: candidate.group === null && own.every((weight) => weight === own[0]),
    effective: effectiveRows(own),
    seed: slice === null ? pair.seed : seedFrom([pair.seed, slice]),
    identical: pair.identical,
    distinctScores: distinct,
    note: pair.note,
  };
}

function effectiveRows(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

const ENOUGH_SCORES = 100;

function distinctScores({ n, score, predictionValues, classScores }: PredictionTable): number {
  const column = score ?? predictionValues ?? classScores?.[0];
  const scores = new Set<number>();
  for (let row = 0; column && row < n && scores.size < ENOUGH_SCORES; row += 1)
    scores.add(column[row] as number);
  return scores.size;
}
