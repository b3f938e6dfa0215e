import { normalCdf } from '../stats/normal.ts';
import type { Resampled } from '../stats/resampled.ts';
import { judgeInterval, type Requirement } from './algebra.ts';

/** Levels beyond this many standard errors are not told apart: 6e-16. */
const FARTHEST = 8;

/**
 * Smallest one-sided level at which an interval lies wholly on the bad side; above ½, where the estimate itself is on
 * the good side, 1 less the smallest level at which it lies wholly on that one.
 */
export function failLevel(
  rangeAt: (alpha: number) => readonly [number, number],
  requirement: Requirement,
): number {
  const level = (verdict: 'pass' | 'fail') =>
    smallestLevel((alpha) => judgeInterval(...rangeAt(alpha), requirement) === verdict);
  return level('fail') ?? 1 - (level('pass') ?? 0.5);
}

/** Smallest level below ½ that decides, found by halving the quantile; `null` when none does. */
function smallestLevel(decides: (alpha: number) => boolean): number | null {
  const levelAt = (z: number) => normalCdf(-z);
  if (!decides(levelAt(1e-9))) return null;
  let [low, high] = [1e-9, FARTHEST];
  if (decides(levelAt(high))) return levelAt(high);
  for (let step = 0; step < 50; step += 1) {
    const z = (low + high) / 2;
    if (decides(levelAt(z))) low = z;
    else high = z;
  }
  return levelAt(low);
}

/** The same by draws. */
export function drawnFailLevel(drawn: Resampled, { side, bound }: Requirement): number {
  const level = side === 'at-least' ? drawn.chanceBelow(bound) : drawn.chanceAbove(bound);
  return level as number;
}
