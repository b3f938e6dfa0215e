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
  /** The same rows of models trained with further seeds; empty where one artefact is judged. */
  others: RowPair['others'];
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

/** Makes the view of a slice; `rows` are those inside it, where they are known. `null` if the table has no such slice. */
export type Views = (slice: string | null, rows?: Uint32Array) => RowView | null;

/** Views of one pair, each made once. */
export function viewsOf(pair: RowPair): Views {
  const views = new Map<string | null, RowView | null>();
  const distinct = pair.identical ? distinctScores(pair.candidate) : 0;
  return (slice, rows) => {
    const known = views.get(slice);
    if (known !== undefined) return known;
    const inside = rows ?? rowsInside(pair, slice);
    const view = inside && viewOf(pair, slice, inside, distinct);
    views.set(slice, view);
    return view;
  };
}

function rowsInside({ candidate }: RowPair, slice: string | null): Uint32Array | null {
  if (slice === null) return Uint32Array.from({ length: candidate.n }, (_, row) => row);
  const weights = sliceWeights(candidate, slice);
  return weights && Uint32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
}

function viewOf(pair: RowPair, slice: string | null, inside: Uint32Array, distinct: number): RowView {
  const { usable } = pair;
  const { weight } = pair.candidate;
  const rows = usable || weight ? inside.filter((row) => usable?.[row] !== 0 && weight?.[row] !== 0) : inside;
  const whole = rows.length === pair.candidate.n;
  const taken = (table: PredictionTable) => (whole ? table : takeRows({ ...table, ids: null }, rows));
  const candidate = taken(pair.candidate);
  const own = candidate.weight ?? new Float64Array(rows.length).fill(1);
  return {
    candidate,
    baseline: pair.baseline && taken(pair.baseline),
    others: { candidate: pair.others.candidate.map(taken), baseline: pair.others.baseline.map(taken) },
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
