import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { prepareMetric } from '../../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { type Contrast, type ResampleRequest, resample } from '../../../src/core/stats/resample.ts';
import type { Resampled } from '../../../src/core/stats/resampled.ts';
import { seedFrom } from '../../../src/core/stats/seed.ts';
import { binaryTable } from '../metrics/tables.ts';

const seed = seedFrom(['bootstrap tests']);
const difference = (c: number, b: number) => c - b;

/** Deterministic noise in [0, 1): the golden-ratio sequence. */
const noise = (i: number) => (i * 0.6180339887498949 + 0.1) % 1;

/** Two classes, in which `half` names the first and the last rows, and `kind` every fifth row. */
function model(n: number, accuracy: number, offset: number, weight?: readonly number[]): PredictionTable {
  const rows = Array.from({ length: n }, (_, i) => i);
  const labels = rows.map((i) => (i % 3 === 0 ? '1' : '0'));
  const right = rows.map((i) => noise(i * 3 + offset) < accuracy);
  const predictions = labels.map((label, i) => (right[i] === true ? label : label === '1' ? '0' : '1'));
  const score = predictions.map((label, i) => (label === '1' ? 0.45 : 0.05) + noise(i * 7 + offset) / 2);
  const slices = { half: rows.map((i) => (i < n / 2 ? 'a' : 'b')), kind: rows.map((i) => `k${i % 5}`) };
  return binaryTable(labels, predictions, { score, slices, ...(weight && { weight }) });
}

function contrast(
  name: string,
  candidate: PredictionTable,
  baseline: PredictionTable | null,
  rest: Partial<Contrast> = {},
): Contrast {
  const identity = parseMetricName(name).identity;
  return {
    candidate: prepareMetric(identity, candidate, null),
    baseline: baseline && prepareMetric(identity, baseline, null),
    contrast: baseline ? difference : (c) => c,
    method: 'bca',
    line: null,
    alpha: 0.05,
    least: 1,
    ...rest,
  };
}

function resampled(contrasts: Contrast[], rest: Partial<ResampleRequest> = {}): Resampled[] {
  return resample({ weights: new Float64Array(300).fill(1), contrasts, seed, ...rest });
}

/** All that can be compared of a result. */
function shown(found: Resampled | undefined) {
  const { interval, monteCarloErrors, chanceBelow, chanceAbove, ...plain } = found as Resampled;
  return [plain, interval(0.05), monteCarloErrors(0.05), chanceBelow(0.01), chanceAbove(0.01)];
}

const METRICS = ['accuracy', 'f1', 'log_loss', 'brier', 'roc_auc', 'average_precision'];
const [candidate, baseline] = [model(300, 0.9, 0), model(300, 0.8, 500)];

describe('resamples of rows', () => {
  const contrasts = METRICS.map((name) => contrast(name, candidate, baseline));
  const results = resampled(contrasts);

  test.each(METRICS)('give an interval around the value: %s', (name) => {
    const found = results[METRICS.indexOf(name)] as Resampled;
    expect([found.reason, found.fallback, found.method, found.draws]).toEqual([null, null, 'bca', 1999]);
    const plain = (table: PredictionTable) =>
      prepareMetric(parseMetricName(name).identity, table, null).evaluate(new Float64Array(300).fill(1))
        .value;
    expect(found.estimate).toBeCloseTo((plain(candidate) as number) - (plain(baseline) as number), 11);
    const [lower, upper] = found.interval(0.05) as [number, number];
    expect(lower).toBeLessThan(found.estimate as number);
    expect(upper).toBeGreaterThan(found.estimate as number);
  });

  test('do not depend on the order of contrasts or on which others there are', () => {
    const order = fc.shuffledSubarray([...METRICS.keys()], { minLength: 1 });
    fc.assert(
      fc.property(order, (chosen) => {
        const some = resampled(chosen.map((i) => contrasts[i] as Contrast));
        expect(some.map(shown)).toEqual(chosen.map((i) => shown(results[i])));
      }),
      { numRuns: 5 },
    );
  });

  test('are others for another seed', () => {
    const others = resampled(contrasts, { seed: seedFrom(['other']) });
    others.forEach((found, i) => {
      expect(found.standardError).not.toBe(results[i]?.standardError);
    });
  });
});
