/**
 * Quantile of ascending values at `p` in [0, 1] by linear interpolation at rank p(n − 1): type 7 of Hyndman and Fan
 * (1996), the default of numpy and R. NaN for no values.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${p}.`);
  if (sorted.length === 0) return Number.NaN;
  const rank = p * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (high - low) * (rank - below);
}
