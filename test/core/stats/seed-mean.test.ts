import { describe, expect, test } from '@jest/globals';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { type PreparedMetric, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import type { Contrast } from '../../../src/core/stats/contrast.ts';
import { normalCdf } from '../../../src/core/stats/normal.ts';
import { quantile } from '../../../src/core/stats/quantile.ts';
import { resample } from '../../../src/core/stats/resample.ts';
import type { Resampled } from '../../../src/core/stats/resampled.ts';
import { seedFrom } from '../../../src/core/stats/seed.ts';
import { meanOverSeeds } from '../../../src/core/stats/seed-mean.ts';
import { freedomOf, seedSpread } from '../../../src/core/stats/seed-spread.ts';
import { studentQuantile } from '../../../src/core/stats/student.ts';
import { binaryTable, regressionTable } from '../metrics/tables.ts';

const N = 60;
const seed = seedFrom(['seeds']);
const noise = (i: number) => (i * 0.6180339887498949 + 0.1) % 1;

/** A metric that is the same on all rows. */
const constant = (value: number): PreparedMetric => ({
  evaluate: () => ({ value, state: 'ok' }),
  statistic: () => null,
});

/** Mean absolute error of a model that errs by `level` on average. */
function erring(level: number): PreparedMetric {
  const labels = Array.from({ length: N }, (_, i) => i % 7);
  const predictions = labels.map((label, i) => label + level + noise(i) - 0.5);
  return prepareMetric(
    parseMetricName('mean_absolute_error').identity,
    regressionTable(labels, predictions),
    null,
  );
}

function judged(
  candidate: readonly PreparedMetric[],
  baseline: readonly PreparedMetric[] | null,
  rest: Partial<Contrast> = {},
  rows = N,
): Resampled {
  const contrast: Contrast = {
    candidate: meanOverSeeds(candidate, 'candidate'),
    baseline: baseline && meanOverSeeds(baseline, 'baseline'),
    contrast: (c, b) => (baseline ? c - b : c),
    method: 'percentile',
    line: null,
    alpha: 0.05,
    least: 1,
    ...rest,
  };
  return resample({ weights: new Float64Array(rows).fill(1), contrasts: [contrast], seed })[0] as Resampled;
}

describe('what seeds add', () => {
  test('by hand: of 0 and 1 the mean is ½ and the variance of a mean of two s² / k = ¼', () => {
    const factor = Math.SQRT2;
    const without = [0.5 + factor * 0.5, 0.5 - factor * 0.5];
    const { seeds, variance } = seedSpread(0.5, without);
    expect(seeds).toBe(2);
    expect(variance).toBeCloseTo(0.25, 14);
  });

  test('alone two sides of k seeds leave 2 (k − 1) degrees of freedom, beside many rows more', () => {
    const side = { seeds: 5, variance: 0.3, cube: 0 };
    expect(freedomOf(0.3, [side])).toBeCloseTo(4, 12);
    expect(freedomOf(0.6, [side, side])).toBeCloseTo(8, 12);
    expect(freedomOf(6, [side, side])).toBeCloseTo(800, 9);
    expect(freedomOf(1, [])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('seeds drawn besides rows', () => {
  const VALUES = [0.7, 0.73, 0.71, 0.78, 0.72];

  test('where rows say nothing, draws are the k^k means of k values, deviations times √(k / (k − 1))', () => {
    const found = judged(VALUES.map(constant), null);
    const centre = VALUES.reduce((sum, value) => sum + value, 0) / 5;
    const means = [0.7, 0.71, 0.72, 0.73, 0.78].reduce<number[]>(
      (sums, _) => sums.flatMap((sum) => VALUES.map((value) => sum + value)),
      [0],
    );
    const all = Float64Array.from(means, (sum) => centre + Math.sqrt(1.25) * (sum / 5 - centre)).sort();
    const variance = VALUES.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 4 / 5;
    expect(found.estimate).toBeCloseTo(centre, 12);
    expect((found.standardError as number) ** 2 / variance).toBeCloseTo(1, 1);
    expect(found.freedom).toBeGreaterThan(3.5);
    expect(found.freedom).toBeLessThan(4.5);
    const [lower, upper] = found.interval(0.05) as [number, number];
    const level = normalCdf(studentQuantile(0.05, found.freedom));
    expect(lower).toBeCloseTo(quantile(all, level), 2);
    expect(upper).toBeCloseTo(quantile(all, 1 - level), 2);
  });

  test('the two sides draw their seeds by themselves, so that equal seeds do not cancel', () => {
    const both = judged(VALUES.map(constant), VALUES.map(constant));
    const alone = judged(VALUES.map(constant), null);
    expect(both.estimate).toBe(0);
    expect((both.standardError as number) / (alone.standardError as number)).toBeCloseTo(Math.SQRT2, 1);
    expect(both.freedom / alone.freedom).toBeCloseTo(2, 0);
  });

  test('seeds that all are one model give the interval of that model', () => {
    const many = judged([1, 1, 1, 1, 1].map(erring), [2, 2, 2, 2, 2].map(erring));
    const one = judged([erring(1)], [erring(2)]);
    expect(many.freedom).toBe(Number.POSITIVE_INFINITY);
    const [ends, others] = [many.interval(0.05), one.interval(0.05)];
    expect(ends?.[0]).toBeCloseTo(others?.[0] as number, 10);
    expect(ends?.[1]).toBeCloseTo(others?.[1] as number, 10);
  });

  test('seeds widen what rows alone say, and the fail level agrees with the interval', () => {
    const levels = [0.903, 1.002, 1.117, 1.058, 0.949];
    const found = judged(levels.map(erring), [1.011, 1.104, 0.893, 0.957, 1.046].map(erring));
    const rows = judged([erring(1)], [erring(1.01)]);
    expect(found.standardError as number).toBeGreaterThan(2 * (rows.standardError as number));
    const [, upper] = found.interval(0.05) as [number, number];
    expect(found.chanceBelow(upper)).toBeCloseTo(0.05, 2);
    expect(found.chanceAbove((found.interval(0.05) as [number, number])[0])).toBeCloseTo(0.05, 2);
  });

  test('one seed without a value leaves the mean without one', () => {
    const lost: PreparedMetric = {
      evaluate: () => ({ value: null, state: 'undefined' }),
      statistic: () => null,
    };
    const side = meanOverSeeds([constant(1), lost], 'candidate');
    expect(side.evaluate(new Float64Array(N).fill(1))).toEqual({ value: null, state: 'undefined' });
    expect(judged([constant(1), lost], null).estimate).toBeNull();
  });

  test('metrics of labels are drawn as counts of the combinations of all seeds, to the same effect', () => {
    const rows = Array.from({ length: 600 }, (_, i) => i);
    const labels = rows.map((i) => String(i % 2));
    const accuracies = (from: number) =>
      [1, 2, 3, 4, 5].map((at) =>
        prepareMetric(
          parseMetricName('accuracy').identity,
          binaryTable(
            labels,
            rows.map((i) => String((i + Number(i % 60 < from + at)) % 2)),
          ),
          null,
        ),
      );
    const opaque = ({ evaluate }: PreparedMetric): PreparedMetric => ({ evaluate, statistic: () => null });
    const [ours, theirs] = [accuracies(6), accuracies(3)];
    const counts = judged(ours, theirs, {}, rows.length);
    const passes = judged(ours.map(opaque), theirs.map(opaque), {}, rows.length);
    expect(counts.estimate).toBeCloseTo(-0.05, 12);
    expect(passes.estimate).toBe(counts.estimate);
    expect((counts.standardError as number) / (passes.standardError as number)).toBeCloseTo(1, 1);
    expect(counts.freedom / passes.freedom).toBeCloseTo(1, 0);
    expect(counts.standardError).not.toBe(passes.standardError);
  });
});
