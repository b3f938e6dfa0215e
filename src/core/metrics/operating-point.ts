import { LAST_OF_TIE, POSITIVE, type Ranking, rank } from './ranking.ts';
import { resting } from './statistic.ts';
import type { Computation } from './types.ts';

/**
 * Highest precision of any threshold whose recall is at least `least`. Undefined without positive rows. Rows where
 * `within` is 0 are never looked at.
 */
export function preparePrecisionAtRecall(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  least: number,
  within: Float64Array | null,
): Computation {
  const { ranking, positives, selected, fill } = thresholds(score, labels, positive, within);
  const compute = (weights: Float64Array) => {
    const count = fill(weights);
    const total = count > 0 ? (positives[count - 1] as number) : 0;
    let best = -1;
    // Recall falls from the last threshold up.
    for (let at = count - 1; at >= 0 && (positives[at] as number) / total >= least; at--)
      best = Math.max(best, (positives[at] as number) / (selected[at] as number));
    return best < 0 ? Number.NaN : best;
  };
  return resting(compute, () => ({ kind: 'ranking', measure: { sought: 'precision', least }, ranking }));
}

/**
 * Highest recall of any threshold whose precision is at least `least`. Undefined without positive rows, and where no
 * threshold is so precise. Rows where `within` is 0 are never looked at.
 */
export function prepareRecallAtPrecision(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  least: number,
  within: Float64Array | null,
): Computation {
  const { ranking, positives, selected, fill } = thresholds(score, labels, positive, within);
  const compute = (weights: Float64Array) => {
    const count = fill(weights);
    const total = count > 0 ? (positives[count - 1] as number) : 0;
    let at = count - 1;
    while (at >= 0 && !((positives[at] as number) / (selected[at] as number) >= least)) at -= 1;
    return total > 0 && at >= 0 ? (positives[at] as number) / total : Number.NaN;
  };
  return resting(compute, () => ({ kind: 'ranking', measure: { sought: 'recall', least }, ranking }));
}

/** Weight of the positive rows and of all rows selected down to each distinct score, from the highest on. */
interface Thresholds {
  ranking: Ranking;
  positives: Float64Array;
  selected: Float64Array;
  /** Fills both for these weights, leaves out what selects nothing, and returns how many there are. */
  fill(weights: Float64Array): number;
}

function thresholds(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  within: Float64Array | null,
): Thresholds {
  const ranking = rank(score, labels, positive, within);
  const positives = new Float64Array(ranking.order.length);
  const selected = new Float64Array(ranking.order.length);
  const fill = (weights: Float64Array) => walk(ranking, weights, positives, selected);
  return { ranking, positives, selected, fill };
}

function walk(
  { order, marks }: Ranking,
  weights: Float64Array,
  positives: Float64Array,
  selected: Float64Array,
): number {
  let count = 0;
  let positiveWeight = 0;
  let weight = 0;
  for (let place = 0; place < order.length; place++) {
    const own = weights[order[place] as number] as number;
    const mark = marks[place] as number;
    weight += own;
    positiveWeight += own * (mark & POSITIVE);
    if (mark < LAST_OF_TIE || weight === 0) continue;
    positives[count] = positiveWeight;
    selected[count] = weight;
    count += 1;
  }
  return count;
}
