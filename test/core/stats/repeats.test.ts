import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meanOf, spreadOfMean, spreadOfNext, trendOf } from '../../../src/core/stats/repeats.ts';
import { studentCdf, studentQuantile } from '../../../src/core/stats/student.ts';

/** Ten accuracies of two models by 10-fold cross-validation. */
const CANDIDATE = [0.91, 0.9, 0.92, 0.89, 0.93, 0.9, 0.91, 0.92, 0.9, 0.91];
const BASELINE = [0.9, 0.89, 0.92, 0.87, 0.92, 0.9, 0.89, 0.91, 0.9, 0.9];
const differences = CANDIDATE.map((value, i) => value - (BASELINE[i] as number));

describe('the mean of repeats', () => {
  test('of resampled splits is as far spread as baycomp’s correlated t says', () => {
    const { error, df } = spreadOfMean(differences, 1 / 9);
    expect(df).toBe(9);
    expect(error ** 2).toBeCloseTo(1.1493827160493847e-5, 16);
    const t = meanOf(differences) / error;
    expect(t).toBeCloseTo(2.6546677776450722, 11);
    expect(studentCdf(t, df)).toBeCloseTo(0.9868627951312308, 12);
    expect(2 * studentCdf(-t, df)).toBeCloseTo(0.0263, 4);
  });

  test('of three splits, one of them for testing', () => {
    const { error, df } = spreadOfMean([-1, -5, 3], 1 / 2);
    expect(error ** 2).toBeCloseTo(40 / 3, 12);
    expect(studentCdf(1 / error, df)).toBeCloseTo(0.5950586375786717, 12);
  });

  test('of independent repeats is Student’s, and would reject too soon on splits', () => {
    const { error, df } = spreadOfMean(differences, 0);
    const t = meanOf(differences) / error;
    expect(t).toBeCloseTo(3.857142857142857, 11);
    expect(2 * studentCdf(-t, df)).toBeCloseTo(0.0039, 4);
    const [x, y] = [
      [1.1, 2.2, 0.3, 4.4, 5.1],
      [0.9, 2, 0.5, 3.9, 4.2],
    ] as const;
    const five = x.map((value, i) => value - (y[i] as number));
    const ofFive = spreadOfMean(five, 0);
    expect(meanOf(five) / ofFive.error).toBeCloseTo(1.7509620965266657, 12);
    expect(2 * studentCdf(-meanOf(five) / ofFive.error, 4)).toBeCloseTo(0.15484212070289866, 12);
  });

  test('of equal values has no spread at all, and one value none that is known', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, fc.integer({ min: 2, max: 50 }), (same, n) => {
        const values = Array.from({ length: n }, () => same);
        expect(meanOf(values) - same).toBe(0);
        expect(spreadOfMean(values, 0.25).error).toBe(0);
        expect(spreadOfNext(values).error).toBe(0);
      }),
    );
    expect(spreadOfMean([1], 0.25).error).toBeNaN();
  });
});

describe('the next value after earlier ones', () => {
  const jumpy = [1, 2, 3, 10];
  const deviation = Math.sqrt(50 / 3);

  test('is as far spread as one new value and the mean together', () => {
    expect(spreadOfNext(jumpy)).toEqual({ error: expect.closeTo(deviation * Math.sqrt(5 / 4), 12), df: 3 });
  });

  test('counts the mean as often as the contrast does', () => {
    expect(spreadOfNext(jumpy, 0.98).error).toBeCloseTo(deviation * Math.sqrt(1 + 0.98 ** 2 / 4), 12);
  });

  test('is not taken for calmer than most of the earlier ones say', () => {
    const history = [0.9, 0.91, 0.92, 0.905, 0.915, 0.912];
    expect(spreadOfNext(history).error).toBeCloseTo(1.4826 * 0.005 * Math.sqrt(7 / 6), 12);
    expect(meanOf(history)).toBeCloseTo(0.9103333333333333, 15);
  });

  test('has the limits of Student’s t that Bencher draws where the deviation counts', () => {
    const lower = 0.9103333333333333 - studentQuantile(0.98, 5) * 0.007118052168020881 * Math.sqrt(7 / 6);
    expect(lower).toBeCloseTo(0.8891402619522236, 14);
  });
});

describe('a trend', () => {
  test('has a side, and no chance at all where it is a line', () => {
    expect(trendOf([1, 2, 3, 4])).toEqual({ rises: true, chance: 0 });
    expect(trendOf([4, 3, 2, 1])).toEqual({ rises: false, chance: 0 });
    expect(trendOf([5, 5, 5])).toEqual({ rises: false, chance: 0.5 });
    expect(trendOf([1, 2, 1]).chance).toBe(0.5);
  });

  test('turned round goes the other way with the same chance', () => {
    const values = [0.9, 0.93, 0.91, 0.95, 0.94];
    const [there, back] = [trendOf(values), trendOf(values.toReversed())];
    expect(back.rises).toBe(!there.rises);
    expect(back.chance).toBeCloseTo(there.chance, 14);
  });
});
