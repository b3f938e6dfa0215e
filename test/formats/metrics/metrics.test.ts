import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FileMetric, readMetrics } from '../../../src/formats/metrics/index.ts';
import { caught, survives, utf8 } from '../caught.ts';

const read = (text: string, file = 'metrics.json') => readMetrics(utf8(text), file);
const fixture = (name: string) => readMetrics(readFileSync(`test/fixtures/formats/${name}`), name);

/** Name, slice and class as one key; the value, or the state when there is none. */
function brief(metrics: readonly FileMetric[]): Record<string, number | string> {
  return Object.fromEntries(
    metrics.map((metric) => [
      [metric.name, metric.slice, metric.class].filter((part) => part !== null).join(' | '),
      metric.value ?? metric.state,
    ]),
  );
}

describe('metrics files that are read', () => {
  test.each([
    [
      'nested JSON gets dotted names',
      'm.json',
      '{"test": {"auc": 0.9, "loss": {"log": 1}}}',
      { 'test.auc': 0.9, 'test.loss.log': 1 },
    ],
    [
      'nested YAML gets dotted names',
      'm.yaml',
      'test:\n  auc: 0.9\n  n: 10\n',
      { 'test.auc': 0.9, 'test.n': 10 },
    ],
    ['TOML tables get dotted names', 'm.toml', 'a = 1\n[test]\nauc = 0.9\n', { a: 1, 'test.auc': 0.9 }],
    ['texts and booleans describe', 'm.json', '{"model": "gbm", "ok": true, "auc": 1}', { auc: 1 }],
    [
      'NaN and infinities as Python writes them are states',
      'm.json',
      '{"a": NaN, "b": Infinity, "c": -Infinity}',
      { a: 'nan', b: 'inf', c: 'inf' },
    ],
    [
      'YAML knows .nan, .inf and plain NaN',
      'm.yaml',
      'a: .nan\nb: -.inf\nc: NaN\nd: Infinity\n',
      { a: 'nan', b: 'inf', c: 'nan', d: 'inf' },
    ],
    ['TOML knows nan and inf', 'm.toml', 'a = nan\nb = -inf\n', { a: 'nan', b: 'inf' }],
    ['a number beyond a double is infinite', 'm.json', '{"a": 1e400, "b": -1e400}', { a: 'inf', b: 'inf' }],
    ['null is missing', 'm.json', '{"a": null}', { a: 'missing' }],
    [
      'of a list of numbers the last step counts',
      'm.json',
      '{"loss": [0.9, 0.5, 0.3], "acc": [0.1, NaN]}',
      { loss: 0.3, acc: 'nan' },
    ],
    [
      'tables of numbers and lists of texts are data',
      'm.json',
      '{"matrix": [[1, 2], [3, 4]], "names": ["a"], "auc": 0.5}',
      { auc: 0.5 },
    ],
    [
      'of a log of steps the last row counts',
      'm.json',
      '[{"epoch": 1, "loss": 2}, {"epoch": 2, "loss": 1}]',
      { loss: 1 },
    ],
    [
      '__proto__ and constructor are names',
      'm.json',
      '{"__proto__": 1, "constructor": 2}',
      { ['__proto__']: 1, constructor: 2 },
    ],
    ['a byte order mark is no part of the text', 'm.json', '\uFEFF{"a": 1}', { a: 1 }],
    [
      'lines of name: value',
      'metrics.txt',
      '# run 7\nauc: 0.9\n\nloss = 1e-3\r\nmodel: gbm\nf1 = nan\nempty:\n',
      { auc: 0.9, loss: 0.001, f1: 'nan', empty: 'missing' },
    ],
    ['JSON without an extension', 'metrics', ' {"a": 1}', { a: 1 }],
    [
      'CSV of one row',
      'm.csv',
      'auc,model,loss,f1\r\n0.9,gbm,nan,\r\n',
      { auc: 0.9, loss: 'nan', f1: 'missing' },
    ],
    ['CSV of steps: the last row counts', 'm.csv', 'Epoch,loss\n1,0.9\n2,0.5', { loss: 0.5 }],
    ['CSV of metric and value', 'm.csv', 'metric,value\nauc,0.9\n"a,b",1\n', { auc: 0.9, 'a,b': 1 }],
    ['TSV of one row', 'm.tsv', 'auc\tloss\n0.9\t1\n', { auc: 0.9, loss: 1 }],
    [
      'YAML anchors and merge keys',
      'm.yaml',
      'base: &b {auc: 1, f1: 2}\nnext:\n  <<: *b\n  f1: 3\n',
      { 'base.auc': 1, 'base.f1': 2, 'next.f1': 3, 'next.auc': 1 },
    ],
  ] as const)('%s', (_, file, text, expected) => {
    expect(brief(read(text, file))).toEqual(expected);
  });

  test('a list of named values gives direction, slice, class and state', () => {
    const text = `{"metrics": [
      {"name": "auc", "value": 0.9, "direction": "higher", "n": 10},
      {"name": "rmse", "value": 2, "higher_is_better": false, "slice": "site=A"},
      {"name": "f1", "value": null, "state": "undefined", "class": "cat"}]}`;

    expect(read(text)).toEqual([
      { name: 'auc', value: 0.9, state: 'ok', direction: 'higher', slice: null, class: null, line: 2 },
      { name: 'rmse', value: 2, state: 'ok', direction: 'lower', slice: 'site=A', class: null, line: 3 },
      { name: 'f1', value: null, state: 'undefined', direction: null, slice: null, class: 'cat', line: 4 },
    ]);
  });

  const spreadOf = (text: string, file?: string) =>
    read(text, file).map(({ name, value, state, uncertainty }) => [name, value ?? state, uncertainty]);
  const named = (...values: number[]) => values.map((value, i) => ({ name: String(i), value }));

  test.each<[string, string, string, unknown[]]>([
    [
      'folds with their ratio are one metric, their mean; what else the map holds is read as ever',
      'm.json',
      '{"roc_auc": {"folds": [0.5, 1], "test_train_ratio": 0.25, "std": 0.35}}',
      [
        ['roc_auc', 0.75, { kind: 'splits', values: named(0.5, 1), test_train_ratio: 0.25 }],
        ['roc_auc.std', 0.35, undefined],
      ],
    ],
    [
      'folds may have names, and no ratio',
      'm.yaml',
      'test:\n  f1:\n    folds: {north: 0.5, south: 1}\n',
      [
        [
          'test.f1',
          0.75,
          {
            kind: 'splits',
            values: [
              { name: 'north', value: 0.5 },
              { name: 'south', value: 1 },
            ],
            test_train_ratio: null,
          },
        ],
      ],
    ],
    [
      'seeds have names',
      'm.toml',
      '[acc.seeds]\n1 = 0.5\n42 = 1\n',
      [
        [
          'acc',
          0.75,
          {
            kind: 'seeds',
            values: [
              { name: '1', value: 0.5 },
              { name: '42', value: 1 },
            ],
          },
        ],
      ],
    ],
    [
      'a value with its standard error',
      'm.json',
      '{"acc": {"value": 0.9, "stderr": 0.01, "n": 5}}',
      [
        ['acc', 0.9, { kind: 'stderr', stderr: 0.01 }],
        ['acc.n', 5, undefined],
      ],
    ],
    [
      'a standard error in the key beside it; one that is no number is not known',
      'm.json',
      '{"acc": 0.9, "acc_stderr": NaN, "f1": 0.5, "loss_stderr": 1}',
      [
        ['acc', 0.9, { kind: 'stderr', stderr: null }],
        ['f1', 0.5, undefined],
        ['loss_stderr', 1, undefined],
      ],
    ],
    [
      'a named value with its standard error',
      'm.json',
      '[{"name": "acc", "value": 0.9, "stderr": 0.01}]',
      [['acc', 0.9, { kind: 'stderr', stderr: 0.01 }]],
    ],
    [
      'CSV with standard errors, of some',
      'm.csv',
      'metric,value,stderr\nacc,0.9,0.01\nf1,0.5,\nloss,1,nan\n',
      [
        ['acc', 0.9, { kind: 'stderr', stderr: 0.01 }],
        ['f1', 0.5, undefined],
        ['loss', 1, { kind: 'stderr', stderr: null }],
      ],
    ],
    [
      'a fold without a number leaves none',
      'm.json',
      '{"a": {"folds": [1, NaN]}, "b": {"seeds": {"1": 1, "2": null}}}',
      [
        ['a', 'nan', undefined],
        ['b', 'missing', undefined],
      ],
    ],
    [
      'the answer of cross_validate: each list is a metric',
      'm.json',
      '{"cv": {"fit_time": [1, 3], "score_time": [2, 2], "test_roc_auc": [0.5, 1], "test_train_ratio": 1}}',
      [
        ['cv.fit_time', 2, { kind: 'splits', values: named(1, 3), test_train_ratio: 1 }],
        ['cv.score_time', 2, { kind: 'splits', values: named(2, 2), test_train_ratio: 1 }],
        ['cv.test_roc_auc', 0.75, { kind: 'splits', values: named(0.5, 1), test_train_ratio: 1 }],
      ],
    ],
    [
      'lists, seeds and values that are none of these',
      'm.json',
      '{"a": {"seeds": [1, 2]}, "b": {"folds": 5}, "c": {"value": 1}, "folds": [1, 2], "d": {"folds": ["x"]}}',
      [
        ['a.seeds', 2, undefined],
        ['b.folds', 5, undefined],
        ['c.value', 1, undefined],
        ['folds', 2, undefined],
      ],
    ],
  ])('%s', (_, file, text, expected) => {
    expect(spreadOf(text, file)).toEqual(expected);
  });

  test('lm-evaluation-harness says which way is better, and how far a value may move', () => {
    const text = `{"results": {"arc": {"alias": "arc", "acc,none": 0.5, "acc_stderr,none": 0.01, "f1,none": 7,
      "f1_stderr,none": "N/A", "odd,strict": 3, "odd_stderr,strict": 1}}, "higher_is_better": {"arc": {"odd": false}}}`;
    const stated = read(text).map(({ name, direction, uncertainty }) => [name, direction, uncertainty]);
    expect(stated).toEqual([
      ['results.arc.acc,none', 'higher', { kind: 'stderr', stderr: 0.01 }],
      ['results.arc.f1,none', 'higher', undefined],
      ['results.arc.odd,strict', 'lower', { kind: 'stderr', stderr: 1 }],
    ]);
  });

  test.each([
    ['{"a": {"folds": [1], "seeds": {"1": 1}}}', /^The metric "a" of metrics\.json has folds and seeds\.$/],
    ['{"a": {"folds": [1, 2], "test_train_ratio": 0}}', /has a test_train_ratio that is no ratio\.$/],
    ['{"a": {"folds": [1, 2], "test_train_ratio": "25 %"}}', /has a test_train_ratio that is no ratio\.$/],
    ['{"a": {"value": 1, "stderr": -1}}', /has a negative standard error\.$/],
    ['{"a": 1, "a_stderr": -1}', /has a negative standard error\.$/],
    [`{"a": {"folds": [${'1,'.repeat(1000)}1]}}`, /has 1001 values\.$/],
    ['{"a": {"seeds": {"1": "0.9"}}}', /is the text "0\.9"\.$/],
  ])('%.60s is refused', (text, why) => {
    expect(caught(() => read(text)).message).toMatch(why);
  });

  test('a scikit-learn report, as a dictionary and as printed, gives the same names', () => {
    const dictionary = brief(fixture('report.json'));

    expect(dictionary).toMatchObject({
      'precision | malignant': 0.9,
      'f1 | benign': 0.9459459459459459,
      accuracy: 0.9298245614035088,
      precision_macro: 0.922972972972973,
      f1_weighted: 0.9298245614035088,
    });
    expect(Object.keys(dictionary).sort()).toEqual(Object.keys(brief(fixture('report.txt'))).sort());
    expect(Object.keys(dictionary).some((name) => name.includes('support'))).toBe(false);
  });

  test('2,000 metrics keep their order and lines', () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `"m${index}": ${index / 2000}`);

    const metrics = read(`{\n${lines.join(',\n')}\n}`);

    expect(metrics).toHaveLength(2000);
    expect(metrics[1999]).toMatchObject({ name: 'm1999', value: 1999 / 2000, line: 2001 });
  });
});

describe('metrics files that are refused', () => {
  const deep = 5000;
  const block = Array.from({ length: deep }, (_, index) => `${' '.repeat(index)}a:`).join('\n');

  test.each([
    [
      'numbers as text',
      'm.json',
      '{\n"auc": "0.91"}',
      'The metric "auc" of m.json is the text "0.91".',
      2,
      'Write it without quotes',
    ],
    [
      'numbers as text in a list',
      'm.json',
      '{"auc": ["0.91"]}',
      'The metric "auc" of m.json is the text "0.91".',
      1,
      'without quotes',
    ],
    [
      'NaN as text',
      'm.json',
      '{"auc": "NaN"}',
      'The metric "auc" of m.json is the text "NaN".',
      1,
      'without quotes',
    ],
    [
      'percentages as text',
      'm.yaml',
      'auc: 91%\n',
      'The metric "auc" of m.yaml is the text "91%".',
      1,
      'percent sign',
    ],
    [
      'quoted numbers in lines',
      'm.txt',
      'a: 1\nauc: "0.91"\n',
      'The metric "auc" of m.txt is the text "0.91".',
      2,
      'without quotes',
    ],
    [
      'duplicate keys in JSON',
      'm.json',
      '{"a": 1,\n "a": 2}',
      'The key "a" occurs twice in m.json.',
      2,
      'rename',
    ],
    [
      'duplicate keys in YAML',
      'm.yaml',
      'a: 1\nb: 2\na: 3\n',
      'The key "a" occurs twice in m.yaml.',
      3,
      'rename',
    ],
    ['duplicate keys in TOML', 'm.toml', 'a = 1\na = 2\n', 'A key occurs twice in m.toml.', 2, 'rename'],
    [
      'duplicate keys in lines',
      'm.txt',
      'a: 1\na: 2\n',
      'The metric "a" occurs twice in m.txt, in line 1 and in line 2.',
      2,
      'rename',
    ],
    [
      'names that collide once dotted',
      'm.json',
      '{"a.b": 1, "a": {"b": 2}}',
      'The metric "a.b" occurs twice in m.json, in line 1 and in line 1.',
      1,
      'rename',
    ],
    ['an empty file', 'm.json', '', 'm.json is empty.', undefined, 'Let the stage'],
    ['a file of blanks', 'm.yaml', ' \n', 'm.yaml is empty.', undefined, 'Let the stage'],
    ['no metric at all', 'm.json', '{"model": "gbm"}', 'm.json holds no metric.', undefined, undefined],
    ['a cut-off file', 'm.json', '{"a": 1,', 'm.json is not valid JSON: it ends too early.', 1, 'cut off'],
    [
      'two documents',
      'm.json',
      '{"a": 1}\n{"a": 2}',
      'm.json is not valid JSON: "{\\"a\\": 2}" was not expected.',
      2,
      'JSON library',
    ],
    [
      'single quotes',
      'm.json',
      "{'a': 1}",
      'm.json is not valid JSON: "\'a\': 1}" was not expected.',
      1,
      'JSON library',
    ],
    [
      'leading zeros',
      'm.json',
      '{"a": 01}',
      'm.json is not valid JSON: "01}" was not expected.',
      1,
      'JSON library',
    ],
    [
      'deep JSON',
      'm.json',
      '['.repeat(deep) + ']'.repeat(deep),
      'm.json is nested too deeply.',
      1,
      'flatter',
    ],
    ['deep JSON maps', 'm.json', '{"a":'.repeat(deep), 'm.json is nested too deeply.', 1, 'flatter'],
    [
      'deep YAML flow',
      'm.yaml',
      '['.repeat(deep) + ']'.repeat(deep),
      'm.yaml is nested too deeply.',
      1,
      'flatter',
    ],
    [
      'deep YAML flow, never closed',
      'm.yaml',
      '['.repeat(deep),
      'm.yaml is nested too deeply.',
      1,
      'flatter',
    ],
    [
      'deep YAML lists on one line',
      'm.yaml',
      `${'- '.repeat(deep)}1`,
      'm.yaml is nested too deeply.',
      1,
      'flatter',
    ],
    [
      'deep YAML blocks',
      'm.yaml',
      block.slice(0, 2_000_000),
      'm.yaml is nested too deeply.',
      expect.any(Number),
      'flatter',
    ],
    [
      'deep TOML',
      'm.toml',
      `a = ${'['.repeat(deep)}${']'.repeat(deep)}`,
      'm.toml is nested too deeply.',
      1,
      'flatter',
    ],
    [
      'deep dotted TOML',
      'm.toml',
      `${'a.'.repeat(deep)}a = 1`,
      'm.toml is nested too deeply.',
      undefined,
      'flatter',
    ],
    [
      'custom tags',
      'm.yaml',
      'a: !!python/object:os.system 1\n',
      'm.yaml uses a tag that is not read: Unresolved tag: tag:yaml.org,2002:python/object:os.system.',
      1,
      'plain numbers',
    ],
    [
      'a broken YAML',
      'm.yaml',
      'a: [1\nb: 2\n',
      expect.stringContaining('m.yaml is not valid YAML'),
      expect.any(Number),
      'indentation',
    ],
    [
      'an alias without anchor',
      'm.yaml',
      'a: *nope\n',
      'The alias *nope has no anchor before it.',
      1,
      undefined,
    ],
    [
      'several YAML documents',
      'm.yaml',
      'a: 1\n---\nb: 2\n',
      'm.yaml holds 2 YAML documents.',
      undefined,
      '---',
    ],
    [
      'a line that is no metric',
      'm.txt',
      'auc: 1\nhello\n',
      'm.txt has a line that is no metric: "hello".',
      2,
      '.json',
    ],
    [
      'rows without a step',
      'm.csv',
      'auc\n1\n2\n',
      'm.csv has 2 rows and nothing to tell which of them counts.',
      3,
      undefined,
    ],
    ['a row of another width', 'm.csv', 'a,b\n1\n', 'Row 1 of m.csv has 1 fields.', 2, 'Quote'],
    ['a header alone', 'm.csv', 'a,b\n', 'm.csv has a header and no rows.', 1, undefined],
    [
      'an unknown direction',
      'm.json',
      '[{"name": "a", "value": 1, "direction": "up"}]',
      'The direction "up" in m.json is not known.',
      1,
      undefined,
    ],
  ] as const)('%s', (_, file, text, message, line, hint) => {
    const error = caught(() => read(text, file));

    expect(error.message).toEqual(message);
    expect(error.place?.file).toBe(file);
    expect(error.place?.line).toEqual(line);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  test('deep nesting names the limit, and 500 levels are read', () => {
    expect(caught(() => read(`${'{"a":'.repeat(501)}1${'}'.repeat(501)}`)).expected).toBe(
      'at most 500 levels',
    );
    expect(read(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`)).toHaveLength(1);
    expect(read(`${'{"a": '.repeat(500)}1${'}'.repeat(500)}`, 'm.yaml')).toHaveLength(1);
  });

  test.each([
    ['little-endian with a mark', Uint8Array.of(0xff, 0xfe, 0x7b, 0)],
    ['big-endian with a mark', Uint8Array.of(0xfe, 0xff, 0, 0x7b)],
    ['without a mark', Uint8Array.of(0x7b, 0, 0x7d, 0)],
  ])('UTF-16 %s asks for UTF-8', (_, bytes) => {
    const error = caught(() => readMetrics(bytes, 'm.json'));

    expect(error.message).toBe('m.json is encoded as UTF-16.');
    expect(error.hint).toBe('Save it as UTF-8.');
  });

  test('bytes that are not UTF-8 are shown with their line', () => {
    const bytes = Uint8Array.of(...utf8('{"a": 1,\n"b'), 0xe9, ...utf8('": 2}'));

    expect(caught(() => readMetrics(bytes, 'm.json'))).toMatchObject({
      message: 'm.json is not valid UTF-8.',
      place: { line: 2 },
    });
  });

  test('a file beyond 64 MiB is refused before it is decoded', () => {
    const error = caught(() => readMetrics(new Uint8Array(65 * 1024 * 1024), 'm.json'));

    expect(error).toMatchObject({ message: 'm.json has 65 MiB.', expected: 'at most 64 MiB' });
  });

  test('more than 1,000,000 values are refused', () => {
    const error = caught(() => read(`[${'0,'.repeat(1_000_000)}0]`));

    expect(error).toMatchObject({
      message: 'metrics.json holds too many values.',
      expected: expect.stringContaining('at most 1,000,000'),
    });
  });

  test('aliases that multiply are refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
    );

    const error = caught(() => read(`a0: &a0 [1]\n${levels.join('\n')}\n`, 'm.yaml'));

    expect(error.message).toBe('m.yaml holds too many values.');
  });

  test('random bytes end in metrics or in a ConfigError', () => {
    const files = fc.constantFrom('m.json', 'm.yaml', 'm.toml', 'm.csv', 'm.tsv', 'm.txt', 'm');
    const tokens = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      ',',
      '\n',
      ' ',
      '- ',
      '&a',
      '*a',
      '<<',
      '!!',
      '? ',
      'a',
      '1',
      '|',
      '>',
      '=',
      '\\',
      '#',
      '\t',
      'NaN',
      '---',
    );
    const texts = fc.array(tokens, { maxLength: 40 }).map((parts) => utf8(parts.join('')));

    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), texts), files, (bytes, file) =>
        survives(() => readMetrics(bytes, file)),
      ),
      { numRuns: 2000 },
    );
  });

  test('what JSON.stringify writes is read back', () => {
    const values = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => !name.includes('.')),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1 },
    );

    fc.assert(
      fc.property(values, (metrics) => {
        const expected = Object.entries(metrics).map(([name, value]) => [name, value === 0 ? 0 : value]);
        const found = read(JSON.stringify(metrics)).map(({ name, value }) => [name, value]);
        expect(new Map(found as [string, number][])).toEqual(new Map(expected as [string, number][]));
      }),
    );
  });
});

test('twenty thousand metrics are read, one more is refused', () => {
  const file = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i])));
  expect(read(file(20_000))).toHaveLength(20_000);
  expect(caught(() => read(file(20_001))).message).toBe('metrics.json holds 20001 metrics.');
});
