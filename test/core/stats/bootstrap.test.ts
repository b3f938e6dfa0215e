import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { prepareMetric } from '../../../src/core/metrics/prepare.ts';
import { sliceWeights } from '../../../src/core/metrics/slices.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { type BootstrapRequest, type Contrast, pairedPercentile } from '../../../src/core/stats/bootstrap.ts';
import { normalQuantile } from '../../../src/core/stats/normal.ts';
import { seedFrom } from '../../../src/core/stats/seed.ts';
import { binaryTable, dictionary, regressionTable } from '../metrics/tables.ts';

const seed = seedFrom(['bootstrap tests']);
const difference = (c: number, b: number) => c - b;

/** Deterministic noise in [0, 1): the golden-ratio sequence. */
const noise = (i: number) => (i * 0.6180339887498949 + 0.1) % 1;

function model(n: number, accuracy: number, offset: number): PredictionTable {
  const rows = Array.from({ length: n }, (_, i) => i);
  const labels = rows.map((i) => (i % 3 === 0 ? '1' : '0'));
  const right = rows.map((i) => noise(i + offset) < accuracy);
  const predictions = labels.map((label, i) => (right[i] === true ? label : label === '1' ? '0' : '1'));
  const score = predictions.map((label, i) => (label === '1' ? 0.5 : 0) + noise(i * 7 + offset) / 2);
  return binaryTable(labels, predictions, {
    score,
    slices: { half: rows.map((i) => (i < n / 2 ? 'a' : 'b')) },
  });
}

function contrast(
  name: string,
  candidate: PredictionTable,
  baseline: PredictionTable | null,
  slice: string | null = null,
): Contrast {
  const identity = parseMetricName(name).identity;
  return {
    weights: sliceWeights(candidate, slice) as Float64Array,
    candidate: prepareMetric(identity, candidate, null),
    baseline: baseline && prepareMetric(identity, baseline, null),
    contrast: baseline ? difference : (c) => c,
  };
}

function request(n: number, contrasts: Contrast[], rest: Partial<BootstrapRequest> = {}): BootstrapRequest {
  return { n, baseWeights: null, contrasts, resamples: 999, alpha: 0.05, seed, ...rest };
}

describe('the paired percentile interval', () => {
  const [candidate, baseline] = [model(300, 0.9, 0), model(300, 0.8, 500)];
  const contrasts = [
    contrast('accuracy', candidate, baseline),
    contrast('roc_auc', candidate, baseline),
    contrast('f1', candidate, null),
    contrast('accuracy', candidate, baseline, 'half=a'),
  ];
  const results = pairedPercentile(request(300, contrasts));

  test('holds the plain difference and has a spread', () => {
    for (const { estimate, lower, upper, standardError, draws, undefinedDraws, reason } of results) {
      expect([draws, undefinedDraws, reason]).toEqual([999, 0, null]);
      expect(lower).toBeLessThan(estimate as number);
      expect(upper).toBeGreaterThan(estimate as number);
      expect(standardError).toBeGreaterThan(0);
    }
  });

  test('is the same again for the same seed and another for another', () => {
    expect(pairedPercentile(request(300, contrasts))).toEqual(results);
    expect(pairedPercentile(request(300, contrasts, { seed: seedFrom(['other']) }))).not.toEqual(results);
  });

  test('does not depend on the order of contrasts or on which others there are', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 }), (chosen) => {
        const some = pairedPercentile(
          request(
            300,
            chosen.map((i) => contrasts[i] as Contrast),
          ),
        );
        expect(some).toEqual(chosen.map((i) => results[i]));
      }),
      { numRuns: 10 },
    );
  });

  test('is as wide as theory says for a mean', () => {
    const n = 1000;
    const errors = Array.from({ length: n }, (_, i) => noise(i) * 2 - 1);
    const table = regressionTable(
      errors.map(() => 0),
      errors,
    );
    const [found] = pairedPercentile(request(n, [contrast('mae', table, null)], { resamples: 1999 }));
    const mean = errors.reduce((sum, error) => sum + Math.abs(error), 0) / n;
    const deviation = Math.sqrt(
      errors.reduce((sum, error) => sum + (Math.abs(error) - mean) ** 2, 0) / n / n,
    );
    const reach = normalQuantile(0.95) * deviation;
    expect(found?.estimate).toBeCloseTo(mean, 12);
    // The Monte-Carlo error of a 5 % quantile of 1,999 draws is about 4.7 % of the standard error.
    expect(Math.abs((found?.standardError as number) / deviation - 1)).toBeLessThan(0.06);
    expect(Math.abs((found?.lower as number) - (mean - reach))).toBeLessThan(0.15 * deviation);
    expect(Math.abs((found?.upper as number) - (mean + reach))).toBeLessThan(0.15 * deviation);
  });

  test('of a model against itself is exactly 0', () => {
    const [same] = pairedPercentile(request(300, [contrast('roc_auc', candidate, candidate)]));
    expect(same).toMatchObject({ estimate: 0, lower: 0, upper: 0, standardError: 0 });
  });

  test('multiplies base weights into all contrasts', () => {
    const half = Float64Array.from({ length: 300 }, (_, i) => (i < 150 ? 2 : 0));
    const [based] = pairedPercentile(request(300, [contrasts[0] as Contrast], { baseWeights: half }));
    expect(based).toEqual(results[3]);
  });
});

describe('groups', () => {
  const table = model(240, 0.8, 3);

  test('of one row each resample as rows do', () => {
    const group = dictionary(Array.from({ length: 240 }, (_, i) => `g${i}`));
    const plain = pairedPercentile(request(240, [contrast('f1', table, null)]));
    expect(pairedPercentile(request(240, [contrast('f1', table, null)], { group }))).toEqual(plain);
  });

  test('whose rows are alike make the interval wider, by the square root of their size', () => {
    const errors = Array.from({ length: 1600 }, (_, i) => noise(Math.floor(i / 16)));
    const clustered = regressionTable(
      errors.map(() => 0),
      errors,
    );
    const group = dictionary(errors.map((_, i) => `g${Math.floor(i / 16)}`));
    const [rows] = pairedPercentile(request(1600, [contrast('mae', clustered, null)]));
    const [groups] = pairedPercentile(request(1600, [contrast('mae', clustered, null)], { group }));
    const ratio = (groups?.standardError as number) / (rows?.standardError as number);
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.5);
  });

  test('without rows are never drawn', () => {
    const codes = new Uint32Array(240).map((_, i) => (i < 120 ? 3 : 8));
    const group = { values: Array.from({ length: 10 }, (_, i) => `g${i}`), codes };
    const [found] = pairedPercentile(request(240, [contrast('accuracy', table, null)], { group }));
    expect(found).toMatchObject({ undefinedDraws: 0, reason: null });
  });
});

describe('no interval', () => {
  test('is given when a resample has no value, and it says how many had none', () => {
    const table = binaryTable(['1', '0', '0', '0'], ['1', '0', '0', '1'], { score: [0.9, 0.1, 0.2, 0.6] });
    const [found] = pairedPercentile(request(4, [contrast('roc_auc', table, null)]));
    expect(found).toMatchObject({ estimate: 1, lower: null, upper: null, standardError: null, draws: 999 });
    // A draw of four misses the one positive row with a chance of (3/4)⁴ and all negatives with (1/4)⁴.
    expect(found?.undefinedDraws).toBeGreaterThan(250);
    expect(found?.undefinedDraws).toBeLessThan(400);
    expect(found?.reason).toContain(`${found?.undefinedDraws} of 999 resamples`);
  });

  test('and no estimate is given where the value itself is not defined', () => {
    const table = model(50, 0.8, 0);
    const nothing = { ...contrast('accuracy', table, null), weights: new Float64Array(50) };
    const [first, second] = pairedPercentile(request(50, [nothing, contrast('accuracy', table, null)]));
    expect(first).toMatchObject({ estimate: null, lower: null, upper: null, draws: 0 });
    expect(first?.reason).toContain('not defined');
    expect(second?.reason).toBeNull();
  });

  test('is given for a contrast whose baseline has no value', () => {
    const [some, none] = [model(50, 0.8, 0), binaryTable(Array(50).fill('0'), Array(50).fill('0'))];
    const [found] = pairedPercentile(request(50, [contrast('recall', some, none)]));
    expect(found).toMatchObject({ estimate: null, lower: null });
  });
});

describe('a wrong request', () => {
  const one = contrast('accuracy', model(10, 0.8, 0), null);
  test.each([
    ['weights of another length', request(11, [one])],
    ['base weights of another length', request(10, [one], { baseWeights: new Float64Array(3) })],
    ['groups of another length', request(10, [one], { group: dictionary(['a']) })],
    ['no resamples', request(10, [one], { resamples: 0 })],
    ['alpha of one half', request(10, [one], { alpha: 0.5 })],
    ['alpha that is no number', request(10, [one], { alpha: Number.NaN })],
    ['a seed that is none', request(10, [one], { seed: 'seed' })],
  ])('is refused: %s', (_what, wrong) => {
    expect(() => pairedPercentile(wrong)).toThrow(RangeError);
  });
});
