import { LAST_OF_TIE, POSITIVE, rank } from './ranking.ts';
import type { Computation } from './types.ts';

/** Running sums down a ranking: weight of the positive rows and of all rows selected so far, at a threshold. */
type Visit = (positives: number, selected: number) => void;

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
  const walk = walkThresholds(score, labels, positive, within);
  return (weights) => {
    const total = walk(weights, () => {});
    let best = Number.NaN;
    walk(weights, (positives, selected) => {
      const precision = positives / selected;
      if (positives / total >= least && !(precision <= best)) best = precision;
    });
    return best;
  };
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
  const walk = walkThresholds(score, labels, positive, within);
  return (weights) => {
    let best = Number.NaN;
    const total = walk(weights, (positives, selected) => {
      if (positives / selected >= least) best = positives;
    });
    return total > 0 ? best / total : Number.NaN;
  };
}

/** Visits every distinct score that carries weight, from the highest down; returns the weight of the positive rows. */
function walkThresholds(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  within: Float64Array | null,
): (weights: Float64Array, visit: Visit) => number {
  const { order, marks } = rank(score, labels, positive, within);
  return (weights, visit) => {
    let positives = 0;
    let selected = 0;
    for (let place = 0; place < order.length; place++) {
      const weight = weights[order[place] as number] as number;
      const mark = marks[place] as number;
      selected += weight;
      positives += weight * (mark & POSITIVE);
      if (mark >= LAST_OF_TIE && selected > 0) visit(positives, selected);
    }
    return positives;
  };
}
