import { describe, expect, test } from '@jest/globals';
import { defaultMetricNames, evaluateMetrics } from '../../../src/core/metrics/evaluate.ts';
import { metricKey } from '../../../src/core/metrics/names.ts';
import { binaryTable, multiclassTable, regressionTable } from './tables.ts';

const request = { positiveLabel: null, slices: [], minSliceRows: 1 };
const binary = binaryTable(['0', '1', '1', '0'], ['0', '1', '0', '1'], {
  score: [0.2, 0.8, 0.4, 0.6],
  slices: { region: ['EU', 'EU', 'EU', 'US'] },
});
const three = multiclassTable(['a', 'b', 'c'], ['a', 'b', 'b'], { classes: ['a', 'b', 'c', 'unused'] });

describe('the default metrics', () => {
  test.each([
    ['binary with scores', binary, 'accuracy precision recall f1 roc_auc log_loss brier'],
    ['binary without scores', { ...binary, score: null }, 'accuracy precision recall f1'],
    ['multiclass', three, 'accuracy precision_macro recall_macro f1_macro'],
    ['regression', regressionTable([1], [1]), 'mean_absolute_error root_mean_squared_error r2'],
  ])('of a table: %s', (_what, table, names) => {
    expect(defaultMetricNames(table)).toEqual(names.split(' '));
  });

  test('of several classes with scores include those of scores', () => {
    const scored = multiclassTable(['a', 'b'], ['a', 'b'], {
      scores: [
        [1, 0],
        [0, 1],
      ],
    });
    expect(defaultMetricNames(scored).slice(-2)).toEqual(['log_loss', 'roc_auc_ovr']);
  });
});

describe('metrics of a table', () => {
  test('say what they are, which way is better, on how many rows and from where', () => {
    const [auc] = evaluateMetrics(binary, { ...request, names: ['AUC'] });
    expect(auc).toEqual({
      name: 'roc_auc',
      identity: {
        id: 'roc_auc',
        average: null,
        positive_label: '1',
        threshold: null,
        k: null,
        labels: null,
        split: null,
        dataset: null,
      },
      slice: null,
      class: null,
      direction: 'higher',
      n: 4,
      source: 'rows',
      value: 0.75,
      state: 'ok',
    });
  });

  test('come for all rows first, then for slices by name with enough rows', () => {
    const metrics = evaluateMetrics(binary, {
      ...request,
      names: ['accuracy', 'recall'],
      slices: ['region'],
    });
    expect(metrics.map(({ slice, name, value, n }) => [slice, name, value, n])).toEqual([
      [null, 'accuracy', 0.5, 4],
      [null, 'recall', 0.5, 4],
      ['region=EU', 'accuracy', 2 / 3, 3],
      ['region=EU', 'recall', 0.5, 3],
      ['region=US', 'accuracy', 0, 1],
      ['region=US', 'recall', null, 1],
    ]);
    const large = evaluateMetrics(binary, {
      ...request,
      names: ['accuracy'],
      slices: ['region'],
      minSliceRows: 2,
    });
    expect(large.map(({ slice }) => slice)).toEqual([null, 'region=EU']);
  });

  test('are left out where the table cannot answer, and come once however they are spelt', () => {
    const names = ['Accuracy', 'acc', 'rmse', 'ndcg@10', 'revenue', '__proto__', 'f1'];
    const metrics = evaluateMetrics({ ...binary, score: null }, { ...request, names: [...names, 'roc_auc'] });
    expect(metrics.map(({ name }) => name)).toEqual(['accuracy', 'f1']);
  });

  test('of several classes carry the class values behind a macro average, for classes that occur', () => {
    const metrics = evaluateMetrics(three, {
      ...request,
      names: ['accuracy', 'recall_macro', 'precision_macro'],
    });
    expect(metrics.map(({ name, class: label, value, state }) => [name, label, value, state])).toEqual([
      ['accuracy', null, 2 / 3, 'ok'],
      ['recall_macro', null, 2 / 3, 'ok'],
      ['precision_macro', null, null, 'undefined'],
      ['recall', 'a', 1, 'ok'],
      ['recall', 'b', 1, 'ok'],
      ['recall', 'c', 0, 'ok'],
      ['precision', 'a', 1, 'ok'],
      ['precision', 'b', 0.5, 'ok'],
      ['precision', 'c', null, 'undefined'],
    ]);
    expect(new Set(metrics.map(metricKey)).size).toBe(metrics.length);
  });

  test('of several classes carry the average precision of each class, from its own scores', () => {
    const scores = [
      [0.8, 0.5, 0.1],
      [0.1, 0.3, 0.2],
      [0.1, 0.2, 0.7],
    ];
    const table = multiclassTable(['b', 'a', 'c'], ['a', 'a', 'c'], { classes: ['a', 'b', 'c'], scores });
    const metrics = evaluateMetrics(table, { ...request, names: ['average_precision_macro'] });
    expect(metrics.map(({ name, class: label, value }) => [name, label, value])).toEqual([
      ['average_precision_macro', null, (1 / 2 + 1 / 3 + 1) / 3],
      ['average_precision', 'a', 1 / 2],
      ['average_precision', 'b', 1 / 3],
      ['average_precision', 'c', 1],
    ]);
  });

  test('follow what the user declared, under any spelling of the name', () => {
    const declarations = {
      f1_score: { direction: null, average: 'macro' },
      recall: { direction: 'lower' as const, positiveLabel: '0' },
    };
    const metrics = evaluateMetrics(binary, { ...request, names: ['f1', 'recall'], declarations });
    expect(
      metrics.map(({ name, identity, class: label, direction }) => [
        name,
        identity.average,
        identity.positive_label,
        label,
        direction,
      ]),
    ).toEqual([
      ['f1', 'macro', null, null, 'higher'],
      ['recall', null, '0', null, 'lower'],
      ['f1', null, null, '0', 'higher'],
      ['f1', null, null, '1', 'higher'],
    ]);
  });

  test('count rows that carry weight, and have no value where none does', () => {
    const weighted = { ...binary, weight: Float64Array.of(0, 0, 2, 2) };
    expect(evaluateMetrics(weighted, { ...request, names: ['accuracy'] })[0]).toMatchObject({
      n: 2,
      value: 0,
    });
    const none = { ...binary, weight: new Float64Array(4) };
    for (const metric of evaluateMetrics(none, request))
      expect(metric).toMatchObject({ n: 0, value: null, state: 'undefined' });
  });
});
