import { ascendingOrder } from './order.ts';
import type { Computation } from './types.ts';

/**
 * Weighted median: the smallest value with at least half of the weight at or below it; where that is exactly half, the
 * mean of it and the next one (averaged inverted distribution function of Hyndman and Fan 1996), as scikit-learn's
 * `median_absolute_error`. NaN without weight. Values are finite or +∞.
 */
export function prepareMedian(values: Float64Array): Computation {
  const order = ascendingOrder(values);
  return (weights) => {
    let total = 0;
    for (const row of order) total += weights[row] as number;
    let place = -1;
    let below = 0;
    while (place + 1 < order.length && !(below > 0 && below >= total / 2)) {
      place += 1;
      below += weights[order[place] as number] as number;
    }
    if (!(total > 0)) return Number.NaN;
    const lower = values[order[place] as number] as number;
    if (below - total / 2 > Number.EPSILON) return lower;
    const next = order.subarray(place + 1).find((row) => weights[row] !== 0);
    return next === undefined ? lower : (lower + (values[next] as number)) / 2;
  };
}

/** Largest value of the rows that have weight; NaN when none has. */
export function prepareLargest(values: Float64Array): Computation {
  return (weights) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < values.length; row++)
      if (weights[row] !== 0 && (values[row] as number) > largest) largest = values[row] as number;
    return largest === Number.NEGATIVE_INFINITY ? Number.NaN : largest;
  };
}
