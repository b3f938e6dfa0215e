import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawBinomial } from '../../../src/core/stats/binomial-draw.ts';
import { parseSeed, uniforms } from '../../../src/core/stats/random.ts';
import { multinomial } from '../../../src/core/stats/table-scheme.ts';

const seed = parseSeed('00000001000000020000000300000004');

/** All chances of a binomial number by the ratio of neighbours, scaled to a sum of 1. */
function chances(n: number, p: number): Float64Array {
  const found = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  found[mode] = 1;
  for (let k = mode; k < n; k++) found[k + 1] = (((found[k] as number) * (n - k)) / (k + 1)) * (p / (1 - p));
  for (let k = mode; k > 0; k--) found[k - 1] = (((found[k] as number) * k) / (n - k + 1)) * ((1 - p) / p);
  const sum = found.reduce((total, chance) => total + chance, 0);
  return found.map((chance) => chance / sum);
}

describe('a binomial number', () => {
  test.each([
    [1, 0.3],
    [7, 0.5],
    [30, 0.04],
    [40, 0.9],
    [55, 0.25],
    [400, 0.02],
    [1000, 0.499],
    [5000, 0.7],
    [100_000, 0.0004],
    [100_000, 0.31],
  ])('of %d at %d comes for as large a part of all uniform numbers as its chance is', (n, p) => {
    const steps = 50_000;
    const found = new Float64Array(n + 1);
    for (let i = 0; i < steps; i++) {
      const k = drawBinomial(n, p, 1 - p, (i + 0.5) / steps);
      found[k] = (found[k] as number) + 1;
    }
    const exact = chances(n, p);
    // The uniform numbers of one value are an interval, so its share is off by less than two steps.
    const off = found.map((count, k) => Math.abs(count / steps - (exact[k] as number)));
    expect(off.reduce((most, gap) => Math.max(most, gap), 0)).toBeLessThan(2 / steps);
  });

  test('is a whole number from 0 to n, whatever the uniform one', () => {
    const most = 1 - 2 ** -53;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom(0, 2 ** -53, 0.5, most),
        (n, part, u) => {
          const k = drawBinomial(n, part / 1001, (1001 - part) / 1001, u);
          expect(Number.isInteger(k) && k >= 0 && k <= n).toBe(true);
        },
      ),
    );
  });
});

describe('uniform numbers', () => {
  test('are those of the published C code of both generators', () => {
    const random = uniforms(seed);
    random.start(7);
    const [first, second] = [random.next(), random.next()];
    expect([first, second]).toEqual([0.08259937244874738, 0.018737602411046717]);
    random.start(7);
    expect(random.next()).toBe(first);
  });
});

describe('a multinomial resample', () => {
  test('has as many rows as there are, for any counts', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(counts, fc.nat(1e6), (some, index) => {
        const drawn = new Float64Array(some.length);
        multinomial(Float64Array.from(some), seed, drawn)(index);
        const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
        expect(sum(drawn)).toBe(sum(some));
        expect(drawn.every((count) => count >= 0)).toBe(true);
      }),
    );
  });

  test('comes as often as its chance says, outcome by outcome', () => {
    const counts = [3, 2, 1];
    const factorial = [1, 1, 2, 6, 24, 120, 720];
    const draws = 60_000;
    const seen = new Map<string, number>();
    const drawn = new Float64Array(3);
    const draw = multinomial(Float64Array.from(counts), seed, drawn);
    for (let index = 0; index < draws; index++) {
      draw(index);
      const key = drawn.join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    let [outcomes, chiSquare] = [0, 0];
    for (let a = 0; a <= 6; a++) {
      for (let b = 0; a + b <= 6; b++) {
        const drawnCounts = [a, b, 6 - a - b];
        const chance = drawnCounts.reduce(
          (product, k, cell) => (product * ((counts[cell] as number) / 6) ** k) / (factorial[k] as number),
          720,
        );
        chiSquare += ((seen.get(drawnCounts.join()) ?? 0) - draws * chance) ** 2 / (draws * chance);
        outcomes += 1;
      }
    }
    expect(outcomes).toBe(28);
    // Outside these bounds a fair sampler falls with a chance below 1e-4 (χ² with 27 degrees of freedom).
    expect(chiSquare).toBeGreaterThan(7);
    expect(chiSquare).toBeLessThan(65);
  });
});
