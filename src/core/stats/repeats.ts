import { quantile } from './quantile.ts';
import { studentCdf } from './student.ts';

/** A standard error and the degrees of freedom of its Student's t; infinite ones are normal. */
export interface Spread {
  error: number;
  df: number;
}

/** A normal distribution's median absolute deviation times this is its standard deviation. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Spread of the mean of a value, or a paired difference, measured n times, two at least: s √(1 / n + ratio) with n − 1
 * degrees of freedom. `testTrainRatio` is 0 for independent repeats (training seeds); on resampled splits, whose
 * training parts overlap, rows of a test part by rows of its training part (Nadeau and Bengio, 2003).
 */
export function spreadOfMean(values: readonly number[], testTrainRatio: number): Spread {
  const n = values.length;
  return { error: deviationOf(values) * Math.sqrt(1 / n + testTrainRatio), df: n - 1 };
}

/**
 * Spread of a new value less `factor` times the mean of n earlier ones, two at least: s √(1 + factor² / n) with n − 1
 * degrees of freedom, s the larger of their standard deviation and 1.4826 times their median absolute deviation.
 */
export function spreadOfNext(earlier: readonly number[], factor = 1): Spread {
  const n = earlier.length;
  const deviation = Math.max(deviationOf(earlier), MAD_TO_DEVIATION * medianDeviation(earlier));
  return { error: deviation * Math.sqrt(1 + (factor * factor) / n), df: n - 1 };
}

/**
 * Whether values in their order rise or fall in a straight line, and with what chance those without a trend do so at
 * least as steeply, to that side: Student's t of the least-squares slope, n − 2 degrees of freedom, three values at least.
 */
export function trendOf(values: readonly number[]): { rises: boolean; chance: number } {
  const n = values.length;
  const mean = meanOf(values);
  let [along, squares, places] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    const place = i - (n - 1) / 2;
    along += place * (value - mean);
    squares += (value - mean) ** 2;
    places += place * place;
  }
  const rest = Math.max(0, squares * places - along * along);
  const t = along === 0 ? 0 : Math.abs(along) * Math.sqrt((n - 2) / rest);
  return { rises: along > 0, chance: studentCdf(-t, n - 2) };
}

/** Mean of values; of equal ones that value, bit by bit. */
export function meanOf(values: readonly number[]): number {
  const first = values[0] ?? Number.NaN;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

/** Standard deviation of a sample, divisor n − 1; exactly 0 where all values are equal. */
function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function medianDeviation(values: readonly number[]): number {
  const middle = quantile(ascending(values), 0.5);
  return quantile(ascending(values.map((value) => Math.abs(value - middle))), 0.5);
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
