import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { benjaminiHochberg } from '../../../src/core/stats/benjamini-hochberg.ts';
import { holm } from '../../../src/core/stats/holm.ts';

describe('Holm’s adjustment', () => {
  test('is that of R’s p.adjust', () => {
    [0.05, 0.08, 0.09, 0.09, 0.09].forEach((expected, i) => {
      expect(holm([0.01, 0.02, 0.03, 0.04, 0.05])[i]).toBeCloseTo(expected, 14);
    });
    // The 15 p-values of Benjamini and Hochberg 1995.
    const many = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278].forEach((expected, i) => {
      expect(holm(many)[i]).toBeCloseTo(expected, 14);
    });
  });

  test('leaves one chance alone, and makes none smaller, in any order', () => {
    expect([holm([]), holm([0.3])]).toEqual([[], [0.3]]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
        const adjusted = holm(chances);
        expect(holm([...chances].reverse()).reverse()).toEqual(adjusted);
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(chances[i] as number);
          expect(value).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

describe('Benjamini’s and Hochberg’s adjustment', () => {
  test('is that of R’s p.adjust', () => {
    for (const value of benjaminiHochberg([0.01, 0.02, 0.03, 0.04, 0.05]))
      expect(value).toBeCloseTo(0.05, 14);
    // The 15 p-values of Benjamini and Hochberg 1995, turned round.
    const many = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ].reverse();
    const adjusted = benjaminiHochberg(many).reverse();
    [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571, 0.0638571, 0.0645, 0.0765, 0.486].forEach(
      (expected, i) => {
        expect(adjusted[i]).toBeCloseTo(expected, 7);
      },
    );
    expect(adjusted.filter((chance) => chance <= 0.05)).toHaveLength(4);
  });

  test('lies between the chance itself and Holm’s', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
        const [adjusted, stricter] = [benjaminiHochberg(chances), holm(chances)];
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual((chances[i] as number) * (1 - 1e-12));
          expect(value).toBeLessThanOrEqual((stricter[i] as number) * (1 + 1e-12));
        });
      }),
    );
  });
});
