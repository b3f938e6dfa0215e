import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { areaContrast, type Placements, placementsOf } from '../../../src/core/stats/delong.ts';
import { normalCdf } from '../../../src/core/stats/normal.ts';

/**
 * World Federation of Neurological Surgeons' grade, 1 to 5, of 72 patients with a good outcome and 41 with a poor one
 * after an aneurysmal subarachnoid haemorrhage: data set aSAH of pROC.
 */
const GOOD = [37, 20, 3, 8, 4];
const POOR = [2, 12, 1, 8, 18];

const bits = (text: string) => Uint8Array.from(text, Number);
const placed = (score: readonly number[], outcome: Uint8Array) =>
  placementsOf(Float64Array.from(score), outcome);

describe('the variance of an area under the ROC curve', () => {
  test('is that of pROC 1.18.0 on its data set aSAH', () => {
    const grades = [GOOD, POOR].map((counts) =>
      counts.flatMap((count, i) => new Array<number>(count).fill(i + 1)),
    );
    const outcome = Uint8Array.from(grades.flatMap((some, side) => some.map(() => side)));
    const { estimate, variance } = areaContrast(placed(grades.flat(), outcome), null);
    expect(estimate).toBeCloseTo(0.823678861788618, 14);
    expect(variance).toBeCloseTo(0.00146991470882363, 16);
  });

  test('and of a difference is that of the paper’s formulas', () => {
    const outcome = bits('00110101');
    const [a, b] = [
      placed([0.1, 0.4, 0.35, 0.8, 0.2, 0.7, 0.5, 0.9], outcome),
      placed([0.2, 0.6, 0.3, 0.7, 0.1, 0.4, 0.5, 0.8], outcome),
    ];
    const [ours, theirs, change] = [areaContrast(a, null), areaContrast(b, null), areaContrast(a, b)];
    expect([ours.estimate, theirs.estimate]).toEqual([0.875, 0.75]);
    expect(ours.variance).toBeCloseTo(1 / 48, 15);
    expect(theirs.variance).toBeCloseTo(1 / 24, 15);
    expect(change.variance).toBeCloseTo(1 / 48 + 1 / 24 - 2 / 48, 15);
    const z = change.estimate / Math.sqrt(change.variance);
    expect(z).toBeCloseTo(0.8660254037844385, 13);
    expect(2 * normalCdf(-z)).toBeCloseTo(0.3864762307712327, 13);
    const part = areaContrast(a, b, 0.9);
    expect(part.estimate).toBeCloseTo(0.875 - 0.9 * 0.75, 15);
    expect(part.variance).toBeCloseTo(1 / 48 + 0.81 / 24 - (2 * 0.9) / 48, 15);
  });

  test('is 0 where nothing varies, and no number for a class of one row', () => {
    const apart = placed([1, 2, 3, 4], bits('0011'));
    expect(areaContrast(apart, null)).toEqual({ estimate: 1, variance: 0, effective: Number.NaN });
    expect(areaContrast(apart, apart)).toEqual({ estimate: 0, variance: 0, effective: Number.NaN });
    expect(areaContrast(placed([1, 2, 3], bits('001')), null).variance).toBeNaN();
  });
});

const rows = fc
  .array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { minLength: 4, maxLength: 60 })
  .filter((some) =>
    [true, false].every((side) => some.filter(([, , positive]) => positive === side).length > 1),
  );

/** Every pair of rows of the two classes, one by one. */
function pairwise(score: readonly number[], outcome: Uint8Array): Placements {
  const of = (side: number) => score.filter((_, row) => outcome[row] === side);
  const [negatives, positives] = [of(0), of(1)];
  const share = (others: readonly number[], won: (other: number) => number) =>
    others.reduce((sum, other) => sum + won(other), 0) / others.length;
  const order = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  return {
    positive: Float64Array.from(positives, (ours) => share(negatives, (other) => order(ours, other))),
    negative: Float64Array.from(negatives, (ours) => share(positives, (other) => order(other, ours))),
  };
}

test('placements are those of all pairs, ties counting half', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const outcome = Uint8Array.from(some, ([, , positive]) => Number(positive));
      const score = some.map(([value]) => value - 4);
      const [fast, slow] = [placed(score, outcome), pairwise(score, outcome)];
      for (const side of ['positive', 'negative'] as const) {
        expect(fast[side]).toHaveLength(slow[side].length);
        fast[side].forEach((value, row) => {
          expect(value).toBeCloseTo(slow[side][row] as number, 14);
        });
      }
    }),
  );
});

test('a difference turns its sign with the sides, and as many rows carry its variance', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const outcome = Uint8Array.from(some, ([, , positive]) => Number(positive));
      const [a, b] = [0, 1].map((side) =>
        placed(
          some.map((row) => row[side] as number),
          outcome,
        ),
      ) as [Placements, Placements];
      const [there, back] = [areaContrast(a, b), areaContrast(b, a)];
      expect(back.estimate).toBeCloseTo(-there.estimate, 14);
      expect(back.variance).toBeCloseTo(there.variance, 14);
      if (there.variance < 1e-20) return;
      expect(back.effective).toBeCloseTo(there.effective, 8);
      expect(there.effective).toBeGreaterThanOrEqual(1);
      expect(there.effective).toBeLessThanOrEqual(some.length + 1e-9);
    }),
  );
});
