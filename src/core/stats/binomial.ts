import { regularizedBeta } from './beta.ts';

/** Chance of at most `count` successes in `n` trials that each succeed with chance `p`; relative error about 1e-13. */
export function binomialCdf(count: number, n: number, p: number): number {
  if (!(p >= 0 && p <= 1) || Number.isNaN(count)) return Number.NaN;
  if (count < 0) return 0;
  if (count >= n) return 1;
  const whole = Math.floor(count);
  return regularizedBeta(1 - p, p, n - whole, whole + 1);
}

/**
 * Exact two-sided p of McNemar's test (1947): the chance that discordant rows, `lost` and `won` of them, fall at least
 * as unevenly when either kind is as likely. 1 without any.
 */
export function mcnemarExact(lost: number, won: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(lost, won), lost + won, 0.5));
}
