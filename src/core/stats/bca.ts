import { normalCdf, normalQuantile } from './normal.ts';

/** What shifts the levels of a BCa interval: z₀ and a. Both 0 is the percentile interval. */
export interface Correction {
  /** z₀, the normal quantile of the share of draws below the estimate, ties counting half. ±∞ if all lie on one side. */
  bias: number;
  /** a, a sixth of the skewness of the estimate by the jackknife. NaN if leaving out changes nothing. */
  acceleration: number;
}

/** z₀ of draws beside their estimate; both rounded by the caller, so that ties are ties. */
export function biasOf(draws: Float64Array, estimate: number): number {
  let twice = 0;
  for (const draw of draws) twice += draw < estimate ? 2 : draw === estimate ? 1 : 0;
  return normalQuantile(twice / (2 * draws.length));
}

/** What leaving out one part at a time says of an estimate; NaN if it changes nothing. */
export interface Jackknife {
  /** a, a sixth of the estimate's skewness. */
  acceleration: number;
  /** How many parts would carry the estimate's variance if each had the same share: fewer than there are, if a few do. */
  effective: number;
}

/**
 * From values with one part of the data left out each, d their mean less each of them: a = Σ d³ / 6 (Σ d²)^(3/2), and
 * (Σ d²)² / Σ d⁴ parts, as Kish (1965) counts rows by their weights. `times`: how often each value stands, by default
 * once.
 */
export function jackknifeOf(leftOut: Float64Array, times: Float64Array | null = null): Jackknife {
  const timesOf = (at: number) => (times ? (times[at] as number) : 1);
  const count = times ? times.reduce((sum, one) => sum + one, 0) : leftOut.length;
  const mean = leftOut.reduce((sum, value, at) => sum + timesOf(at) * value, 0) / count;
  let squares = 0;
  let cubes = 0;
  let fourths = 0;
  let largest = 0;
  for (let at = 0; at < leftOut.length; at++) {
    const distance = mean - (leftOut[at] as number);
    const square = distance * distance;
    squares += timesOf(at) * square;
    cubes += timesOf(at) * square * distance;
    fourths += timesOf(at) * square * square;
    largest = Math.max(largest, Math.abs(distance));
  }
  // Values that differ by rounding alone do not differ.
  if (!(largest > ROUNDING * Math.abs(mean))) return { acceleration: Number.NaN, effective: Number.NaN };
  return { acceleration: cubes / 6 / squares ** 1.5, effective: (squares * squares) / fourths };
}

const ROUNDING = 1e-14;

/**
 * Level of the draws' quantile that is the end at normal quantile `z`: Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))). B. Efron,
 * Better bootstrap confidence intervals (1987). Where the denominator is not positive the end is beyond all draws.
 */
export function correctedLevel(z: number, { bias, acceleration }: Correction): number {
  const from = bias + z;
  const scale = 1 - acceleration * from;
  if (scale <= 0) return acceleration > 0 ? 1 : 0;
  return normalCdf(bias + from / scale);
}

/** The normal quantile `z` at which `correctedLevel` is `level`; ±∞ where none reaches it. */
export function uncorrectedQuantile(level: number, { bias, acceleration }: Correction): number {
  const reached = normalQuantile(level) - bias;
  if (acceleration === 0) return reached - bias;
  const scale = 1 + acceleration * reached;
  if (scale <= 0) return acceleration > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (scale === Number.POSITIVE_INFINITY) return 1 / acceleration - bias;
  return reached / scale - bias;
}
