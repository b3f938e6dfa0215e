import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binomialCdf, mcnemarExact } from '../../../src/core/stats/binomial.ts';
import { studentCdf, studentQuantile } from '../../../src/core/stats/student.ts';

describe('Student’s t', () => {
  test('with one degree of freedom is Cauchy’s distribution', () => {
    for (const p of [1e-12, 1e-6, 0.01, 0.2, 0.3, 0.49]) {
      expectClose(studentQuantile(p, 1), -1 / Math.tan(Math.PI * p));
      expectClose(studentCdf(-1 / Math.tan(Math.PI * p), 1), p);
    }
  });

  test('with two has its quantile in closed form', () => {
    for (const p of [1e-12, 0.001, 0.25, 0.4]) {
      expectClose(studentQuantile(p, 2), (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))));
    }
  });

  test('has a chance that undoes its quantile, for any degrees of freedom', () => {
    const freedom = fc.double({ min: 0, max: 13.8, noNaN: true }).map(Math.exp);
    const chance = fc.double({ min: -27.6, max: -0.7, noNaN: true }).map(Math.exp);
    fc.assert(
      fc.property(freedom, chance, (df, p) => expectClose(studentCdf(studentQuantile(p, df), df), p)),
    );
  });

  test('is symmetric, ends at its limits and has no number outside', () => {
    expect(studentQuantile(0.25, 7)).toBe(-studentQuantile(0.75, 7));
    expect(studentCdf(1.3, 7) + studentCdf(-1.3, 7)).toBe(1);
    expect([0, 0.5, 1, -0.1, 1.1].map((p) => studentQuantile(p, 5))).toEqual([
      -Infinity,
      -0,
      Infinity,
      NaN,
      NaN,
    ]);
    expect([-Infinity, 0, Infinity].map((t) => studentCdf(t, 5))).toEqual([0, 0.5, 1]);
    expect([studentCdf(1, 0), studentQuantile(0.2, -1), studentCdf(Number.NaN, 3)]).toEqual([NaN, NaN, NaN]);
  });
});

describe('McNemar’s exact p', () => {
  test.each([
    [121, 59, 4.4344492637555101e-6],
    [59, 121, 4.4344492637555101e-6],
    [5, 0, 0.0625],
    [1, 1, 1],
    [4, 4, 1],
    [0, 0, 1],
  ])('of %i lost and %i won', (lost, won, expected) => {
    expectClose(mcnemarExact(lost, won), expected);
  });
});

test('binomial chances add up from the chances of each count', () => {
  let sum = 0;
  for (let count = 0, each = 0.7 ** 12; count <= 12; count += 1) {
    sum += each;
    expectClose(binomialCdf(count, 12, 0.3), sum);
    each *= ((12 - count) / (count + 1)) * (0.3 / 0.7);
  }
  expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(2, 5, 1.5)]).toEqual([0, 1, NaN]);
});

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}
