import { mean } from './regression.ts';
import type { Computation } from './types.ts';

const EPSILON = Number.EPSILON;

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
  if (scores.some((column) => column.some((score) => !(score >= 0 && score <= 1)))) return () => Number.NaN;
  const losses = new Float64Array(n);
  for (let row = 0; row < n; row++) losses[row] = loss(row);
  return mean(losses);
}
