import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeInterval, type Requirement } from '../../../src/core/gate/algebra.ts';
import { drawnFailLevel, failLevel } from '../../../src/core/gate/fail-level.ts';
import { tangoInterval } from '../../../src/core/gate/proportion.ts';
import { normalCdf, normalQuantile } from '../../../src/core/stats/normal.ts';
import { summarise } from '../../../src/core/stats/resampled.ts';

const atLeast = (bound: number): Requirement => ({ side: 'at-least', bound });
const normal = (estimate: number) => (alpha: number) => {
  const reach = normalQuantile(1 - alpha);
  return [estimate - reach, estimate + reach] as const;
};

describe('the level at which a rule fails', () => {
  test.each([-6, -3, -1.6448536269514722, -0.5, 0.5, 2])('of a normal estimate at %d is its chance', (at) => {
    expect(failLevel(normal(at), atLeast(0))).toBeCloseTo(normalCdf(at), 11);
    expect(failLevel(normal(-at), { side: 'at-most', bound: 0 })).toBeCloseTo(normalCdf(at), 11);
  });

  test('is a half on the bound, and never 0', () => {
    expect(failLevel(normal(0), atLeast(0))).toBeCloseTo(0.5, 6);
    expect(failLevel(normal(-50), atLeast(0))).toBeGreaterThan(0);
    expect(failLevel(normal(-50), atLeast(0))).toBeLessThan(1e-14);
  });

  test('is at most α just when the interval at α fails', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.nat(60),
        fc.double({ min: -0.2, max: 0.1, noNaN: true }),
        (lost, won, bound) => {
          const rangeAt = (alpha: number) => tangoInterval(lost, won, 200, alpha);
          const level = failLevel(rangeAt, atLeast(bound));
          for (const alpha of [0.001, 0.01, 0.05, 0.2]) {
            if (Math.abs(level - alpha) < 1e-9) continue;
            expect(judgeInterval(...rangeAt(alpha), atLeast(bound)) === 'fail').toBe(level < alpha);
          }
        },
      ),
    );
  });
});

describe('the level at which draws fail', () => {
  const draws = Float64Array.from({ length: 999 }, (_, i) => (i - 499) / 100);

  const drawn = summarise(0, draws, 'percentile', () => ({ acceleration: 0, effective: 99 }));

  test.each<[string, Requirement, number]>([
    ['none on the good side', atLeast(5), 1 / 1000],
    ['one of them', atLeast(4.99), 2 / 1000],
    ['half of them', atLeast(0), 501 / 1000],
    ['one from above', { side: 'at-most', bound: -4.99 }, 2 / 1000],
  ])('counts %s', (_what, requirement, level) => {
    expect(drawnFailLevel(drawn, requirement)).toBeCloseTo(level, 14);
  });
});
