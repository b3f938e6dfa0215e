import type { Direction } from '../metrics/types.ts';
import { normalQuantile } from '../stats/normal.ts';
import type { Rule, Verdict } from './types.ts';

/** Power at which the smallest visible effects are stated. */
const POWER = 0.8;

/** Differences are rounded to 12 decimals, so that 0.90 − 0.88 is a tie with a margin of 0.02. */
export function tidy(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1e12) / 1e12 : value;
}

/** What a rule asks of its estimate: at least or at most `bound`, both in the metric's own sign. */
export interface Requirement {
  side: 'at-least' | 'at-most';
  bound: number;
}

/**
 * The requirement behind a rule. Bars bind the candidate's value; margins bind candidate − baseline (a drop where
 * higher is better, a rise where lower is); percentages bind the contrast of `contrastOf`, with margin 0.
 */
export function requirementOf(rule: Rule, direction: Direction | null): Requirement {
  if (rule.kind === 'min') return { side: 'at-least', bound: rule.amount };
  if (rule.kind === 'max') return { side: 'at-most', bound: rule.amount };
  const higher = direction === 'higher';
  if (rule.relative) return { side: 'at-least', bound: 0 };
  return higher ? { side: 'at-least', bound: -rule.amount } : { side: 'at-most', bound: rule.amount };
}

/**
 * What is estimated: the candidate's value (bars), candidate − baseline (margins), or for a fraction r
 * θc − (1 − r)θb where higher is better and (1 + r)θb − θc where lower is.
 */
export function contrastOf(rule: Rule, direction: Direction | null): (c: number, b: number) => number {
  if (rule.kind === 'min' || rule.kind === 'max') return (c) => c;
  const r = rule.amount;
  if (!rule.relative) return (c, b) => c - b;
  return direction === 'higher' ? (c, b) => c - (1 - r) * b : (c, b) => (1 + r) * b - c;
}

/** Three-way answer of an interval: all of it on the good side passes, all of it on the bad side fails. */
export function judgeInterval(lower: number, upper: number, { side, bound }: Requirement): Verdict {
  const [lo, hi] = [tidy(lower), tidy(upper)];
  if (side === 'at-least') return lo >= bound ? 'pass' : hi < bound ? 'fail' : 'inconclusive';
  return hi <= bound ? 'pass' : lo > bound ? 'fail' : 'inconclusive';
}

/** Two-way answer of a bare number: no uncertainty is known. */
export function judgePoint(estimate: number, requirement: Requirement): Verdict {
  return judgeInterval(estimate, estimate, requirement);
}

/** Whether the estimate itself lies on the bad side: "likely worse" where the interval cannot decide. */
export function likelyWorse(estimate: number, requirement: Requirement): boolean {
  return judgePoint(estimate, requirement) === 'fail';
}

/**
 * Smallest effects visible at 80 % power from a two-sided 1 − 2α interval, SE = width / 2 z_α: `pass` the smallest
 * margin that an equal model would pass, `fail` the smallest true drop beyond the margin that is called fail.
 */
export function visibleEffects(
  lower: number,
  upper: number,
  alpha: number,
  margin: number,
): { pass: number; fail: number } {
  const zAlpha = normalQuantile(1 - alpha);
  const error = (upper - lower) / (2 * zAlpha);
  const pass = (zAlpha + normalQuantile(POWER)) * error;
  return { pass, fail: margin + pass };
}

/**
 * Half-width of the score interval of a difference when no row is discordant, z² / (n + z²) (Tango 1998): what
 * remains possible although nothing was seen.
 */
export function unseenBound(n: number, alpha: number): number {
  const z2 = normalQuantile(1 - alpha) ** 2;
  return z2 / (n + z2);
}
