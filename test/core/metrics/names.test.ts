import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CATALOGUE } from '../../../src/core/metrics/catalogue.ts';
import { directionOf, metricKey, parseMetricName } from '../../../src/core/metrics/names.ts';
import type { MetricIdentity } from '../../../src/core/metrics/types.ts';

const plain: MetricIdentity = {
  id: 'f1',
  average: null,
  positive_label: null,
  threshold: null,
  k: null,
  labels: null,
  split: null,
  dataset: null,
};

describe('a metric name', () => {
  test.each([
    ['auc', 'roc_auc'],
    ['ROC AUC', 'roc_auc'],
    ['roc-auc', 'roc_auc'],
    ['RocAuc', 'roc_auc'],
    ['AUROC', 'roc_auc'],
    ['roc_auc_score', 'roc_auc'],
    ['acc', 'accuracy'],
    ['accuracy_score', 'accuracy'],
    ['MAE', 'mean_absolute_error'],
    ['mse', 'mean_squared_error'],
    ['rmse', 'root_mean_squared_error'],
    ['R²', 'r2'],
    ['r2_score', 'r2'],
    ['logloss', 'log_loss'],
    ['ap', 'average_precision'],
    ['mcc', 'matthews_corrcoef'],
    ['brier_score_loss', 'brier'],
    ['brier_score', 'brier'],
    ['mape', 'mean_absolute_percentage_error'],
    ['ece', 'expected_calibration_error'],
    ['kappa', 'cohen_kappa'],
    ['F1-score', 'f1'],
    ['f1_score_macro', 'f1_macro'],
    ['macro f1', 'f1_macro'],
    ['precision weighted avg', 'precision_weighted'],
    ['f2', 'fbeta@2'],
    ['f0.5', 'fbeta@0.5'],
    ['fbeta@2.0', 'fbeta@2'],
    ['fbeta@2_macro', 'fbeta_macro@2'],
    ['fbeta_macro@2', 'fbeta_macro@2'],
    ['top_k_accuracy_score@5', 'top_k_accuracy@5'],
    ['top-5 accuracy', 'top_k_accuracy@5'],
    ['ndcg@10', 'ndcg@10'],
    ['roc_auc_ovr', 'roc_auc_ovr'],
    ['roc_auc_ovr_macro', 'roc_auc_ovr'],
    ['roc_auc_ovr_weighted', 'roc_auc_ovr_weighted'],
    ['roc_auc_ovo', 'roc_auc_ovo'],
    ['pinball@0.9', 'mean_pinball_loss@0.9'],
    ['precision at recall@0.9', 'precision_at_recall@0.9'],
    ['recall_at_fixed_precision@0.5', 'recall_at_precision@0.5'],
  ])('%j is %s', (written, canonical) => {
    expect(parseMetricName(written)).toMatchObject({ name: canonical, known: true });
  });

  test.each([
    'revenue',
    'Val.Loss',
    '',
    '__proto__',
    'constructor',
    'toString',
    'accuracy_macro',
    'fbeta@',
    'fbeta@0',
    'fbeta@-1',
    'fbeta@1e400',
    'f2@3',
    'top_k_accuracy@2.5',
    'accuracy@5',
    '@5',
    'f1 | <!-- -->',
    `${'a_'.repeat(200_000)}@`,
  ])('%j is no metric of the catalogue and stays as it is', (written) => {
    expect(parseMetricName(written)).toMatchObject({
      name: written,
      known: false,
      identity: { id: written },
    });
  });

  test('keeps its canonical form when it is read again', () => {
    const names = fc.oneof(
      fc.constantFrom(...CATALOGUE.keys()),
      fc.string(),
      fc.string({ unit: 'grapheme' }),
    );
    const suffixes = fc.constantFrom('', '_macro', '_score', '@2', '_weighted@3', ' Micro');
    fc.assert(
      fc.property(names, suffixes, (name, suffix) => {
        const once = parseMetricName(name + suffix);
        expect(parseMetricName(once.name)).toEqual(once);
      }),
    );
  });

  test('carries β in its id and k in a field of its own', () => {
    expect(parseMetricName('fbeta@2').identity).toEqual({ ...plain, id: 'fbeta@2' });
    expect(parseMetricName('f1_macro').identity).toEqual({ ...plain, average: 'macro' });
    expect(parseMetricName('top_k_accuracy@5').identity).toEqual({ ...plain, id: 'top_k_accuracy', k: 5 });
  });

  test('takes from the declaration what it leaves open, and no more', () => {
    const declaration = {
      direction: null,
      average: 'micro',
      positiveLabel: 'yes',
      threshold: 0.3,
      labels: ['a', 'b'],
      split: 'test',
      dataset: 'flights',
    };
    const declared = {
      positive_label: 'yes',
      threshold: 0.3,
      labels: ['a', 'b'],
      split: 'test',
      dataset: 'flights',
    };
    expect(parseMetricName('f1', declaration).identity).toEqual({ ...plain, ...declared, average: 'micro' });
    expect(parseMetricName('f1_macro', declaration).identity).toEqual({
      ...plain,
      ...declared,
      average: 'macro',
    });
    expect(parseMetricName('f1', { direction: null, average: 'binary' }).identity).toEqual(plain);
    expect(parseMetricName('mine', { direction: 'lower', k: 3 }).identity).toEqual({
      ...plain,
      id: 'mine',
      k: 3,
    });
  });
});

describe('the direction of a metric', () => {
  test.each([
    ['accuracy', 'higher'],
    ['fbeta@2', 'higher'],
    ['r2', 'higher'],
    ['log_loss', 'lower'],
    ['brier', 'lower'],
    ['max_error', 'lower'],
    ['mean_pinball_loss@0.1', 'lower'],
    ['precision_at_recall@0.9', 'higher'],
    ['recall_at_precision@0.9', 'higher'],
    ['loss', 'lower'],
    ['val_loss', 'lower'],
    ['Validation Loss', 'lower'],
    ['eval/loss', 'lower'],
    ['test.accuracy', 'higher'],
    ['test_acc', 'higher'],
    ['neg_mean_squared_error', 'higher'],
    ['latency_ms', 'lower'],
    ['p95_latency', 'lower'],
    ['latency_p99_ms', 'lower'],
    ['mAP@0.5', 'higher'],
    ['perplexity', 'lower'],
  ])('of %s is %s', (id, direction) => {
    expect(directionOf(id)).toBe(direction);
    expect(directionOf({ ...plain, id })).toBe(direction);
  });

  test.each([
    'duration',
    'mean_error',
    'epochs',
    'latency_budget_left',
    'threshold',
    'support',
    'profit_loss',
    'neg_accuracy',
    'score',
    '__proto__',
    'constructor',
    '',
    'test_',
    '.',
  ])('of %j is not plain', (id) => {
    expect(directionOf(id)).toBeNull();
  });
});

describe('the key of a metric', () => {
  const metric = { identity: plain, slice: null, class: null };

  test.each([
    ['average', { average: 'macro' }],
    ['positive label', { positive_label: '1' }],
    ['threshold', { threshold: 0.3 }],
    ['k', { k: 5 }],
    ['labels', { labels: ['a'] }],
    ['split', { split: 'test' }],
    ['data set', { dataset: 'flights' }],
    ['id', { id: 'recall' }],
  ])('differs when the %s does', (_what, change) => {
    expect(metricKey({ ...metric, identity: { ...plain, ...change } })).not.toBe(metricKey(metric));
  });

  test('differs by slice and class, which do not stand in for each other', () => {
    const keys = [
      metric,
      { ...metric, slice: 'a=1' },
      { ...metric, class: 'a=1' },
      { ...metric, slice: 'a=2' },
    ];
    expect(new Set(keys.map(metricKey)).size).toBe(4);
  });

  test('does not depend on the order of slice conditions or of labels', () => {
    expect(metricKey({ ...metric, slice: 'b=2 & a=1' })).toBe(metricKey({ ...metric, slice: 'a=1 & b=2' }));
    const labelled = (labels: string[]) => metricKey({ ...metric, identity: { ...plain, labels } });
    expect(labelled(['b', 'a'])).toBe(labelled(['a', 'b']));
  });
});
