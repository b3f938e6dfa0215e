import type { Direction } from '../metrics/types.ts';
import { normalQuantile } from '../stats/normal.ts';
import { tidy } from '../stats/tidy.ts';
import { isBar } from './rule.ts';
import type { Rule, Verdict } from './types.ts';

/** Power at which the smallest visible effects are stated. */
const POWER = 0.8;

/** `value`, a difference of numbers of this size, rounded to 12 digits of them: 100,000.02 − 100,000 is 0.02. */
function settled(value: number, size: number): number {
  if (!(size > 1) || size === Number.POSITIVE_INFINITY) return value;
  const step = 10 ** (12 - Math.ceil(Math.log10(size)));
  return Math.round(value * step) / step;
}

/** What a rule asks of its estimate: at least or at most `bound`, both in the metric's own sign. */
export interface Requirement {
  side: 'at-least' | 'at-most';
  bound: number;
}

/**
 * The requirement behind a rule. Bars bind the candidate's value (`too-good` from the side that is better); margins bind candidate − baseline (a drop where
 * higher is better, a rise where lower is); percentages bind the contrast of `contrastOf`, with margin 0.
 */
export function requirementOf(rule: Rule, direction: Direction | null): Requirement {
  if (rule.kind === 'min') return { side: 'at-least', bound: rule.amount };
  if (rule.kind === 'max') return { side: 'at-most', bound: rule.amount };
  const higher = direction === 'higher';
  if (rule.kind === 'too-good') return { side: higher ? 'at-most' : 'at-least', bound: rule.amount };
  if (rule.relative) return { side: 'at-least', bound: 0 };
  return higher ? { side: 'at-least', bound: -rule.amount } : { side: 'at-most', bound: rule.amount };
}

/**
 * What is estimated: the candidate's value (bars), candidate − baseline (margins), or for a fraction r
 * θc − (1 − r)θb where higher is better and (1 + r)θb − θc where lower is.
 */
export function contrastOf(rule: Rule, direction: Direction | null): (c: number, b: number) => number {
  if (isBar(rule.kind)) return (c) => c;
  const r = rule.amount;
  const size = (c: number, b: number) => Math.max(Math.abs(c), Math.abs(b));
  if (!rule.relative) return (c, b) => settled(c - b, size(c, b));
  return direction === 'higher'
    ? (c, b) => settled(c - (1 - r) * b, size(c, b))
    : (c, b) => settled((1 + r) * b - c, size(c, b));
}

/** Size of the baseline's coefficient in the contrast of `contrastOf`. */
export function baselineFactor({ relative, amount }: Rule, direction: Direction | null): number {
  if (!relative) return 1;
  return direction === 'higher' ? 1 - amount : 1 + amount;
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

/** Standard error behind a two-sided 1 − 2α interval: its width by 2 z_α. */
export function standardErrorOf([lower, upper]: readonly [number, number], alpha: number): number {
  return (upper - lower) / (2 * normalQuantile(1 - alpha));
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
  const error = standardErrorOf([lower, upper], alpha);
  const pass = (normalQuantile(1 - alpha) + normalQuantile(POWER)) * error;
  return { pass, fail: margin + pass };
}
