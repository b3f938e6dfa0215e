import { sortRows } from '../metrics/order.ts';

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
  const halves = halvesWon(score, isPositive);
  const positives = isPositive.reduce((sum, one) => sum + one, 0);
  const negatives = n - positives;
  const positive = new Float64Array(positives);
  const negative = new Float64Array(negatives);
  let at = 0;
  for (let row = 0; row < n; row++) {
    if (isPositive[row] === 1) positive[at++] = (halves[row] as number) / 2 / negatives;
    else negative[row - at] = (2 * positives - (halves[row] as number)) / 2 / positives;
  }
  return { positive, negative };
}

/** Twice the rows of the other class that score below each row, a tie counting once. */
function halvesWon(score: Float64Array, isPositive: Uint8Array): Uint32Array {
  const { order, first } = sortRows(score);
  const n = order.length;
  const halves = new Uint32Array(n);
  let positivesBelow = 0;
  for (let start = 0, end = 0; start < n; start = end) {
    let tied = 0;
    do tied += isPositive[order[end++] as number] as number;
    while (end < n && first[end] === 0);
    const ofPositive = 2 * (start - positivesBelow) + (end - start - tied);
    const ofNegative = 2 * positivesBelow + tied;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      halves[row] = isPositive[row] === 1 ? ofPositive : ofNegative;
    }
    positivesBelow += tied;
  }
  return halves;
}

/** A linear combination of areas under the ROC curve with its variance. */
export interface AreaContrast {
  estimate: number;
  /** NaN when a class has fewer than two rows. */
  variance: number;
  /**
   * How many rows would carry the variance if each had the same share, (Σ u²)² / Σ u⁴, u the placements' distances from
   * their class's mean by its number of rows; NaN where nothing varies.
   */
  effective: number;
}

/**
 * θ of `ours`, less `factor` times θ of `theirs` on the same rows, with the variance of E. DeLong, D. DeLong and
 * D. Clarke-Pearson, Comparing the areas under two or more correlated ROC curves (1988): the sum over the classes of
 * the placements' variance (n − 1) by the number of rows. `theirs` may be `null`.
 */
export function areaContrast(ours: Placements, theirs: Placements | null, factor = 1): AreaContrast {
  const positive = momentsOf(ours.positive, theirs?.positive ?? null, factor);
  const negative = momentsOf(ours.negative, theirs?.negative ?? null, factor);
  const variance = positive.variance + negative.variance;
  const effective = (positive.squares + negative.squares) ** 2 / (positive.fourths + negative.fourths);
  return { estimate: positive.mean, variance, effective };
}

/**
 * Mean of a − factor · b with its variance, and the sums of the distances from it, by their number, squared and to the
 * fourth.
 */
function momentsOf(a: Float64Array, b: Float64Array | null, factor: number) {
  const n = a.length;
  let sum = 0;
  for (let row = 0; row < n; row++) sum += (a[row] as number) - (b ? factor * (b[row] as number) : 0);
  const mean = sum / n;
  let squares = 0;
  let fourths = 0;
  for (let row = 0; row < n; row++) {
    const distance = (a[row] as number) - (b ? factor * (b[row] as number) : 0) - mean;
    const square = distance * distance;
    squares += square;
    fourths += square * square;
  }
  return { mean, variance: squares / (n - 1) / n, squares: squares / n ** 2, fourths: fourths / n ** 4 };
}
