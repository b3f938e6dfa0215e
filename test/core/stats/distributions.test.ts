import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalCdf, normalQuantile } from '../../../src/core/stats/normal.ts';
import { quantile } from '../../../src/core/stats/quantile.ts';

describe('the normal distribution', () => {
  test.each([
    [0.85, 1.0364333894937896],
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.5, 0],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
    [1e-300, -37.0470962993612],
  ])('has its quantile at %d', (p, expected) => {
    expectClose(normalQuantile(p), expected, 1e-14);
  });

  test.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.024997895148220435],
    [-10, 7.619853024160527e-24],
    [-37, 5.725571222524577e-300],
    [9, 1],
  ])('lies below %d with its chance', (x, expected) => {
    expectClose(normalCdf(x), expected, 1e-12);
  });

  test('has a chance that undoes the quantile down to the far tail', () => {
    const chances = fc.double({ min: -690, max: -0.7, noNaN: true }).map(Math.exp);
    fc.assert(fc.property(chances, (p) => expectClose(normalCdf(normalQuantile(p)), p, 1e-12)));
  });

  test('is symmetric', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 8, noNaN: true }), (x) =>
        expectClose(normalCdf(x) + normalCdf(-x), 1, 1e-15),
      ),
    );
    expect(normalQuantile(0.25)).toBe(-normalQuantile(0.75));
  });

  test('ends at its limits, and has no number outside', () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
    expect([-Infinity, -40, 40, Infinity, Number.NaN].map(normalCdf)).toEqual([0, 0, 1, 1, NaN]);
  });
});

describe('a quantile', () => {
  test.each([
    [[1, 2, 3], 0.25, 1.5],
    [[1, 2, 3], 0.75, 2.5],
    [[1, 2, 3, 4], 0.9, 3.7],
    [[5], 0.3, 5],
    [[1, 9], 0, 1],
    [[1, 9], 1, 9],
  ])('of %j at %d interpolates between the neighbours of rank p(n − 1)', (values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected, 15);
  });

  test('never leaves the values and never falls as p rises', () => {
    const ascending = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ascending, chance, chance, (list, p, q) => {
        const sorted = Float64Array.from(list).sort();
        const [low, high] = [quantile(sorted, Math.min(p, q)), quantile(sorted, Math.max(p, q))];
        expect(low).toBeGreaterThanOrEqual(sorted[0] as number);
        expect(high).toBeLessThanOrEqual(sorted.at(-1) as number);
        expect(high - low).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  test('of nothing is no number, and outside 0 to 1 is a mistake of the caller', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(() => quantile([1], 1.5)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});

function expectClose(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}
