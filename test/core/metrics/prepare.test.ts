import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { canCompute, canPrepare, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import { sliceWeights } from '../../../src/core/metrics/slices.ts';
import { slicing } from '../../../src/core/metrics/slicing.ts';
import type { MetricValue, PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, multiclassTable, regressionTable } from './tables.ts';

const UNDEFINED: MetricValue = { value: null, state: 'undefined' };
const BINARY = [
  'accuracy',
  'balanced_accuracy',
  'matthews_corrcoef',
  'precision',
  'recall',
  'f1',
  'fbeta@2',
  'f1_macro',
  'precision_micro',
  'recall_weighted',
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier',
  'cohen_kappa',
  'specificity',
  'expected_calibration_error',
  'precision_at_recall@0.6',
  'recall_at_precision@0.6',
];
const REGRESSION = [
  'mean_absolute_error',
  'mean_squared_error',
  'root_mean_squared_error',
  'mean_absolute_percentage_error',
  'median_absolute_error',
  'max_error',
  'mean_pinball_loss@0.9',
  'r2',
];

function evaluate(
  name: string,
  table: PredictionTable,
  weights?: ArrayLike<number>,
  positive: string | null = null,
) {
  const all = weights ? Float64Array.from(weights) : sliceWeights(table, null);
  return prepareMetric(parseMetricName(name).identity, table, positive).evaluate(all as Float64Array);
}

const small = binaryTable(['0', '0', '1', '1', '1'], ['0', '1', '1', '0', '1'], {
  score: [0.1, 0.6, 0.7, 0.35, 0.6],
});

describe('a metric of two classes', () => {
  test.each([
    ['accuracy', 3 / 5],
    ['precision', 2 / 3],
    ['recall', 2 / 3],
    ['f1', 2 / 3],
    ['fbeta@2', 2 / 3],
    ['balanced_accuracy', (1 / 2 + 2 / 3) / 2],
    ['matthews_corrcoef', 1 / 6],
    ['precision_macro', (1 / 2 + 2 / 3) / 2],
    ['recall_weighted', 3 / 5],
    ['f1_micro', 3 / 5],
    ['cohen_kappa', 1 - 10 / 12],
    ['specificity', 1 / 2],
    ['expected_calibration_error', (0.1 + 0.2 + 0.3 + 0.65) / 5],
    ['precision_at_recall@0.6', 3 / 4],
    ['precision_at_recall@1', 3 / 4],
    ['recall_at_precision@0.7', 1],
    ['recall_at_precision@0.9', 1 / 3],
    ['roc_auc', 4.5 / 6],
    ['average_precision', (1 + 2 / 3 + 3 / 4) / 3],
    ['brier', (0.01 + 0.36 + 0.09 + 0.4225 + 0.16) / 5],
    ['log_loss', -(Math.log(0.9) + Math.log(0.4) + Math.log(0.7) + Math.log(0.35) + Math.log(0.6)) / 5],
  ])('%s is what the definition says', (name, expected) => {
    expect(evaluate(name, small).state).toBe('ok');
    expect(evaluate(name, small).value).toBeCloseTo(expected, 14);
  });

  test('counts the configured label as positive', () => {
    expect(evaluate('recall', small, undefined, '0').value).toBe(0.5);
    expect(
      prepareMetric({ ...parseMetricName('recall').identity, positive_label: '0' }, small, '1').evaluate(
        ones(5),
      ).value,
    ).toBe(0.5);
  });

  test.each([
    [['no', '01'], '01'],
    [['0', '1'], '1'],
    [['False', 'TRUE'], 'TRUE'],
  ])('takes the label of %j that reads as 1 or true as positive', (classes, positive) => {
    const [negative] = classes as [string, string];
    const table = binaryTable([negative, positive, positive], [negative, positive, negative]);
    expect(evaluate('recall', table)).toEqual({ value: 0.5, state: 'ok' });
  });

  test.each([[['no', 'yes']], [['1', 'true']], [['2', '10']], [['1.0', '0.0']]])(
    'is undefined with labels %j unless a positive label is configured',
    (classes) => {
      const table = binaryTable(classes, classes, { score: [0.2, 0.9] });
      for (const name of ['precision', 'recall', 'f1', 'roc_auc', 'log_loss', 'brier', 'average_precision']) {
        expect(evaluate(name, table)).toEqual(UNDEFINED);
        expect(evaluate(name, table, undefined, 'absent')).toEqual(UNDEFINED);
        expect(evaluate(name, table, undefined, classes[1] as string).state).toBe('ok');
      }
      expect(evaluate('accuracy', table)).toEqual({ value: 1, state: 'ok' });
      expect(evaluate('f1_macro', table)).toEqual({ value: 1, state: 'ok' });
    },
  );

  test('is judged at a declared threshold', () => {
    const identity = { ...parseMetricName('recall').identity, threshold: 0.35 };
    expect(prepareMetric(identity, small, null).evaluate(ones(5)).value).toBe(1);
    expect(canPrepare(identity, { ...small, score: null })).toBe(false);
    const swapped = { ...small, classes: ['1', '0'] };
    expect(prepareMetric(identity, swapped, null).evaluate(ones(5)).value).toBe(1 / 2);
    const unnamed = binaryTable(['no', 'yes'], ['no', 'yes'], { score: [0.2, 0.9] });
    const accuracy = { ...parseMetricName('accuracy').identity, threshold: 0.5 };
    expect(prepareMetric(accuracy, unnamed, null).evaluate(ones(2))).toEqual(UNDEFINED);
    expect(prepareMetric(accuracy, unnamed, 'yes').evaluate(ones(2))).toEqual({ value: 1, state: 'ok' });
  });

  test('clips probabilities of 0 and 1 at the epsilon of doubles', () => {
    const sure = binaryTable(['0', '1'], ['0', '1'], { score: [1, 1] });
    expect(evaluate('log_loss', sure).value).toBeCloseTo(-Math.log(2 ** -52) / 2, 12);
  });
});

describe('a value that is not defined', () => {
  test.each([
    ['precision without positive predictions', 'precision', binaryTable(['1', '0'], ['0', '0']), null],
    ['recall without positive rows', 'recall', binaryTable(['0', '0'], ['1', '0']), null],
    ['F1 without any positive', 'f1', binaryTable(['0', '0', '1'], ['0', '0', '1']), [1, 1, 0]],
    ['AUC of one class', 'roc_auc', binaryTable(['1', '1'], ['1', '0'], { score: [0.1, 0.2] }), null],
    ['AUC with no weight on one class', 'roc_auc', small, [1, 1, 0, 0, 0]],
    ['average precision without positives', 'average_precision', small, [1, 1, 0, 0, 0]],
    ['MCC of constant predictions', 'matthews_corrcoef', binaryTable(['1', '0'], ['1', '1']), null],
    [
      'log loss of a score above 1',
      'log_loss',
      binaryTable(['1', '0'], ['1', '1'], { score: [0.2, 1.5] }),
      null,
    ],
    ['Brier of a score below 0', 'brier', binaryTable(['1', '0'], ['1', '1'], { score: [-0.2, 0.5] }), null],
    ['kappa of one constant', 'cohen_kappa', binaryTable(['1', '1'], ['1', '1']), null],
    ['specificity without negative rows', 'specificity', binaryTable(['1', '1'], ['1', '0']), null],
    [
      'recall at a precision that no threshold has',
      'recall_at_precision@0.9',
      binaryTable(['1', '0'], ['1', '1'], { score: [0.2, 0.8] }),
      null,
    ],
    ['precision at a recall without positive rows', 'precision_at_recall@0.5', small, [1, 1, 0, 0, 0]],
    [
      'calibration of a score above 1',
      'expected_calibration_error',
      binaryTable(['1', '0'], ['1', '1'], { score: [0.2, 1.5] }),
      null,
    ],
    ['R² of constant labels', 'r2', regressionTable([0.1, 0.1, 0.1], [0.1, 0.2, 0.3]), null],
    ['R² of one row', 'r2', regressionTable([1], [1]), null],
    ['R² when one row carries all weight', 'r2', regressionTable([1, 2], [1, 2]), [0, 3]],
    [
      'macro precision with a class never predicted',
      'precision_macro',
      multiclassTable(['a', 'b', 'c'], ['a', 'b', 'b']),
      null,
    ],
  ])('is named, never 0: %s', (_what, name, table, weights) => {
    expect(evaluate(name, table, weights ?? undefined)).toEqual(UNDEFINED);
  });

  test.each([
    ...BINARY.map((name) => [name, small] as const),
    ...REGRESSION.map((name) => [name, regressionTable([1, 2, 3], [1, 2, 4])] as const),
  ])('%s is undefined where no row has weight', (name, table) => {
    expect(evaluate(name, table, new Float64Array(table.n))).toEqual(UNDEFINED);
  });

  test.each(BINARY)('%s of no rows at all is undefined', (name) => {
    expect(evaluate(name, binaryTable([], [], { score: [] })).state).toBe('undefined');
  });

  test('is infinite when the errors are too large for a number', () => {
    expect(evaluate('mean_squared_error', regressionTable([1e200], [-1e200]))).toEqual({
      value: null,
      state: 'inf',
    });
  });
});

describe('a metric of several classes', () => {
  const scores = [
    [0.7, 0.2, 0.1, 0.3],
    [0.2, 0.5, 0.3, 0.4],
    [0.1, 0.3, 0.6, 0.3],
  ];
  const three = multiclassTable(['a', 'b', 'c', 'b'], ['a', 'b', 'c', 'c'], { scores });

  test.each([
    ['accuracy', 3 / 4],
    ['precision_macro', (1 + 1 + 1 / 2) / 3],
    ['recall_macro', (1 + 1 / 2 + 1) / 3],
    ['recall_weighted', 3 / 4],
    ['f1_macro', (1 + 2 / 3 + 2 / 3) / 3],
    ['balanced_accuracy', (1 + 1 / 2 + 1) / 3],
    ['roc_auc_ovr', 1],
    ['roc_auc_ovo', 1],
    ['top_k_accuracy@1', 1],
    ['average_precision_macro', 1],
    ['expected_calibration_error', (0.3 + 0.5 + 0.4 + 0.6) / 4],
    ['log_loss', -(Math.log(0.7) + Math.log(0.5) + Math.log(0.6) + Math.log(0.4)) / 4],
    ['brier', (0.14 + 0.38 + 0.26 + 0.54) / 4],
  ])('%s is what the definition says', (name, expected) => {
    expect(evaluate(name, three).value).toBeCloseTo(expected, 14);
  });

  test("weighs recall β times as much as precision (the example of scikit-learn's page on fbeta_score)", () => {
    const six = multiclassTable(['0', '1', '2', '0', '1', '2'], ['0', '2', '1', '0', '0', '1']);
    expect(evaluate('fbeta_macro@0.5', six).value).toBeCloseTo(5 / 21, 14);
    expect(evaluate('fbeta_macro@2', six).value).toBeCloseTo(10 / 33, 14);
  });

  test('averages over declared labels only, and not at all over one nobody has', () => {
    const identity = parseMetricName('recall_macro').identity;
    expect(prepareMetric({ ...identity, labels: ['a', 'b'] }, three, null).evaluate(ones(4)).value).toBe(
      0.75,
    );
    expect(prepareMetric({ ...identity, labels: ['a', 'z'] }, three, null).evaluate(ones(4))).toEqual(
      UNDEFINED,
    );
  });

  test('takes the class that comes last first where scores are equal, as scikit-learn does', () => {
    const tied = [[0.4], [0.4], [0.2]];
    const top = (label: string) =>
      evaluate(
        'top_k_accuracy@1',
        multiclassTable([label], [label], { classes: ['a', 'b', 'c'], scores: tied }),
      );
    expect([top('a').value, top('b').value]).toEqual([0, 1]);
  });

  test('compares every two classes that occur, and is undefined where only one does', () => {
    expect(evaluate('roc_auc_ovo', three, [1, 1, 0, 1])).toEqual({ value: 1, state: 'ok' });
    expect(evaluate('roc_auc_ovo', three, [0, 1, 0, 1])).toEqual(UNDEFINED);
  });

  test('macro averages leave out classes that do not occur among the weighted rows', () => {
    expect(evaluate('f1_macro', three, [1, 1, 0, 0])).toEqual({ value: 1, state: 'ok' });
  });
});

describe('a metric of numbers', () => {
  const table = regressionTable([1, 2, -4, 10], [2, 2, -2, 6]);

  test.each([
    ['mean_absolute_percentage_error', (1 + 0 + 0.5 + 0.4) / 4],
    ['median_absolute_error', 1.5],
    ['max_error', 4],
    ['mean_pinball_loss', 7 / 8],
    ['mean_pinball_loss@0.9', (0.1 + 0 + 0.2 + 3.6) / 4],
  ])('%s is what the definition says', (name, expected) => {
    expect(evaluate(name, table).value).toBeCloseTo(expected, 14);
  });

  test('divides by the epsilon of doubles where a label is 0', () => {
    expect(evaluate('mape', regressionTable([0], [1])).value).toBe(2 ** 52);
  });

  test('takes the middle of the weight as the median, and leaves rows without weight alone', () => {
    expect(evaluate('median_absolute_error', table, [1, 1, 1, 4]).value).toBe(4);
    expect(evaluate('median_absolute_error', table, [1, 1, 0, 2]).value).toBe(2.5);
    expect(evaluate('max_error', table, [1, 1, 1, 0]).value).toBe(2);
  });
});

describe('the largest error', () => {
  test('is computed, and draws of rows say nothing about it', () => {
    const { identity } = parseMetricName('max_error');
    const table = regressionTable([1, 2], [1, 3]);
    expect([canCompute(identity, table), canPrepare(identity, table)]).toEqual([true, false]);
  });
});

describe('what a table cannot answer', () => {
  test.each([
    ['top_k_accuracy', multiclassTable(['a', 'b', 'c'], ['a', 'b', 'c'], { scores: [[1], [0], [0]] })],
    ['top_k_accuracy@1', small],
    ['precision_at_recall', small],
    ['precision_at_recall@1.5', small],
    ['mean_pinball_loss@1', regressionTable([1], [1])],
    ['specificity', multiclassTable(['a', 'b', 'c'], ['a', 'b', 'c'])],
    ['roc_auc', { ...small, score: null }],
    ['f1', multiclassTable(['a', 'b', 'c'], ['a', 'b', 'c'])],
    ['roc_auc_ovr', multiclassTable(['a', 'b', 'c'], ['a', 'b', 'c'])],
    ['mean_absolute_error', small],
    ['accuracy', regressionTable([1], [1])],
    ['ndcg@10', small],
    ['precision@5', small],
    ['revenue', small],
    ['__proto__', small],
  ])('%s is missing, not computed from something else', (name, table) => {
    expect(canPrepare(parseMetricName(name).identity, table)).toBe(false);
    expect(evaluate(name, table)).toEqual({ value: null, state: 'missing' });
  });
});

interface Row {
  label: string;
  prediction: string;
  score: number;
  weight: number;
  slice: string;
}

const row = fc.record<Row>({
  label: fc.constantFrom('0', '1'),
  prediction: fc.constantFrom('0', '1'),
  score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 1)),
  weight: fc.integer({ min: 0, max: 3 }),
  slice: fc.constantFrom('x', 'y', 'z'),
});
const rows = fc.array(row, { minLength: 1, maxLength: 30 });

function tableOf(list: readonly Row[]): PredictionTable {
  const [labels, predictions] = [list.map(({ label }) => label), list.map(({ prediction }) => prediction)];
  const table = binaryTable(labels, predictions, {
    score: list.map(({ score }) => score),
    weight: list.map(({ weight }) => weight),
    slices: { slice: list.map(({ slice }) => slice) },
  });
  const codes = (values: string[]) => Uint32Array.from(values, Number);
  return { ...table, classes: ['0', '1'], labelCodes: codes(labels), predictionCodes: codes(predictions) };
}

describe('weights', () => {
  test.each(BINARY)('of whole numbers are repeated rows for %s', (name) => {
    fc.assert(
      fc.property(rows, (list) => {
        const repeated = list.flatMap((entry) =>
          Array.from({ length: entry.weight }, () => ({ ...entry, weight: 1 })),
        );
        expectSame(evaluate(name, tableOf(list)), evaluate(name, tableOf(repeated)));
      }),
    );
  });

  test.each(REGRESSION)('of whole numbers are repeated rows for %s', (name) => {
    const pair = fc.tuple(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 20 }), (list) => {
        const repeated = list.flatMap(([y, p, weight]) =>
          Array.from({ length: weight }, () => [y, p] as const),
        );
        const weighted = regressionTable(
          list.map(([y]) => y),
          list.map(([, p]) => p),
          { weight: list.map(([, , w]) => w) },
        );
        const plain = regressionTable(
          repeated.map(([y]) => y),
          repeated.map(([, p]) => p),
        );
        expectSame(evaluate(name, weighted), evaluate(name, plain));
      }),
    );
  });

  test.each(BINARY)('matter for %s only in proportion', (name) => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0.25, 3, 1e6), (list, factor) => {
        const table = tableOf(list);
        expectSame(
          evaluate(name, table),
          evaluate(
            name,
            table,
            table.weight?.map((weight) => weight * factor),
          ),
        );
      }),
    );
  });

  test('split over the slices of a column make up the whole', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const table = tableOf(list);
        const parts = slicing(table, ['slice'], 1).slices.map(
          ({ slice }) => sliceWeights(table, slice) as Float64Array,
        );
        const sums = Array.from({ length: table.n }, (_, i) =>
          parts.reduce((sum, part) => sum + (part[i] as number), 0),
        );
        expect(sums).toEqual([...(table.weight as Float64Array)]);
        const total = sums.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const shares = parts.map((part) => {
          const weight = part.reduce((sum, value) => sum + value, 0);
          return weight === 0 ? 0 : (weight / total) * (evaluate('accuracy', table, part).value as number);
        });
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(
          evaluate('accuracy', table).value as number,
          12,
        );
      }),
    );
  });
});

describe('the area under the ROC curve', () => {
  test('stays the same when scores are transformed without changing their order', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -5, max: 5 }), (list, shift) => {
        const ranked = list.map((entry) => ({ ...entry, score: Math.round(entry.score * 1000) }));
        const moved = ranked.map((entry) => ({ ...entry, score: Math.cbrt(entry.score) * 7 + shift }));
        expect(evaluate('roc_auc', tableOf(moved))).toEqual(evaluate('roc_auc', tableOf(ranked)));
      }),
    );
  });

  test('turns into its complement when scores turn around', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const before = evaluate('roc_auc', tableOf(list));
        const after = evaluate('roc_auc', tableOf(list.map((entry) => ({ ...entry, score: -entry.score }))));
        expect(after.state).toBe(before.state);
        if (before.value !== null) expect(after.value).toBeCloseTo(1 - before.value, 12);
      }),
    );
  });
});

function ones(n: number): Float64Array {
  return new Float64Array(n).fill(1);
}

function expectSame(actual: MetricValue, expected: MetricValue): void {
  expect(actual.state).toBe(expected.state);
  if (expected.value === null) return;
  const size = Math.max(1, Math.abs(expected.value));
  expect((actual.value as number) / size).toBeCloseTo(expected.value / size, 10);
}
