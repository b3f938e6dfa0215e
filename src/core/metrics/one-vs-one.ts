import { classWeights } from './multiclass-ranking.ts';
import { LAST_OF_TIE, POSITIVE, type Ranking, rank } from './ranking.ts';
import type { Computation } from './types.ts';

/**
 * Mean over all pairs of classes of their area under the ROC curve, each pair's the mean of both classes' scores
 * (Hand and Till 2001): plain (`macro`, also for `null`) or by the weight of the pair's rows (`weighted`). Classes
 * without weight are left out; undefined with fewer than two. `null` for other averages. O(classes · rows).
 */
export function prepareOneVsOne(
  classScores: readonly Float64Array[],
  labels: Uint32Array,
  average: string | null,
): (() => Computation) | null {
  if (average !== null && average !== 'macro' && average !== 'weighted') return null;
  return () => {
    const count = classScores.length;
    const rankings = classScores.map((score, code) => rank(score, labels, code, null));
    const totals = new Float64Array(count);
    const won = classScores.map(() => new Float64Array(count));
    return (weights) => {
      classWeights(labels, weights, totals);
      rankings.forEach((ranking, code) => {
        countWins(ranking, labels, weights, won[code] as Float64Array);
      });
      return pairMean(won, totals, average === 'weighted');
    };
  };
}

/** Into `won`, per other class: weight of the (own row, other row) pairs where the own row ranks higher, ties half. */
function countWins(
  { order, marks }: Ranking,
  labels: Uint32Array,
  weights: Float64Array,
  won: Float64Array,
): void {
  won.fill(0);
  let above = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    let tied = 0;
    for (let last = false; !last; end++) {
      const mark = marks[end] as number;
      tied += (weights[order[end] as number] as number) * (mark & POSITIVE);
      last = mark >= LAST_OF_TIE;
    }
    const beaten = above + tied / 2;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      const label = labels[row] as number;
      won[label] = (won[label] as number) + beaten * (weights[row] as number);
    }
    above += tied;
  }
}

function pairMean(won: readonly Float64Array[], totals: Float64Array, weighted: boolean): number {
  let sum = 0;
  let shares = 0;
  for (let a = 0; a < totals.length; a++) {
    for (let b = a + 1; b < totals.length; b++) {
      const [ours, theirs] = [totals[a] as number, totals[b] as number];
      if (ours === 0 || theirs === 0) continue;
      const both = (won[a]?.[b] as number) + (won[b]?.[a] as number);
      const share = weighted ? ours + theirs : 1;
      sum += (share * both) / 2 / ours / theirs;
      shares += share;
    }
  }
  return shares > 0 ? sum / shares : Number.NaN;
}
