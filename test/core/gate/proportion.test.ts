import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tangoInterval, wilsonInterval } from '../../../src/core/gate/proportion.ts';

describe('Wilson’s interval of a share', () => {
  // statsmodels 0.15.0: proportion_confint(count, n, 2 * alpha, 'wilson').
  test.each<[number, number, number, number, number]>([
    [81, 263, 0.025, 0.2552885198782742, 0.36620957698280004],
    [0, 97, 0.05, 0, 0.027135336314986856],
    [0, 50, 0.05, 0, 0.051333185786270163],
    [0, 1000, 0.001, 0, 0.009459204693115187],
  ])('%d of %d at α = %d', (count, n, alpha, lower, upper) => {
    const [low, high] = wilsonInterval(count, n, alpha);
    expect(low).toBeCloseTo(lower, 12);
    expect(high).toBeCloseTo(upper, 12);
  });

  test('mirrors: rows right and rows wrong say the same', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (right, wrong) => {
        fc.pre(right + wrong > 0);
        const [low, high] = wilsonInterval(right, right + wrong, 0.05);
        const [other, another] = wilsonInterval(wrong, right + wrong, 0.05);
        expect(low).toBeCloseTo(1 - another, 12);
        expect(high).toBeCloseTo(1 - other, 12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** The score statistic with the nuisance share found by search over the likelihood, not by its formula. */
function scoreStatistic(lost: number, won: number, n: number, difference: number): number {
  const likelihood = (q: number) =>
    lost * Math.log(q) + won * Math.log(q + difference) + (n - lost - won) * Math.log(1 - 2 * q - difference);
  let [low, high] = [Math.max(0, -difference), (1 - difference) / 2];
  for (let step = 0; step < 200; step += 1) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (likelihood(a) < likelihood(b)) low = a;
    else high = b;
  }
  return (won - lost - n * difference) / Math.sqrt(n * (low + high + difference * (1 - difference)));
}

describe('Tango’s interval of a paired difference', () => {
  test('ends where the score statistic reaches ±z', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 400 }),
        (lost, won, alike) => {
          const n = lost + won + alike;
          const [low, high] = tangoInterval(lost, won, n, 0.05);
          expect(scoreStatistic(lost, won, n, low)).toBeCloseTo(1.6448536, 4);
          expect(scoreStatistic(lost, won, n, high)).toBeCloseTo(-1.6448536, 4);
        },
      ),
    );
  });

  test('leaves ± z² / (n + z²) where no row is discordant', () => {
    const [low, high] = tangoInterval(0, 0, 97, 0.05);
    expect(high).toBeCloseTo(0.027135336314986856, 12);
    expect(low).toBeCloseTo(-high, 12);
  });

  test('holds the difference seen, and turns round with the sides', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(500), (lost, won, alike) => {
        const n = Math.max(1, lost + won + alike);
        const [low, high] = tangoInterval(lost, won, n, 0.05);
        expect(low).toBeLessThanOrEqual((won - lost) / n);
        expect(high).toBeGreaterThanOrEqual((won - lost) / n);
        const [other, another] = tangoInterval(won, lost, n, 0.05);
        expect([-another, -other]).toEqual([low, high]);
      }),
    );
  });
});

function pascal(n: number): (k: number, p: number) => number {
  const logs = Array.from({ length: n + 1 }, () => 0);
  for (let i = 1; i <= n; i += 1) logs[i] = (logs[i - 1] ?? 0) + Math.log(i);
  const choose = (k: number) => (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0);
  return (k, p) =>
    p === 0 ? Number(k === 0) : Math.exp(choose(k) + k * Math.log(p) + (n - k) * Math.log(1 - p));
}

test.each([10, 30, 200])('a share of %i rows just below a bar passes it at most 1.5 α of the time', (n) => {
  const chance = pascal(n);
  const passes = Array.from({ length: n + 1 }, (_, count) => wilsonInterval(count, n, 0.05)[0]);
  for (let truth = 0.5; truth < 0.999; truth += 0.001) {
    const wrong = passes.reduce((sum, lower, count) => sum + (lower > truth ? chance(count, truth) : 0), 0);
    expect(wrong).toBeLessThan(n < 30 ? 0.1 : 0.075);
  }
});
