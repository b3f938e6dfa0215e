import { biasOf, type Correction, correctedLevel, type Jackknife, uncorrectedQuantile } from './bca.ts';
import { quantile } from './quantile.ts';
import { freedomOf, type SeedSpread } from './seed-spread.ts';
import { studentCdf, studentQuantile } from './student.ts';

/** What draws say of a contrast. Without an interval `reason` says why in plain words, and all that rests on one is `null`. */
export interface Resampled {
  /** The contrast on the rows as they are; `null` where it is not defined. */
  estimate: number | null;
  /** Standard deviation of the draws (n − 1). */
  standardError: number | null;
  /** Resamples drawn, and how many of them had no value: one is enough to have no interval. */
  draws: number;
  undefinedDraws: number;
  reason: string | null;
  /** How ends are read off the draws; BCa (Efron 1987) may fall back to `percentile`, and `fallback` says why. */
  method: 'bca' | 'percentile';
  fallback: string | null;
  /** z₀ and a; 0 for `percentile`. */
  bias: number;
  acceleration: number;
  /** How many rows, or groups, would carry the variance if each had the same share; `null` without a jackknife. */
  effective: number | null;
  /** Degrees of freedom of Student's t at whose levels ends are read; infinite where only rows are drawn. */
  freedom: number;
  /** Ends at this one-sided level in (0, 0.5): two-sided 1 − 2α. */
  interval(alpha: number): [lower: number, upper: number] | null;
  /** Monte-Carlo standard errors of these ends: half the way between the draws' quantiles √(Bp(1 − p)) ranks off. */
  monteCarloErrors(alpha: number): [lower: number, upper: number] | null;
  /** Smallest one-sided level at which the upper end lies below `line`, from 1 / (draws + 1) to 1. */
  chanceBelow(line: number): number | null;
  /** The same for the lower end above `line`. */
  chanceAbove(line: number): number | null;
}

/**
 * Sorts `draws` in place. Draws and estimate are rounded by the caller, so that ties are ties; NaN is no value. Where
 * few training seeds are drawn besides, the quantile of level Φ(t) stands for that of Φ(z), t Student's at the level
 * (Hesterberg 2015): a variance that few values tell is uncertain itself.
 */
export function summarise(
  estimate: number,
  draws: Float64Array,
  method: 'bca' | 'percentile',
  jackknife: () => Jackknife,
  seeds: () => readonly SeedSpread[] = () => [],
): Resampled {
  const missing = missingReason(estimate, draws);
  if (missing !== null) return { ...NONE, ...missing, method };
  draws.sort();
  const { correction, effective, fallback } =
    method === 'bca' ? bcaCorrection(estimate, draws, jackknife) : { ...UNCORRECTED, fallback: null };
  const standardError = deviation(draws);
  const freedom = freedomOf(standardError ** 2, seeds());
  return {
    estimate,
    standardError,
    draws: draws.length,
    undefinedDraws: 0,
    reason: null,
    method: fallback === null ? method : 'percentile',
    fallback,
    ...correction,
    effective,
    freedom,
    ...readings(draws, correction, freedom),
  };
}

const NO_SHIFT: Correction = { bias: 0, acceleration: 0 };
const UNCORRECTED = { correction: NO_SHIFT, effective: null };

const NONE = {
  standardError: null,
  fallback: null,
  ...NO_SHIFT,
  effective: null,
  freedom: Number.POSITIVE_INFINITY,
  interval: () => null,
  monteCarloErrors: () => null,
  chanceBelow: () => null,
  chanceAbove: () => null,
};

function missingReason(estimate: number, draws: Float64Array) {
  if (!Number.isFinite(estimate)) {
    const reason = 'The value is not defined on these rows.';
    return { estimate: null, draws: 0, undefinedDraws: 0, reason };
  }
  const count = draws.length;
  let undefinedDraws = 0;
  for (const draw of draws) if (!Number.isFinite(draw)) undefinedDraws += 1;
  if (undefinedDraws === 0) return null;
  const reason = `The value is not defined on ${undefinedDraws} of ${count} resamples of the rows: too few of a kind.`;
  return { estimate, draws: count, undefinedDraws, reason };
}

function bcaCorrection(
  estimate: number,
  draws: Float64Array,
  jackknife: () => Jackknife,
): { correction: Correction; effective: number | null; fallback: string | null } {
  const bias = biasOf(draws, estimate);
  if (!Number.isFinite(bias))
    return { ...UNCORRECTED, fallback: 'all resamples lie on one side of the value' };
  const { acceleration, effective } = jackknife();
  if (Number.isFinite(acceleration)) return { correction: { bias, acceleration }, effective, fallback: null };
  return { ...UNCORRECTED, fallback: 'leaving rows out one by one changes nothing' };
}

function readings(
  ascending: Float64Array,
  correction: Correction,
  freedom: number,
): Pick<Resampled, 'interval' | 'monteCarloErrors' | 'chanceBelow' | 'chanceAbove'> {
  const count = ascending.length;
  const { bias, acceleration: a } = correction;
  const levels = (alpha: number): [number, number] => {
    if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`Alpha lies between 0 and 0.5, not at ${alpha}.`);
    const t = studentQuantile(alpha, freedom);
    return [correctedLevel(t, correction), correctedLevel(-t, correction)];
  };
  const errorAt = (level: number): number => {
    const reach = Math.sqrt((level * (1 - level)) / count);
    const [low, high] = [Math.max(0, level - reach), Math.min(1, level + reach)];
    return (quantile(ascending, high) - quantile(ascending, low)) / 2;
  };
  const chanceBeyond = (others: number, shift: Correction): number => {
    const share = (others + 1) / (count + 1);
    if (bias === 0 && a === 0 && freedom === Number.POSITIVE_INFINITY) return share;
    return Math.max(1 / (count + 1), studentCdf(uncorrectedQuantile(share, shift), freedom));
  };
  return {
    interval: (alpha) => levels(alpha).map((level) => quantile(ascending, level)) as [number, number],
    monteCarloErrors: (alpha) => levels(alpha).map(errorAt) as [number, number],
    chanceBelow: (line) =>
      chanceBeyond(count - countBelow(ascending, line, false), { bias: -bias, acceleration: -a }),
    chanceAbove: (line) => chanceBeyond(countBelow(ascending, line, true), correction),
  };
}

/** How many of ascending values lie below `line`, or at it where `including`. */
function countBelow(ascending: Float64Array, line: number, including: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = ascending[middle] as number;
    if (value < line || (including && value === line)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function deviation(values: Float64Array): number {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
}
