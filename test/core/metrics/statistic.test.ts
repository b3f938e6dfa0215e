import { describe, expect, test } from '@jest/globals';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { type PreparedMetric, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import { scatter } from '../../reference/cases.ts';
import { binaryTable, multiclassTable, regressionTable } from './tables.ts';

const random = scatter(21);
const rows = Array.from({ length: 60 }, (_, row) => row);
const labels = rows.map((row) => String(row % 7 === 0 ? 1 : Math.round(random())));
const guesses = labels.map((label) => (random() < 0.3 ? String(1 - Number(label)) : label));
const binary = binaryTable(labels, guesses, { score: rows.map(() => Math.round(random() * 20) / 20) });
const kinds = rows.map((row) => 'abc'[row % 3] as string);
const multiclass = multiclassTable(
  kinds,
  rows.map(() => 'abc'[Math.floor(random() * 3)] as string),
  { classes: ['a', 'b', 'c'], scores: ['a', 'b', 'c'].map(() => rows.map(() => random())) },
);
const regression = regressionTable(
  rows.map((row) => 1e6 + (row % 9)),
  rows.map((row) => 1e6 + (row % 9) + random()),
);

/** The metric by its statistic, as resampling computes it. */
function byStatistic(metric: PreparedMetric, weights: Float64Array): number | null {
  const statistic = metric.statistic();
  if (statistic === null || statistic.kind === 'ranking' || statistic.kind === 'seeds') return null;
  if (statistic.kind === 'cells') {
    const sums = new Float64Array(statistic.size);
    statistic.codes.forEach((cell, row) => {
      sums[cell] = (sums[cell] as number) + (weights[row] as number);
    });
    return statistic.value(sums);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sums = statistic.terms.map((term) =>
    term.reduce((sum, value, row) => sum + value * (weights[row] as number), 0),
  );
  return statistic.value(total, Float64Array.from(sums));
}

const prepared = (name: string, table: typeof binary) =>
  prepareMetric(parseMetricName(name).identity, table, null);

describe('what a metric rests on gives the metric', () => {
  test.each([
    ...['accuracy', 'balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa', 'precision', 'recall', 'f1'].map(
      (name) => [name, 'cells', binary] as const,
    ),
    ...['fbeta@2', 'specificity', 'f1_macro', 'precision_weighted', 'recall_micro'].map(
      (name) => [name, 'cells', binary] as const,
    ),
    ...['f1_macro', 'accuracy', 'matthews_corrcoef'].map((name) => [name, 'cells', multiclass] as const),
    ...['log_loss', 'brier'].map((name) => [name, 'sums', binary] as const),
    ...['log_loss', 'brier', 'top_k_accuracy@2'].map((name) => [name, 'sums', multiclass] as const),
    ...['mean_absolute_error', 'mean_squared_error', 'root_mean_squared_error', 'r2'].map(
      (name) => [name, 'sums', regression] as const,
    ),
    ...['mean_absolute_percentage_error', 'mean_pinball_loss@0.9'].map(
      (name) => [name, 'sums', regression] as const,
    ),
  ])('%s, by %s', (name, kind, table) => {
    const metric = prepared(name, table);
    expect(metric.statistic()?.kind).toBe(kind);
    for (const share of [1, 0.5, 0.05]) {
      const weights = Float64Array.from(rows, () => (random() < share ? random() * 3 : 0));
      const expected = metric.evaluate(weights).value ?? Number.NaN;
      const found = byStatistic(metric, weights) as number;
      if (Number.isNaN(expected)) expect(found).toBeNaN();
      else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));
    }
  });

  test('which is none where it is not defined', () => {
    const nothing = new Float64Array(rows.length);
    const one = Float64Array.from(rows, (row) => Number(row === 5));
    // Labels 3 and 12 are equal.
    const alike = Float64Array.from(rows, (row) => (row === 3 || row === 12 ? 2.5 : 0));
    for (const name of ['f1', 'brier']) expect(byStatistic(prepared(name, binary), nothing)).toBeNaN();
    for (const weights of [nothing, one, alike]) {
      expect(byStatistic(prepared('r2', regression), weights)).toBeNaN();
      expect(prepared('r2', regression).evaluate(weights).state).toBe('undefined');
    }
  });

  test('and is shared by metrics of the same labels and predictions', () => {
    const [a, b] = ['f1', 'cohen_kappa'].map((name) => prepared(name, binary).statistic());
    expect(a?.kind === 'cells' && b?.kind === 'cells' && a.codes === b.codes).toBe(true);
  });

  test('of the calibration error all rows are needed', () => {
    expect(prepared('expected_calibration_error', binary).statistic()).toBeNull();
  });
});
