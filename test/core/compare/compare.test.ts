import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareRuns } from '../../../src/core/compare/compare.ts';
import { settleMetrics } from '../../../src/core/compare/match.ts';
import type { MetricRow, RunFacts } from '../../../src/core/compare/types.ts';
import { directionOf, parseMetricName } from '../../../src/core/metrics/names.ts';
import type { Metric, ValueState } from '../../../src/core/metrics/types.ts';

function metric(name: string, value: number | ValueState, over: Partial<Metric> = {}): Metric {
  const parsed = parseMetricName(name);
  const number = typeof value === 'number' ? { value, state: 'ok' as const } : { value: null, state: value };
  const { identity } = parsed;
  return {
    name: parsed.name,
    identity,
    slice: null,
    class: null,
    direction: directionOf(identity),
    n: null,
    source: 'file',
    ...number,
    ...over,
  };
}

const NO_DIGESTS = { rows: null, labels: null, evaluator: null };

function facts(metrics: Metric[], over: Partial<RunFacts> = {}): RunFacts {
  return { metrics, params: {}, inputs: [], packages: {}, digests: NO_DIGESTS, confusion: null, ...over };
}

function rows(candidate: Metric[], baseline: Metric[]): readonly MetricRow[] {
  return compareRuns({ candidate: facts(candidate), baseline: facts(baseline) }).metrics;
}

describe('metrics side by side', () => {
  test.each<[string, Metric | null, Metric | null, MetricRow['change'], number | null]>([
    ['higher is better', metric('f1', 0.6), metric('f1', 0.5), 'better', 0.1],
    ['higher was better', metric('f1', 0.4), metric('f1', 0.5), 'worse', -0.1],
    ['lower is better', metric('log_loss', 0.4), metric('log_loss', 0.5), 'better', -0.1],
    ['lower was better', metric('log_loss', 0.6), metric('log_loss', 0.5), 'worse', 0.1],
    ['equal', metric('f1', 0.5), metric('f1', 0.5), 'same', 0],
    ['no direction', metric('tree_depth', 7), metric('tree_depth', 6), 'changed', 1],
    ['only in the candidate', metric('f1', 0.5), null, 'added', null],
    ['only in the baseline', null, metric('f1', 0.5), 'removed', null],
    ['not a number now', metric('f1', 'nan'), metric('f1', 0.5), 'unreadable', null],
    ['not a number before', metric('f1', 0.5), metric('f1', 'inf'), 'unreadable', null],
    ['a number on neither side', metric('f1', 'nan'), metric('f1', 'nan'), 'unreadable', null],
    ['added without a number', metric('f1', 'undefined'), null, 'unreadable', null],
  ])('%s', (_title, candidate, baseline, change, delta) => {
    const [row] = rows(candidate ? [candidate] : [], baseline ? [baseline] : []);
    expect(row?.change).toBe(change);
    if (delta === null) expect(row?.delta).toBeNull();
    else expect(row?.delta).toBeCloseTo(delta, 12);
  });

  test('unreadable ones come first, then the worst by relative size, whichever way is better', () => {
    const [a, b] = [
      [
        metric('f1', 0.5),
        metric('log_loss', 0.6),
        metric('accuracy', 0.89),
        metric('r2', 'nan'),
        metric('recall', 0.7),
      ],
      [
        metric('f1', 0.5),
        metric('log_loss', 0.5),
        metric('accuracy', 0.9),
        metric('r2', 0.1),
        metric('recall', 0.6),
      ],
    ];
    expect(rows(a, b).map(({ name }) => name)).toEqual(['r2', 'log_loss', 'accuracy', 'f1', 'recall']);
  });

  test('values of another identity, slice or class are other metrics', () => {
    const identity = { ...parseMetricName('f1').identity, threshold: 0.3 };
    const other = { ...identity, threshold: 0.5 };
    const changes = rows([metric('f1', 0.5, { identity })], [metric('f1', 0.5, { identity: other })]);
    expect(changes.map(({ change }) => change).sort()).toEqual(['added', 'removed']);
    expect(rows([metric('f1', 0.5, { slice: 'a=b' })], [metric('f1', 0.5)])).toHaveLength(2);
    expect(rows([metric('f1', 0.5, { class: 'a' })], [metric('f1', 0.5, { class: 'b' })])).toHaveLength(2);
    expect(rows([metric('f1_macro', 0.5)], [metric('f1_micro', 0.5)])).toHaveLength(2);
  });

  test('what one side leaves open matches what the other says, unless that is ambiguous', () => {
    const said = (positive_label: string) => ({
      identity: { ...parseMetricName('f1').identity, positive_label },
    });
    expect(rows([metric('f1', 0.6, said('1'))], [metric('f1', 0.5)])).toHaveLength(1);
    expect(
      rows([metric('f1', 0.6)], [metric('f1', 0.5, said('1')), metric('f1', 0.4, said('0'))]),
    ).toHaveLength(3);
  });

  test('without a baseline all is added, and nothing is said to have changed', () => {
    const alone = compareRuns({
      candidate: facts([metric('f1', 0.5)], { params: { depth: 6 } }),
      baseline: null,
    });
    expect(alone.metrics.map(({ change }) => change)).toEqual(['added']);
    expect(alone).toMatchObject({ params: [], inputs: [], environment: [], warnings: [] });
    expect(alone.comparability).toMatchObject({
      rows: 'unknown',
      labels: 'unknown',
      evaluator: 'unknown',
      notes: [],
    });
  });

  test('exchanging the sides negates every difference', () => {
    const names = ['f1', 'log_loss', 'accuracy', 'tree_depth'];
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const side = (list: number[]) => names.map((name, i) => metric(name, list[i] ?? 0));
        const forth = new Map(rows(side(a), side(b)).map((row) => [row.name, row]));
        const opposite: Record<string, string> = {
          better: 'worse',
          worse: 'better',
          same: 'same',
          changed: 'changed',
        };
        for (const row of rows(side(b), side(a))) {
          expect(row.delta).toBe(0 - (forth.get(row.name)?.delta ?? Number.NaN));
          expect(row.change).toBe(opposite[forth.get(row.name)?.change ?? '']);
        }
      }),
    );
  });
});

describe('a metric in a file and computed from rows', () => {
  const fromRows = metric('accuracy', 0.53125, { source: 'rows', n: 64 });

  test.each<[number | ValueState, boolean]>([
    [0.53125, false],
    [0.53125 * (1 + 1e-11), false],
    [0.531, false],
    [0.5313, false],
    [0.5312, false],
    [0.5311, true],
    [0.53, true],
    [1, true],
    [0.5, true],
    [0.54, true],
    ['nan', true],
  ])('rows win; %s in the file is worth a warning: %s', (value, warned) => {
    const { metrics, warnings } = settleMetrics([metric('accuracy', value), fromRows], 'candidate');
    expect(metrics).toEqual([fromRows]);
    expect(warnings).toHaveLength(warned ? 1 : 0);
  });

  test('the warning names both values and the side', () => {
    const run = facts([fromRows, metric('acc', 0.75)]);
    expect(compareRuns({ candidate: run, baseline: null }).warnings).toEqual([
      'accuracy of the candidate is 0.75 in the metrics file and 0.53125 from the predictions; the predictions count.',
    ]);
    expect(compareRuns({ candidate: facts([fromRows]), baseline: run }).warnings[0]).toMatch(
      /^accuracy of the baseline is 0\.75 /,
    );
  });

  test('what rows cannot answer stays as the file has it', () => {
    const speed = metric('train_seconds', 12);
    expect(settleMetrics([speed, fromRows], 'candidate')).toEqual({
      metrics: [speed, fromRows],
      warnings: [],
    });
  });
});

describe('what else changed', () => {
  const sha = (digit: string) => digit.repeat(64);
  const candidate = facts([], {
    params: {
      'params.yaml:depth': 8,
      'params.yaml:new': true,
      'params.yaml:none': null,
      'params.yaml:same': 1,
    },
    inputs: [
      { path: 'train.py', sha256: sha('2') },
      { path: 'data.csv', sha256: sha('3') },
    ],
    packages: { numpy: '2.1', pandas: '2.2' },
    digests: { rows: sha('a'), labels: sha('b'), evaluator: sha('c') },
  });
  const baseline = facts([], {
    params: {
      'params.yaml:same': 1,
      'params.yaml:old': 'x',
      'params.yaml:depth': 6,
      'params.yaml:none': null,
    },
    inputs: [
      { path: 'data.csv', sha256: sha('3') },
      { path: 'train.py', sha256: sha('1') },
    ],
    packages: { numpy: '2.0', scipy: '1.1' },
    digests: { rows: sha('a'), labels: sha('b'), evaluator: sha('c') },
  });

  test('parameters, inputs and packages that differ are listed by name', () => {
    const found = compareRuns({ candidate, baseline });
    expect(found.params).toEqual([
      { kind: 'param', name: 'params.yaml:depth', baseline: '6', candidate: '8' },
      { kind: 'param', name: 'params.yaml:new', baseline: null, candidate: 'true' },
      { kind: 'param', name: 'params.yaml:old', baseline: 'x', candidate: null },
    ]);
    expect(found.inputs).toEqual([
      { kind: 'input', name: 'train.py', baseline: sha('1'), candidate: sha('2') },
    ]);
    expect(found.environment.map(({ name, baseline, candidate }) => [name, baseline, candidate])).toEqual([
      ['numpy', '2.0', '2.1'],
      ['pandas', null, '2.2'],
      ['scipy', '1.1', null],
    ]);
  });

  test('names of prototypes are names like any other', () => {
    const params = JSON.parse('{"__proto__": 1, "constructor": 2}');
    const found = compareRuns({ candidate: facts([], { params }), baseline: facts([]) });
    expect(found.params.map(({ name, baseline, candidate }) => [name, baseline, candidate])).toEqual([
      ['__proto__', null, '1'],
      ['constructor', null, '2'],
    ]);
  });

  test('equal digests are comparable', () => {
    expect(compareRuns({ candidate, baseline }).comparability).toMatchObject({
      rows: 'same',
      labels: 'same',
      evaluator: 'same',
      notes: [],
    });
  });

  test.each<['rows' | 'labels' | 'evaluator', string]>([
    ['rows', 'The test rows differ from the baseline’s: the two were not measured on the same data.'],
    ['labels', 'The set of labels differs from the baseline’s.'],
    ['evaluator', 'The code that scores differs from the baseline’s.'],
  ])('other %s are said so, and unknown ones are not', (field, note) => {
    const at = (digest: string | null) => ({
      ...baseline,
      digests: { ...baseline.digests, [field]: digest },
    });
    expect(compareRuns({ candidate, baseline: at(sha('d')) }).comparability).toMatchObject({
      [field]: 'changed',
      notes: [note],
    });
    expect(compareRuns({ candidate, baseline: at(null) }).comparability).toMatchObject({
      [field]: 'unknown',
      notes: [],
    });
  });
});
