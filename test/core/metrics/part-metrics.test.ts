import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WHOLE } from '../../../src/core/metrics/division.ts';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { partMetrics } from '../../../src/core/metrics/part-metrics.ts';
import { canCompute, metricValue, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import { sliceWeights } from '../../../src/core/metrics/slices.ts';
import { slicing } from '../../../src/core/metrics/slicing.ts';
import { Sums } from '../../../src/core/metrics/sums.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, multiclassTable, regressionTable } from './tables.ts';

const COUNTS =
  'accuracy balanced_accuracy matthews_corrcoef cohen_kappa precision_macro recall_micro f1_weighted';
const BINARY =
  'precision recall f1 specificity specificity_macro roc_auc average_precision log_loss brier ' +
  'expected_calibration_error precision_at_recall@0.6 precision_at_recall@1 recall_at_precision@0.7';
const SEVERAL =
  'specificity_macro specificity_micro log_loss brier expected_calibration_error roc_auc_ovr roc_auc_ovo ' +
  'average_precision_micro average_precision_macro average_precision_weighted roc_auc_ovr_weighted roc_auc_ovo_weighted top_k_accuracy@2';
const NUMBERS =
  'mean_absolute_error root_mean_squared_error mean_absolute_percentage_error r2 median_absolute_error max_error';

const score = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const weight = fc.constantFrom(0, 0.1, 0.5, 1, 3);
const row = fc.record({
  label: fc.constantFrom('0', '1', '2'),
  prediction: fc.constantFrom('0', '1', '2'),
  scores: fc.tuple(score, score, score),
  weight,
  place: fc.constantFrom('a', 'b', 'c'),
});
const rows = fc.array(row, { maxLength: 40 });
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

const two = (label: string) => (label === '2' ? '0' : label);
const rest = (list: readonly Row[], weighted: boolean) => ({
  ...(weighted && { weight: list.map((each) => each.weight) }),
  slices: { place: list.map(({ place }) => place) },
});
const tables: Record<string, [string, (list: readonly Row[], weighted: boolean) => PredictionTable]> = {
  'of two classes': [
    `${COUNTS} ${BINARY}`,
    (list, weighted) =>
      binaryTable(
        ['0', '1', ...list.map(({ label }) => two(label))],
        ['0', '1', ...list.map(({ prediction }) => two(prediction))],
        {
          score: [0.3, 0.3, ...list.map(({ scores }) => scores[0])],
          ...rest([spare, spare, ...list], weighted),
        },
      ),
  ],
  'of several classes': [
    `${COUNTS} ${SEVERAL}`,
    (list, weighted) =>
      multiclassTable(
        list.map(({ label }) => label),
        list.map(({ prediction }) => prediction),
        {
          classes: ['0', '1', '2'],
          scores: [0, 1, 2].map((code) => list.map(({ scores }) => scores[code] as number)),
          ...rest(list, weighted),
        },
      ),
  ],
  'of numbers': [
    NUMBERS,
    (list, weighted) =>
      regressionTable(
        list.map(({ scores }) => scores[0]),
        list.map(({ scores }) => scores[1]),
        rest(list, weighted),
      ),
  ],
};
const spare: Row = { label: '0', prediction: '0', scores: [0, 0, 0], weight: 1, place: 'a' };

describe('metrics of all parts at once are those of the rows of each part', () => {
  test.each(Object.entries(tables))('%s', (_what, [names, tableOf]) => {
    fc.assert(
      fc.property(rows, fc.boolean(), (list, weighted) => {
        const table = tableOf(list, weighted);
        const identities = names.split(' ').map((name) => parseMetricName(name).identity);
        for (const identity of identities)
          expect([identity.id, canCompute(identity, table)]).toEqual([identity.id, true]);
        const { slices, divisions, placeOf } = slicing(table, ['place'], 1);
        const values = partMetrics(identities, table, null, [WHOLE, ...divisions]);
        const places = [
          { slice: null, division: 0, part: 0 },
          ...slices.map(({ slice }, i) => ({ ...placeOf(i), division: 1, slice })),
        ];
        for (const { slice, division, part } of places) {
          const weights = sliceWeights(table, slice) as Float64Array;
          identities.forEach((identity, i) => {
            const expected = prepareMetric(identity, table, null).evaluate(weights);
            const actual = metricValue(values[i]?.[division]?.[part] ?? Number.NaN);
            const near =
              Math.abs((actual.value ?? 0) - (expected.value ?? 0)) <=
              1e-12 * Math.max(1, Math.abs(expected.value ?? 0));
            expect([identity.id, slice, near ? expected : actual]).toEqual([identity.id, slice, expected]);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('also from a threshold', () => {
    const table = binaryTable(['0', '1', '1', '0'], ['1', '0', '0', '1'], { score: [0.2, 0.8, 0.4, 0.6] });
    const { identity } = parseMetricName('recall', { direction: null, threshold: 0.5 });
    expect(partMetrics([identity], table, null, [WHOLE])).toEqual([[Float64Array.of(0.5)]]);
  });
});

test('many terms add up as exactly as few', () => {
  const sums = new Sums(2);
  for (let i = 0; i < 1e6; i++) sums.add(1, 0.1);
  expect([sums.at(0), sums.at(1)]).toEqual([0, 1e5]);
  for (const term of [1, 1e100, 1, -1e100]) sums.add(0, term);
  expect(sums.at(0)).toBe(2);
});
