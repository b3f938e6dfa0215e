import { flags } from './flags.ts';
import { mean } from './regression.ts';
import type { Computation, RowTerm } from './types.ts';

const EPSILON = Number.EPSILON;
/** Bins of the calibration error. */
export const BINS = 15;

/** One number per row whose mean is the metric; `null` when a score lies outside [0, 1]. */
type LossTerm = (
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
) => RowTerm | null;

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
  return meanLoss(labels.length, logLossTerm(scores, labels, positive));
}

export const logLossTerm: LossTerm = (scores, labels, positive) => {
  if (!areProbabilities(scores)) return null;
  const [score] = scores as [Float64Array];
  const chance =
    positive === null
      ? (row: number) => scores[labels[row] as number]?.[row] as number
      : (row: number) => (labels[row] === positive ? (score[row] as number) : 1 - (score[row] as number));
  return (row) => -Math.log(Math.min(Math.max(chance(row), EPSILON), 1 - EPSILON));
};

/**
 * Mean squared distance between the probabilities and the truth: (p − y)² for two classes (Brier 1950, halved as
 * scikit-learn does), the sum over all classes for more. Undefined when a score lies outside [0, 1].
 */
export function prepareBrier(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
): Computation {
  return meanLoss(labels.length, brierTerm(scores, labels, positive));
}

export const brierTerm: LossTerm = (scores, labels, positive) => {
  if (!areProbabilities(scores)) return null;
  const [score] = scores as [Float64Array];
  if (positive !== null) return (row) => ((labels[row] === positive ? 1 : 0) - (score[row] as number)) ** 2;
  return (row) => {
    let sum = 0;
    for (let code = 0; code < scores.length; code++) {
      const truth = labels[row] === code ? 1 : 0;
      sum += (truth - (scores[code]?.[row] as number)) ** 2;
    }
    return scores.length < 3 ? sum / 2 : sum;
  };
};

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
  const calibration = calibrationBins(scores, labels, positive);
  if (calibration === null) return () => Number.NaN;
  const { bins, gap } = calibration;
  const gaps = Float64Array.from(bins, (_, row) => gap(row));
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
    return total > 0 ? sums.reduce((sum, each) => sum + Math.abs(each), 0) / total : Number.NaN;
  };
}

/** Bin of each row and how far its hit lies from its probability; `null` when a score lies outside [0, 1]. */
export function calibrationBins(
  scores: readonly Float64Array[],
  labels: Uint32Array,
  positive: number | null,
): { bins: Uint8Array; gap: RowTerm } | null {
  if (!areProbabilities(scores)) return null;
  const top = (row: number) => (scores.length === 1 ? 0 : highest(scores, row));
  const bins = new Uint8Array(labels.length);
  for (let row = 0; row < bins.length; row++) {
    const p = scores[top(row)]?.[row] as number;
    bins[row] = Math.min(Math.floor(p * BINS), BINS - 1);
  }
  const gap = (row: number) => {
    const code = top(row);
    return (labels[row] === (positive ?? code) ? 1 : 0) - (scores[code]?.[row] as number);
  };
  return { bins, gap };
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
  return flags(labels, (label, row) => {
    const own = scores[label]?.[row] as number;
    let ahead = 0;
    for (let code = 0; code < scores.length; code++) {
      const score = scores[code]?.[row] as number;
      if (score > own || (score === own && code > label)) ahead += 1;
    }
    return ahead < k;
  });
}

function highest(scores: readonly Float64Array[], row: number): number {
  let top = 0;
  for (let code = 1; code < scores.length; code++)
    if ((scores[code]?.[row] as number) >= (scores[top]?.[row] as number)) top = code;
  return top;
}

function meanLoss(n: number, term: RowTerm | null): Computation {
  if (term === null) return () => Number.NaN;
  const losses = new Float64Array(n);
  for (let row = 0; row < n; row++) losses[row] = term(row);
  return mean(losses);
}

function areProbabilities(scores: readonly Float64Array[]): boolean {
  for (const column of scores)
    for (let row = 0; row < column.length; row++)
      if (!((column[row] as number) >= 0 && (column[row] as number) <= 1)) return false;
  return true;
}
