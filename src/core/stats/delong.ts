import { ascendingOrder } from '../metrics/order.ts';

/**
 * Where each row stands among the rows of the other class: for a positive row the share of negative rows that score
 * below it, for a negative row the share of positive rows above it, ties counting half. The mean over either class is
 * the area under the ROC curve.
 */
export interface Placements {
  positive: Float64Array;
  negative: Float64Array;
}

/**
 * Placements of scored rows, in the order of the rows, from one sort: O(n) beside it. These are the midrank
 * differences of X. Sun and W. Xu, Fast implementation of DeLong's algorithm (2014). NaN is not allowed; a class
 * without rows leaves the other one's placements NaN.
 */
export function placementsOf(score: Float64Array, isPositive: Uint8Array): Placements {
  const n = score.length;
  const order = ascendingOrder(score);
  const positives = isPositive.reduce((sum, one) => sum + one, 0);
  const negatives = n - positives;
  const placed = new Float64Array(n);
  let [below, positivesBelow] = [0, 0];
  while (below < n) {
    const value = score[order[below] as number];
    let [end, tied] = [below, 0];
    for (; end < n && score[order[end] as number] === value; end++) {
      tied += isPositive[order[end] as number] as number;
    }
    const negativesBelow = below - positivesBelow;
    const ofPositive = (negativesBelow + (end - below - tied) / 2) / negatives;
    const ofNegative = (positives - positivesBelow - tied / 2) / positives;
    for (let at = below; at < end; at++) {
      const row = order[at] as number;
      placed[row] = isPositive[row] ? ofPositive : ofNegative;
    }
    [below, positivesBelow] = [end, positivesBelow + tied];
  }
  return {
    positive: placed.filter((_, row) => isPositive[row] === 1),
    negative: placed.filter((_, row) => isPositive[row] === 0),
  };
}

/** A linear combination of areas under the ROC curve with its variance; `skewness` is that of the estimate. */
export interface AreaContrast {
  estimate: number;
  /** NaN when a class has fewer than two rows. */
  variance: number;
  /** 0 where nothing varies. */
  skewness: number;
}

/**
 * θ of `ours`, less `factor` times θ of `theirs` on the same rows, with the variance of E. DeLong, D. DeLong and
 * D. Clarke-Pearson, Comparing the areas under two or more correlated ROC curves (1988): the sum over the classes of
 * the placements' variance (n − 1) by the number of rows. `theirs` may be `null`.
 */
export function areaContrast(ours: Placements, theirs: Placements | null, factor = 1): AreaContrast {
  const changeOf = (side: keyof Placements) =>
    theirs === null
      ? ours[side]
      : ours[side].map((value, row) => value - factor * (theirs[side][row] as number));
  const [positive, negative] = [momentsOf(changeOf('positive')), momentsOf(changeOf('negative'))];
  const variance = positive.variance + negative.variance;
  const third = positive.third + negative.third;
  return { estimate: positive.mean, variance, skewness: variance > 0 ? third / variance ** 1.5 : 0 };
}

/** Mean, and variance and third central moment of that mean. */
function momentsOf(values: Float64Array): { mean: number; variance: number; third: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const cubes = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  return { mean, variance: squares / (n - 1) / n, third: cubes / n / n ** 2 };
}
