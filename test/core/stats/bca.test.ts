import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { biasOf, correctedLevel, jackknifeOf, uncorrectedQuantile } from '../../../src/core/stats/bca.ts';
import { normalCdf, normalQuantile } from '../../../src/core/stats/normal.ts';
import { summarise } from '../../../src/core/stats/resampled.ts';

/** Average LSAT scores and GPAs of the classes of 15 law schools (Efron 1982). */
const LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594];
const GPA = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96];
/** Test A of the spatial data, 26 children (Efron and Tibshirani 1993, table 14.1). */
const SPATIAL = [
  ...[48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41],
];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

function correlation(rows: readonly number[]): number {
  const [x, y] = [rows.map((row) => LSAT[row] as number), rows.map((row) => GPA[row] as number)];
  const product = mean(x.map((value, i) => (value - mean(x)) * ((y[i] as number) - mean(y))));
  return product / Math.sqrt(variance(x) * variance(y));
}

/** A statistic with each value left out in turn. */
function leftOut<Value>(values: readonly Value[], statistic: (some: readonly Value[]) => number) {
  return Float64Array.from(values, (_, at) => statistic(values.filter((_value, other) => other !== at)));
}

describe('the jackknife', () => {
  const accelerationOf = (...values: Parameters<typeof jackknifeOf>) => jackknifeOf(...values).acceleration;

  test('has the acceleration of a correlation, law schools', () => {
    const schools = [...LSAT.keys()];
    expect(correlation(schools)).toBeCloseTo(0.776374491289407, 14);
    expect(accelerationOf(leftOut(schools, correlation))).toBeCloseTo(-0.07567156493787919, 12);
  });

  test('and of a variance, spatial data', () => {
    expect(variance(SPATIAL)).toBeCloseTo(171.53402366863904, 11);
    expect(accelerationOf(leftOut(SPATIAL, variance))).toBeCloseTo(0.06124011981230745, 12);
  });

  test('counts values that stand several times so often', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 2,
    });
    fc.assert(
      fc.property(values, (some) => {
        const [each, times] = [0, 1].map((at) => Float64Array.from(some, (one) => one[at] as number));
        const spread = some.flatMap(([value, count]) => new Array<number>(count).fill(value));
        const all = jackknifeOf(Float64Array.from(spread));
        const counted = jackknifeOf(each as Float64Array, times);
        for (const what of ['acceleration', 'effective'] as const) {
          if (Number.isNaN(all[what])) expect(counted[what]).toBeNaN();
          else expect(counted[what] - all[what]).toBeCloseTo(0, 9);
        }
      }),
    );
  });

  test('is no number where leaving out changes nothing but rounding', () => {
    expect(accelerationOf(Float64Array.from([0.3, 0.3, 0.3]))).toBeNaN();
    expect(accelerationOf(Float64Array.from([0.1 + 0.2, 0.3, 0.3]))).toBeNaN();
    expect(jackknifeOf(new Float64Array(5))).toEqual({ acceleration: Number.NaN, effective: Number.NaN });
  });

  test('counts parts by their shares of the variance', () => {
    const alike = Float64Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 1 : -1));
    expect(jackknifeOf(alike).effective).toBeCloseTo(40, 10);
    const two = Float64Array.from({ length: 40 }, (_, at) => (at === 0 ? 1 : at === 1 ? -1 : 0));
    expect(jackknifeOf(two).effective).toBeCloseTo(2, 10);
  });
});

test('the bias counts ties half, and is endless where all draws lie on one side', () => {
  expect(biasOf(Float64Array.from([1, 2, 3, 4]), 2.5)).toBe(0);
  expect(biasOf(Float64Array.from([1, 2, 2, 4]), 2)).toBe(0);
  expect(biasOf(Float64Array.from([1, 2, 3, 4]), 4)).toBeCloseTo(normalQuantile(7 / 8), 14);
  expect(biasOf(Float64Array.from([1, 2]), 0)).toBe(Number.NEGATIVE_INFINITY);
  expect(biasOf(Float64Array.from([1, 2]), 3)).toBe(Number.POSITIVE_INFINITY);
});

const corrections = fc.record({
  bias: fc.double({ min: -1, max: 1, noNaN: true }),
  acceleration: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
});

describe('the corrected level', () => {
  test('is the level itself without a correction', () => {
    for (const z of [-3, -1.6, 0, 2.2])
      expect(correctedLevel(z, { bias: 0, acceleration: 0 })).toBe(normalCdf(z));
  });

  test('rises with the level, also where the formula turns over', () => {
    const two = fc.tuple(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: -8, max: 8, noNaN: true }),
    );
    fc.assert(
      fc.property(two, corrections, ([a, b], correction) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(correctedLevel(low, correction)).toBeLessThanOrEqual(correctedLevel(high, correction) + 1e-15);
      }),
    );
    expect(correctedLevel(5, { bias: 0, acceleration: 0.3 })).toBe(1);
    expect(correctedLevel(-5, { bias: 0, acceleration: -0.3 })).toBe(0);
  });

  test('is turned back by its inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: -2.5, max: 2.5, noNaN: true }), corrections, (z, correction) => {
        const level = correctedLevel(z, correction);
        fc.pre(level > 1e-9 && level < 1 - 1e-9);
        expect(uncorrectedQuantile(level, correction)).toBeCloseTo(z, 5);
      }),
    );
    expect(uncorrectedQuantile(1e-6, { bias: 0, acceleration: 0.3 })).toBe(Number.NEGATIVE_INFINITY);
    expect(uncorrectedQuantile(1 - 1e-6, { bias: 0, acceleration: -0.3 })).toBe(Number.POSITIVE_INFINITY);
  });
});

/** No jackknife is made for percentile intervals. */
const unasked = () => {
  throw new Error('Nobody asked for a jackknife.');
};

describe('the chance beyond a line', () => {
  const draws = Float64Array.from({ length: 1999 }, (_, i) => -Math.log(1 - (i + 0.5) / 1999));
  const found = (acceleration: number, method: 'bca' | 'percentile' = 'bca') =>
    summarise(0.9, draws.slice(), method, () => ({ acceleration, effective: 99 }));

  test('is the level at which the interval ends there', () => {
    const settings = fc.record({
      acceleration: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      line: fc.double({ min: 0.01, max: 4, noNaN: true }),
      alpha: fc.double({ min: 0.003, max: 0.45, noNaN: true }),
    });
    fc.assert(
      fc.property(settings, ({ acceleration, line, alpha }) => {
        const { interval, chanceBelow, chanceAbove } = found(acceleration);
        const [lower, upper] = interval(alpha) as [number, number];
        const [below, above] = [chanceBelow(line) as number, chanceAbove(line) as number];
        // Counts of draws and interpolated quantiles differ by up to two of 2,000 draws.
        if (below < alpha - 0.004) expect(upper).toBeLessThan(line);
        if (below > alpha + 0.004) expect(upper).toBeGreaterThanOrEqual(line);
        if (above < alpha - 0.004) expect(lower).toBeGreaterThan(line);
        if (above > alpha + 0.004) expect(lower).toBeLessThanOrEqual(line);
      }),
    );
  });

  test('lies between one part of the draws and 1', () => {
    const { chanceBelow, chanceAbove } = found(0, 'percentile');
    expect([chanceBelow(99), chanceAbove(-99)]).toEqual([1 / 2000, 1 / 2000]);
    expect([chanceBelow(-99), chanceAbove(99)]).toEqual([1, 1]);
    for (const acceleration of [-0.4, -0.1, 0.1, 0.4]) {
      const { chanceBelow, chanceAbove } = found(acceleration);
      for (const chance of [chanceBelow(99), chanceAbove(-99), chanceBelow(-99), chanceAbove(99)]) {
        expect(chance).toBeGreaterThanOrEqual(1 / 2000);
        expect(chance).toBeLessThanOrEqual(1);
      }
    }
  });

  test('counts draws on the line as not beyond it', () => {
    const { chanceBelow, chanceAbove } = summarise(2, Float64Array.from([1, 2, 2, 3]), 'percentile', unasked);
    expect([chanceBelow(3), chanceBelow(2), chanceAbove(1), chanceAbove(2)]).toEqual([0.4, 0.8, 0.4, 0.8]);
  });

  test('and the Monte-Carlo error of an end is half the way between quantiles √(Bp(1 − p)) ranks off', () => {
    const { monteCarloErrors } = summarise(
      0.5,
      Float64Array.from({ length: 100 }, (_, i) => i / 99),
      'percentile',
      unasked,
    );
    const reach = Math.sqrt(100 * 0.1 * 0.9) / 100;
    for (const error of monteCarloErrors(0.1) as number[]) expect(error).toBeCloseTo(reach, 12);
  });
});
