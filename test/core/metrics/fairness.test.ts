import { describe, expect, test } from '@jest/globals';
import { parseRuleText, slicesToRead } from '../../../src/core/gate/rule.ts';
import { evaluateMetrics } from '../../../src/core/metrics/evaluate.ts';
import { directionOf, parseMetricName } from '../../../src/core/metrics/names.ts';
import { canCompute, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import { binaryTable, regressionTable } from './tables.ts';

/** 40 rows of a group: so many of each (label, prediction). */
const group = (sex: string, counts: Record<string, number>) =>
  Object.entries(counts).flatMap(([pair, count]) =>
    Array.from({ length: count }, () => [sex, ...pair] as const),
  );
const tableOf = (rows: readonly (readonly string[])[]) =>
  binaryTable(
    rows.map(([, label]) => label as string),
    rows.map(([, , prediction]) => prediction as string),
    {
      slices: { Sex: rows.map(([sex]) => sex as string) },
    },
  );
const women = group('f', { '11': 8, '10': 2, '01': 6, '00': 24 });
const men = group('m', { '11': 10, '10': 10, '01': 2, '00': 18 });
const names = ['difference', 'ratio'].flatMap((how) => [
  `demographic_parity_${how}@Sex`,
  `equalized_odds_${how}@Sex`,
]);
const evaluate = (table: ReturnType<typeof tableOf>) =>
  evaluateMetrics(table, { names, positiveLabel: null, slices: [], minSliceRows: 1 }).map(
    ({ value, state }) => value ?? state,
  );

describe('fairness between the values of a column', () => {
  test('compares rates of being called positive, and of being so rightly and wrongly', () => {
    const values = evaluate(tableOf([...women, ...men]));
    [14 / 40 - 12 / 40, 0.8 - 0.5, 12 / 14, 0.5].forEach((expected, i) => {
      expect(values[i]).toBeCloseTo(expected, 14);
    });
  });

  test('leaves small groups out, and is undefined below two', () => {
    const few = group('x', { '11': 29 });
    expect(evaluate(tableOf([...women, ...men, ...few]))).toEqual(evaluate(tableOf([...women, ...men])));
    expect(evaluate(tableOf([...women, ...few]))).toEqual(names.map(() => 'undefined'));
  });

  test('is undefined where a group has no row to take a rate of, and for a ratio of 0 to 0', () => {
    const [parity, odds, parityRatio, oddsRatio] = evaluate(tableOf([...women, ...group('m', { '00': 30 })]));
    expect([parity, odds, parityRatio, oddsRatio]).toEqual([14 / 40, 'undefined', 0, 'undefined']);
    const never = tableOf([...group('f', { '00': 20, '10': 20 }), ...group('m', { '00': 20, '10': 20 })]);
    expect(evaluate(never)).toEqual([0, 0, 'undefined', 'undefined']);
  });

  test('has a name that keeps the column as written, a direction, and a column to read', () => {
    expect(parseMetricName('Equalised-Odds Ratio@Sex')).toMatchObject({
      name: 'equalized_odds_ratio@Sex',
      known: true,
    });
    expect(names.map((name) => directionOf(name))).toEqual(['lower', 'lower', 'higher', 'higher']);
    expect(slicesToRead(['a'], [parseRuleText('demographic_parity_difference@Sex:max=0.1')])).toEqual([
      'a',
      'Sex',
    ]);
  });

  test('rests on counts by group, label and prediction', () => {
    const table = tableOf([...women, ...men]);
    for (const name of names) {
      const metric = prepareMetric(parseMetricName(name).identity, table, null);
      const statistic = metric.statistic();
      if (statistic?.kind !== 'cells') throw new Error('There are no cells.');
      const sums = new Float64Array(statistic.size);
      const weights = Float64Array.from({ length: table.n }, (_, row) => (row * 7) % 5);
      for (const [row, cell] of statistic.codes.entries())
        sums[cell] = (sums[cell] as number) + (weights[row] as number);
      expect(metric.evaluate(weights)).toEqual({ value: statistic.value(sums), state: 'ok' });
    }
  });

  test('needs two classes and the column', () => {
    for (const table of [regressionTable([1], [1]), { ...tableOf(women), slices: {} }])
      expect(canCompute(parseMetricName(names[0] as string).identity, table)).toBe(false);
  });
});
