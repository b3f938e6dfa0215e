import { ascendingOrder } from './order.ts';
import type { Computation } from './types.ts';

const POSITIVE = 1;
const LAST_OF_TIE = 2;

/** Rows from the highest score to the lowest; per place whether the row is positive and whether its tie ends there. */
interface Ranking {
  order: Uint32Array;
  marks: Uint8Array;
}

function rank(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  within: Float64Array | null,
): Ranking {
  const all = ascendingOrder(score).reverse();
  const order = within ? all.filter((row) => within[row] !== 0) : all;
  const marks = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    const next = order[place + 1];
    const ends = next === undefined || score[next] !== score[row];
    marks[place] = (labels[row] === positive ? POSITIVE : 0) | (ends ? LAST_OF_TIE : 0);
  }
  return { order, marks };
}

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half
 * (Hanley and McNeil 1982). Undefined without weight on both classes. Rows where `within` is 0 are never looked at.
 */
export function prepareRocAuc(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  within: Float64Array | null = null,
): Computation {
  const { order, marks } = rank(score, labels, positive, within);
  return (weights) => {
    let positives = 0;
    let negatives = 0;
    let tiePositives = 0;
    let tieNegatives = 0;
    let pairs = 0;
    for (let place = 0; place < order.length; place++) {
      const weight = weights[order[place] as number] as number;
      const mark = marks[place] as number;
      const positiveWeight = weight * (mark & POSITIVE);
      tiePositives += positiveWeight;
      tieNegatives += weight - positiveWeight;
      if (mark >= LAST_OF_TIE) {
        pairs += tieNegatives * (positives + tiePositives / 2);
        positives += tiePositives;
        negatives += tieNegatives;
        tiePositives = 0;
        tieNegatives = 0;
      }
    }
    return positives > 0 && negatives > 0 ? pairs / positives / negatives : Number.NaN;
  };
}

/**
 * Average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ over the distinct scores from the highest down, without interpolation, as
 * scikit-learn defines it. Undefined without positive rows. Rows where `within` is 0 are never looked at.
 */
export function prepareAveragePrecision(
  score: Float64Array,
  labels: Uint32Array,
  positive: number,
  within: Float64Array | null = null,
): Computation {
  const { order, marks } = rank(score, labels, positive, within);
  return (weights) => {
    let positives = 0;
    let selected = 0;
    let tiePositives = 0;
    let sum = 0;
    for (let place = 0; place < order.length; place++) {
      const weight = weights[order[place] as number] as number;
      const mark = marks[place] as number;
      selected += weight;
      tiePositives += weight * (mark & POSITIVE);
      if (mark >= LAST_OF_TIE && tiePositives > 0) {
        positives += tiePositives;
        sum += (tiePositives * positives) / selected;
        tiePositives = 0;
      }
    }
    return positives > 0 ? sum / positives : Number.NaN;
  };
}

/**
 * Mean of each class's area under the ROC curve against all the others, plain (`macro`, also for `null`) or by the
 * classes' weight (`weighted`). Undefined when a class has no weight (`macro`) or all of it. `null` for other averages.
 */
export function prepareOneVsRest(
  classScores: readonly Float64Array[],
  labels: Uint32Array,
  average: string | null,
): (() => Computation) | null {
  if (average !== null && average !== 'macro' && average !== 'weighted') return null;
  return () => {
    const areas = classScores.map((score, code) => prepareRocAuc(score, labels, code));
    const shares = new Float64Array(classScores.length);
    return (weights) => {
      if (average === 'weighted') classWeights(labels, weights, shares);
      else shares.fill(1);
      let sum = 0;
      let total = 0;
      for (let code = 0; code < areas.length; code++) {
        const share = shares[code] as number;
        if (share === 0) continue;
        sum += share * (areas[code]?.(weights) as number);
        total += share;
      }
      return total > 0 ? sum / total : Number.NaN;
    };
  };
}

function classWeights(labels: Uint32Array, weights: Float64Array, sums: Float64Array): void {
  sums.fill(0);
  for (let row = 0; row < labels.length; row++) {
    const code = labels[row] as number;
    sums[code] = (sums[code] as number) + (weights[row] as number);
  }
}
