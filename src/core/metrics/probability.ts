import { mean } from './regression.ts';
import type { Computation } from './types.ts';

const EPSILON = Number.EPSILON;
const BINS = 15;

/**
 * Mean of −ln p(true class), probabilities clipped to [ε, 1 − ε] with float64's ε as scikit-learn does.
 * `scores`: one column per class, or the positive class alone with its code in `positive`. Undefined when a score
 * lies outside [0, 1].
 */
export function prepareLogLoss(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
): Computation {
  const chance = (row: number): number => {
    const p = trueClassProbability(scores, labels, positive, row);
    return Math.min(Math.max(p, EPSILON), 1 - EPSILON);
  };
  return meanLoss(scores, labels.length, (row) => -Math.log(chance(row)));
}

/**
 * Mean squared distance between the probabilities and the truth: (p − y)² for two classes (Brier 1950, halved as
 * scikit-learn does), the sum over all classes for more. Undefined when a score lies outside [0, 1].
 */
export function prepareBrier(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
): Computation {
  return meanLoss(scores, labels.length, (row) => {
    if (positive !== null) return ((labels[row] === positive ? 1 : 0) - (scores[0]?.[row] as number)) ** 2;
    let sum = 0;
    for (let code = 0; code < scores.length; code++) {
      const truth = labels[row] === code ? 1 : 0;
      sum += (truth - (scores[code]?.[row] as number)) ** 2;
    }
    return scores.length < 3 ? sum / 2 : sum;
  });
}

/**
 * Expected calibration error Σ |Σ w (hit − p)| / Σ w over 15 bins of equal width, bin i holding i/15 ≤ p < (i + 1)/15
 * and the last one also 1 (Guo et al. 2017 with closed lower ends). Two classes: p is the positive class's probability
 * and a hit a positive row; more: p is the highest probability (ties: the class that comes last) and a hit a row of
 * that class. Undefined when a score lies outside [0, 1]. Biased upwards on few rows.
 */
export function prepareCalibrationError(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
): Computation {
  if (!areProbabilities(scores)) return () => Number.NaN;
  const bins = new Uint8Array(labels.length);
  const gaps = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const top = highest(scores, row);
    const p = scores[top]?.[row] as number;
    bins[row] = Math.min(Math.floor(p * BINS), BINS - 1);
    gaps[row] = (labels[row] === (positive ?? top) ? 1 : 0) - p;
  }
  const sums = new Float64Array(BINS);
  return (weights) => {
    sums.fill(0);
    let total = 0;
    for (let row = 0; row < gaps.length; row++) {
      const weight = weights[row] as number;
      const bin = bins[row] as number;
      sums[bin] = (sums[bin] as number) + weight * (gaps[row] as number);
      total += weight;
    }
    return total > 0 ? sums.reduce((sum, gap) => sum + Math.abs(gap), 0) / total : Number.NaN;
  };
}

/** Share of rows whose class is among the `k` with the highest scores (see `topKHits`). */
export function prepareTopK(scores: readonly Float64Array[], labels: Uint32Array, k: number): Computation {
  return mean(Float64Array.from(topKHits(scores, labels, k)));
}

/**
 * 1 for each row whose class is among the `k` with the highest scores, else 0; of equal scores the class that comes
 * last is taken first, as scikit-learn does. All 1 when `k` reaches the number of classes.
 */
export function topKHits(scores: readonly Float64Array[], labels: Uint32Array, k: number): Uint8Array {
  return Uint8Array.from(labels, (label, row) => {
    const own = scores[label]?.[row] as number;
    let ahead = 0;
    for (let code = 0; code < scores.length; code++) {
      const score = scores[code]?.[row] as number;
      if (score > own || (score === own && code > label)) ahead += 1;
    }
    return ahead < k ? 1 : 0;
  });
}

function highest(scores: readonly Float64Array[], row: number): number {
  let top = 0;
  for (let code = 1; code < scores.length; code++)
    if ((scores[code]?.[row] as number) >= (scores[top]?.[row] as number)) top = code;
  return top;
}

function trueClassProbability(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
  row: number,
): number {
  if (positive === null) return scores[labels[row] as number]?.[row] as number;
  const score = scores[0]?.[row] as number;
  return labels[row] === positive ? score : 1 - score;
}

function meanLoss(scores: readonly Float64Array[], n: number, loss: (row: number) => number): Computation {
  if (!areProbabilities(scores)) return () => Number.NaN;
  const losses = new Float64Array(n);
  for (let row = 0; row < n; row++) losses[row] = loss(row);
  return mean(losses);
}

function areProbabilities(scores: readonly Float64Array[]): boolean {
  return scores.every((column) => column.every((score) => score >= 0 && score <= 1));
}
