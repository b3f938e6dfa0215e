import { binomialCdf } from '../stats/binomial.ts';
import { normalQuantile } from '../stats/normal.ts';
import type { Requirement } from './algebra.ts';

type Range = [number, number];

/**
 * Wilson's score interval (1927) of a share `count / n` at two-sided confidence 1 − 2α: the shares whose own standard
 * error reaches the one seen. `n` at least 1.
 */
export function wilsonInterval(count: number, n: number, alpha: number): Range {
  const z2 = normalQuantile(1 - alpha) ** 2;
  const centre = (count + z2 / 2) / (n + z2);
  const reach = Math.sqrt(z2 * ((count * (n - count)) / n + z2 / 4)) / (n + z2);
  return [count === 0 ? 0 : centre - reach, count === n ? 1 : centre + reach];
}

/**
 * Exact chance that this verdict on a bar is wrong: that at least as many of `n` rows lie on its side as do now, if the
 * true share is the bar itself. 0 for bars that no share can be at.
 */
export function chanceAtBar(
  { right, n }: { right: number; n: number },
  { side, bound }: Requirement,
  verdict: 'pass' | 'fail',
): number {
  if (bound < 0 || bound > 1) return 0;
  const above = (side === 'at-least') === (verdict === 'pass');
  return above ? binomialCdf(n - right, n, 1 - bound) : binomialCdf(right, n, bound);
}

/**
 * Tango's score interval (1998) of the difference of two shares on the same `n` rows, (won − lost) / n, at two-sided
 * confidence 1 − 2α: `won` rows only the candidate has right, `lost` only the baseline. ± z² / (n + z²) when no row
 * is discordant.
 */
export function tangoInterval(lost: number, won: number, n: number, alpha: number): Range {
  return [-worstLoss(lost, won, n, alpha), worstLoss(won, lost, n, alpha)];
}

/** Largest loss that the score test at α does not reject, found by halving [loss seen, 1]. */
function worstLoss(lost: number, won: number, n: number, alpha: number): number {
  const z = normalQuantile(1 - alpha);
  let [low, high] = [(lost - won) / n, 1];
  for (let step = 0; step < 60; step += 1) {
    const loss = (low + high) / 2;
    if (n * loss - (lost - won) < z * scoreDeviation(lost, won, n, loss)) low = loss;
    else high = loss;
  }
  return (low + high) / 2;
}

/**
 * Standard deviation of lost − won if the true loss is `loss`: √(n (2q + loss (1 − loss))), q the most likely share
 * of rows won, the root of 2n q² + B q + C = 0 with B = (2n − lost + won) loss − lost − won, C = −won loss (1 − loss).
 */
function scoreDeviation(lost: number, won: number, n: number, loss: number): number {
  const b = (2 * n - lost + won) * loss - lost - won;
  const c = -won * loss * (1 - loss);
  const q = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  return Math.sqrt(Math.max(0, n * (2 * q + loss * (1 - loss))));
}
