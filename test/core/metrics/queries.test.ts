import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { canCompute, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, dictionary, regressionTable } from './tables.ts';

const grouped = (table: PredictionTable, groups: readonly string[]): PredictionTable => ({
  ...table,
  group: dictionary(groups),
});
const measured = (name: string, table: PredictionTable, weights?: readonly number[]) =>
  prepareMetric(parseMetricName(name).identity, table, null).evaluate(
    Float64Array.from(weights ?? new Array<number>(table.n).fill(1)),
  );
const search = grouped(
  binaryTable('0 1 0 1 0 0 1'.split(' '), new Array(7).fill('0'), {
    score: [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2],
  }),
  ['a', 'a', 'a', 'a', 'b', 'b', 'b'],
);

describe('metrics of rankings by query', () => {
  test.each([
    ['mrr', (1 / 2 + 1 / 3) / 2],
    ['mrr@2', (1 / 2 + 0) / 2],
    ['precision@2', (1 / 2 + 0) / 2],
    ['precision@5', (2 / 5 + 1 / 5) / 2],
    ['recall@2', (1 / 2 + 0) / 2],
    ['hit_rate@2', 1 / 2],
    ['hit_rate@3', 1],
    ['ndcg', ((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)) + 1 / Math.log2(4)) / 2],
  ])('%s', (name, expected) => {
    expect(measured(name, search).value).toBeCloseTo(expected, 14);
  });

  test('need a group and a score; others of the name are those of decisions', () => {
    for (const table of [
      { ...search, group: null },
      { ...search, score: null },
    ])
      expect(canCompute(parseMetricName('ndcg@5').identity, table)).toBe(false);
    expect(measured('precision', search)).toEqual({ value: null, state: 'undefined' });
  });

  test('leave queries without a relevant row out of ndcg and recall, and count them 0 elsewhere', () => {
    const table = grouped(binaryTable(['1', '0', '0'], ['0', '0', '0'], { score: [1, 1, 0.5] }), [
      'a',
      'b',
      'b',
    ]);
    expect(
      ['ndcg', 'recall@1', 'mrr', 'precision@1', 'hit_rate@1'].map((name) => measured(name, table).value),
    ).toEqual([1, 1, 0.5, 0.5, 0.5]);
    expect(measured('ndcg', table, [0, 1, 1])).toEqual({ value: null, state: 'undefined' });
    expect(measured('mrr', table, [0, 0, 0])).toEqual({ value: null, state: 'undefined' });
  });

  test('weigh a query by the mean weight of its rows', () => {
    expect(measured('hit_rate@2', search, [3, 3, 3, 3, 1, 1, 1]).value).toBe(0.75);
  });

  test('are undefined for a negative relevance', () => {
    const table = grouped(regressionTable([-1, 2], [1, 2]), ['a', 'a']);
    expect(measured('ndcg', table)).toEqual({ value: null, state: 'undefined' });
  });

  test.each(['ndcg@2', 'recall@2', 'mrr'])('rest on sums when whole queries are drawn: %s', (name) => {
    const table = grouped(
      binaryTable([...'0101001', '0'], new Array(8).fill('0'), {
        score: [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1],
      }),
      [...'aaaabbb', 'nothing'],
    );
    const metric = prepareMetric(parseMetricName(name).identity, table, null);
    const statistic = metric.statistic();
    if (statistic?.kind !== 'sums') throw new Error('There are no sums.');
    for (const [a, b, c] of [
      [1, 1, 1],
      [3, 0.5, 0],
      [0, 2, 1],
    ] as const) {
      const weights = Float64Array.of(a, a, a, a, b, b, b, c);
      const sums = statistic.terms.map((term) =>
        term.reduce((sum, each, row) => sum + each * (weights[row] as number), 0),
      );
      expect(statistic.value(0, Float64Array.from(sums))).toBeCloseTo(
        metric.evaluate(weights).value as number,
        14,
      );
    }
    expect(statistic.value(0, Float64Array.of(0, 0))).toBeNaN();
  });

  test('of equal scores are the mean over all orders', () => {
    const row = fc.record({ relevant: fc.boolean(), score: fc.constantFrom(1, 2) });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('mrr@2', 'precision@2', 'hit_rate@3', 'ndcg@2', 'recall@3'),
        (rows, name) => {
          fc.pre(rows.some(({ relevant }) => relevant));
          const value = (scores: readonly number[]) =>
            measured(
              name,
              grouped(
                regressionTable(
                  rows.map(({ relevant }) => Number(relevant)),
                  scores,
                ),
                rows.map(() => 'q'),
              ),
            ).value as number;
          const orders = permutations(rows.length).map((order) =>
            value(rows.map(({ score }, i) => score + (order[i] as number) / 10)),
          );
          const mean = orders.reduce((sum, each) => sum + each, 0) / orders.length;
          expect(value(rows.map(({ score }) => score))).toBeCloseTo(mean, 12);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  );
}
