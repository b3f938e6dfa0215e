import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Config, parseConfig } from '../../src/config/parse.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { caught } from './caught.ts';

const parse = (text: string) => parseConfig(text, 'trainyard.yml');
const one = (text: string) => parse(`version: 1\nmodel: churn\n${text}`).models[0];

/** What must not depend on the form: everything but places and text. */
function withoutPlaces(config: Config): unknown {
  return config.models.map(({ line, locate, policy, ...model }) => ({
    ...model,
    policy: { ...policy, rules: policy.rules.map((rule) => ({ ...rule, line: null })) },
  }));
}

const body = `path: models/churn
engine: python
seed: 7
pipeline: { train: { run: python train.py } }
metrics: { mine: lower, other: { direction: higher, average: macro, k: 5, labels: [a, 1], threshold: 0.5 } }
predictions: { task: binary, columns: { label: y }, positive-label: 1, slices: [plan], min-slice-rows: 10, on-missing: drop }
baseline: best
gate:
  alpha: 0.1
  on-inconclusive: block
  on-rows-changed: shared
  drift: off
  dry-run: true
  rules:
    - { metric: roc_auc, min: 0.5, max: 0.99, max-drop: 2%, slice: { plan: pro, age: 30 }, against: tag }
    - { metric: mine, max-rise: 0.1, level: warn, judge: point }
`;

describe('parseConfig', () => {
  test('fills in every default', () => {
    const [model] = parse('version: 1\nmodel: churn').models;

    expect(model).toMatchObject({ name: 'churn', path: '.', engine: 'python', seed: null, line: 2 });
    expect(model?.pipeline).toBeUndefined();
    expect(model?.policy).toEqual({
      rules: [],
      alpha: 0.05,
      onInconclusive: 'warn',
      onRowsChanged: 'error',
      drift: 'warn',
      seeds: [],
      alphaSpending: 'none',
      dryRun: false,
      baseline: 'auto',
      metrics: {},
      predictions: { task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 },
    });
  });

  test('reads every key of a model into the canonical policy', () => {
    const model = parse(`version: 1\nmodel: churn\n${body}`).models[0];

    expect(model).toMatchObject({
      path: 'models/churn',
      seed: 7,
      pipeline: { train: { run: 'python train.py' } },
    });
    expect(model?.policy).toMatchObject({
      alpha: 0.1,
      onInconclusive: 'block',
      onRowsChanged: 'shared',
      drift: 'off',
      dryRun: true,
      baseline: 'best',
      predictions: {
        task: 'binary',
        columns: { label: 'y' },
        positiveLabel: '1',
        slices: ['plan', 'age'],
        minSliceRows: 10,
        onMissing: 'drop',
      },
    });
    expect({ ...model?.policy.metrics }).toEqual({
      mine: { direction: 'lower' },
      other: { direction: 'higher', average: 'macro', k: 5, labels: ['a', '1'], threshold: 0.5 },
    });
  });

  test.each([
    ['', null, [null], []],
    ['seed: 7', 7, [7], []],
    ['repeats: 3', 1, [1, 2, 3], [1, 2, 3]],
    ['seed: -1\nrepeats: 3', -1, [-1, 0, 1], [-1, 0, 1]],
  ])('trains the seeds of "%s"', (text, seed, seeds, judged) => {
    const [model] = parse(`version: 1\nmodel: churn\n${text}`).models;
    expect(model).toMatchObject({ seed, seeds });
    expect(model?.policy.seeds).toEqual(judged);
  });

  test('makes one canonical rule of each requirement of an entry', () => {
    const rules = parse(`version: 1\nmodel: churn\n${body}`).models[0]?.policy.rules;

    const shared = {
      metric: 'roc_auc',
      slice: 'age=30 & plan=pro',
      level: 'fail',
      against: 'tag',
      judge: 'interval',
      line: 17,
    };
    expect(rules).toEqual([
      {
        text: 'roc_auc[age=30 & plan=pro]:min=0.5,against=tag',
        ...shared,
        kind: 'min',
        amount: 0.5,
        relative: false,
      },
      {
        text: 'roc_auc[age=30 & plan=pro]:max=0.99,against=tag',
        ...shared,
        kind: 'max',
        amount: 0.99,
        relative: false,
      },
      {
        text: 'roc_auc[age=30 & plan=pro]:max-drop=2%,against=tag',
        ...shared,
        kind: 'max-drop',
        amount: 0.02,
        relative: true,
      },
      expect.objectContaining({
        metric: 'mine',
        kind: 'max-rise',
        amount: 0.1,
        level: 'warn',
        judge: 'point',
        line: 18,
      }),
    ]);
  });

  test('a slice as text and as a map are the same slice', () => {
    const [text, map] = ['plan=pro & age=30', '{ plan: pro, age: 30 }'].map(
      (slice) =>
        one(`gate:\n  - { metric: f1, min: 0.1, slice: ${slice.startsWith('{') ? slice : `"${slice}"`} }`)
          ?.policy.rules[0]?.slice,
    );

    expect(text).toBe('age=30 & plan=pro');
    expect(map).toBe(text);
  });

  test('the short form and the canonical form say the same', () => {
    const indented = body.replace(/^(?=.)/gm, '    ');

    expect(withoutPlaces(parse(`version: 1\nmodels:\n  churn:\n${indented}`))).toEqual(
      withoutPlaces(parse(`version: 1\nmodel: churn\n${body}`)),
    );
  });

  test('an alias says the same as its value written out, at its own line', () => {
    const aliased = parse(
      'version: 1\nmodels:\n  a: &same { gate: [{ metric: f1, min: 0.5 }] }\n  b: *same\n',
    );

    expect(aliased.models.map(({ policy }) => policy.rules[0]?.amount)).toEqual([0.5, 0.5]);
    expect(aliased.models.map(({ line }) => line)).toEqual([3, 4]);
  });

  test.each([
    ['a label with leading zeros', 'predictions: { positive-label: 007 }', '007'],
    ['a label in scientific notation', 'predictions: { positive-label: 1e3 }', '1e3'],
    ['a country that is no truth value', 'predictions: { positive-label: NO }', 'NO'],
    ['a truth value', 'predictions: { positive-label: True }', 'True'],
    ['a quoted number', 'predictions: { positive-label: "007" }', '007'],
  ])('keeps %s as written', (_what, text, label) => {
    expect(one(text)?.policy.predictions.positiveLabel).toBe(label);
  });

  test('keeps a revision of digits as written', () => {
    expect(one('baseline: 0123456')?.policy.baseline).toBe('0123456');
  });

  test.each(['\ufeff', '', '---\n', '%YAML 1.1\n---\n'])('reads a file that begins with %j', (start) => {
    expect(
      parse(`${start}version: 1\nmodel: churn\npredictions: { positive-label: no }`).models[0]?.policy
        .predictions.positiveLabel,
    ).toBe('no');
  });

  test('reads Windows line ends with the right lines', () => {
    expect(
      parse('version: 1\r\nmodel: churn\r\ngate:\r\n  - { metric: f1, min: 0.5 }\r\n').models[0]?.policy
        .rules[0]?.line,
    ).toBe(4);
  });

  test('a metric named __proto__ is a name like any other', () => {
    const policy = one(
      'metrics: { __proto__: lower, constructor: higher }\ngate: [{ metric: toString, max-drop: 1 }]',
    )?.policy;

    expect(Object.keys(policy?.metrics ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.values(policy?.metrics ?? {})[0]).toEqual({ direction: 'lower' });
    expect(policy?.metrics['toString']).toBeUndefined();
  });

  test('a metric of unknown direction is left to the gate', () => {
    expect(one('gate: [{ metric: my_own_number, max-drop: 1, min: 0 }]')?.policy.rules).toHaveLength(2);
  });

  test('a declared direction overrules the name, also by another spelling of it', () => {
    expect(
      one('metrics: { accuracy: lower }\ngate: [{ metric: accuracy, max-rise: 1 }]')?.policy.rules,
    ).toHaveLength(1);
    expect(
      one('metrics: { auc: lower }\ngate: [{ metric: roc_auc, max-rise: 1 }]')?.policy.rules,
    ).toHaveLength(1);
  });

  test('finds a pointer within the pipeline: scalars at their value, maps at their key, the absent where it would be', () => {
    const model = parse(
      'version: 1\nmodels:\n  churn:\n    pipeline:\n      train:\n        run: x\n        deps: [a, b]',
    ).models[0];

    expect(model?.locate('/train/run')).toEqual({ file: 'trainyard.yml', line: 6, column: 14 });
    expect(model?.locate('/train/deps/1')).toEqual({ file: 'trainyard.yml', line: 7, column: 19 });
    expect(model?.locate('/train')).toEqual({ file: 'trainyard.yml', line: 5, column: 7 });
    expect(model?.locate('/train/outs/0')).toEqual({ file: 'trainyard.yml', line: 5, column: 7 });
    expect(model?.locate('')).toEqual({ file: 'trainyard.yml', line: 4, column: 5 });
  });

  test('lists all problems in one message, the first place first', () => {
    const error = caught(() =>
      parse('version: 1\nmodel: churn\ngate:\n  alpha: 2\n  rulez: []\npth: x\nseed: "1"\n'),
    );

    expect(error.place).toEqual({ file: 'trainyard.yml', line: 4, column: 10 });
    expect(error.message.split('\n')).toEqual([
      'There are 4 problems in trainyard.yml:',
      '  trainyard.yml:4:10: "alpha" of "gate" cannot be 2. Expected: a number above 0 and below 0.5, the error rate per side.',
      '  trainyard.yml:5:3: Unknown key "rulez" in "gate". Expected: one of rules, alpha, on-inconclusive, on-rows-changed, drift, alpha-spending, dry-run. Did you mean "rules"?',
      expect.stringContaining('trainyard.yml:6:1: Unknown key "pth" in the file.'),
      '  trainyard.yml:7:7: "seed" cannot be the text "1". Expected: a whole number, the training seed. Remove the quotes.',
    ]);
  });

  test('cuts a list of very many problems', () => {
    const keys = Array.from({ length: 50 }, (_, i) => `unknown${i}: 1`).join('\n');

    expect(caught(() => one(keys)).message).toMatch(/50 problems[\s\S]*… and 30 more$/);
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    'version: 1',
    'version: 2',
    'model: a',
    'models:',
    '  a:',
    'gate:',
    '  - { metric: f1, min: 1 }',
    '- x',
    '&a [*a]',
    '*a',
    '&a',
    '\t',
    '  ',
    '\n',
    ': ',
    '"',
    "'",
    '|',
    '{',
    '}',
    '[',
    ']',
    '?',
    '!!binary x',
    '---',
    '...',
    '#',
    '<<: *a',
    '__proto__: 1',
    '\u0000',
    '\u202e',
    '\ufeff',
    '😀',
    '%YAML 1.1',
    '.nan',
    '1e999',
    'pipeline:',
    'metrics: { a: lower }',
    'baseline: 5',
    'predictions:',
    'slices: [a, a]',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(words, { maxLength: 14 }).map((parts) => parts.join('\n')),
    fc.array(words, { maxLength: 14 }).map((parts) => `version: 1\nmodel: a\n${parts.join('')}`),
  );

  test('gives a configuration, or a ConfigError at a line of the file', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parse(text).models.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          const line = error.place?.line ?? 0;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(error.place?.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test.each([
  ['flow lists', '['.repeat(5_000)],
  ['block lists', `${'- '.repeat(5_000)}1`],
  [
    'block maps',
    Array.from({ length: 5_000 }, (_, i) => `${' '.repeat(i)}a:`)
      .join('\n')
      .slice(0, 1_000_000),
  ],
])('5,000 levels of %s are refused before anything recurses', (_kind, text) => {
  const error = caught(() => parse(text));

  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).message).toContain('nested deeper than 64 levels');
});
