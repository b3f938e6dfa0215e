import { ascendingOrder } from './order.ts';
import { resting } from './statistic.ts';
import type { Computation } from './types.ts';

/** Marks of a place: its row is positive; its tie ends there. */
export const POSITIVE = 1;
export const LAST_OF_TIE = 2;

/** Rows from the highest score to the lowest; per place whether the row is positive and whether its tie ends there. */
export interface Ranking {
  order: Uint32Array;
  marks: Uint8Array;
}

/** Sorts rows by descending score; rows where `within` is 0 are left out. O(n). */
export function rank(
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
  const ranking = rank(score, labels, positive, within);
  const { order, marks } = ranking;
  const compute = (weights: Float64Array) => {
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
  return resting(compute, () => ({ kind: 'ranking', measure: 'area', ranking }));
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
  const ranking = rank(score, labels, positive, within);
  const { order, marks } = ranking;
  const compute = (weights: Float64Array) => {
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
  return resting(compute, () => ({ kind: 'ranking', measure: 'average precision', ranking }));
}
