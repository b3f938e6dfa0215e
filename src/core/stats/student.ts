import { regularizedBeta, stirlingError } from './beta.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/**
 * Chance that Student's t with `df` degrees of freedom is at most `t`; relative error below 1e-12 in either tail
 * for df up to 1e6; infinite ones are the normal distribution.
 */
export function studentCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalCdf(t);
  return t < 0 ? upperTail(-t, df) : 1 - upperTail(t, df);
}

/**
 * The number that Student's t with `df` degrees of freedom stays below with chance `p`: −∞ at 0, ∞ at 1, NaN
 * outside. Newton's steps from the normal quantile; relative error below 1e-12 for p from 1e-300.
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p);
  if (p > 0.5) return -studentQuantile(1 - p, df);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  return p > 0.25 ? -centralDistance(0.5 - p, df) : -tailDistance(p, df);
}

/** Chance beyond `t` ≥ 0. */
function upperTail(t: number, df: number): number {
  const [share, rest] = shares(t, df);
  return regularizedBeta(share, rest, df / 2, 0.5) / 2;
}

/** df / (df + t²) and what is missing to 1; a t² that overflows is infinite. */
function shares(t: number, df: number): [number, number] {
  const ratio = (t / Math.sqrt(df)) ** 2;
  return [1 / (1 + ratio), ratio === Number.POSITIVE_INFINITY ? 1 : ratio / (1 + ratio)];
}

/** Distance from 0 within which, on one side, lies the chance `inside` ≤ ¼: the chance is concave, so no step overshoots. */
function centralDistance(inside: number, df: number): number {
  return newton(0, (t) => {
    const [rest, share] = shares(t, df);
    return (inside - regularizedBeta(share, rest, 0.5, df / 2) / 2) / density(t, df);
  });
}

/** Distance beyond which lies the chance `p` ≤ ¼: steps in logarithms, where far tails are straight. */
function tailDistance(p: number, df: number): number {
  return newton(-normalQuantile(p), (t) => {
    const tail = upperTail(t, df);
    return t * Math.expm1((Math.log(tail / p) * tail) / (t * density(t, df)));
  });
}

function newton(start: number, step: (t: number) => number): number {
  let t = start;
  for (let i = 0; i < 60; i += 1) {
    const change = step(t);
    t += change;
    if (Math.abs(change) <= 1e-15 * t) break;
  }
  return t;
}

function density(t: number, df: number): number {
  const a = df / 2;
  const peak = stirlingError(a + 0.5) - stirlingError(a) + a * Math.log1p(1 / df) - 0.5;
  const fall = ((df + 1) / 2) * Math.log1p((t / Math.sqrt(df)) ** 2);
  return Math.exp(peak - fall) / Math.sqrt(2 * Math.PI);
}
