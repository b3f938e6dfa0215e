import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseDocument } from 'yaml';
import { parseConfig } from '../../src/config/parse.ts';
import { checkPipeline } from '../../src/config/validate.ts';
import { validate as validatePipeline } from '../../src/schema/python-pipeline.validate.js';
import { validate as validateVerdict } from '../../src/schema/verdict.validate.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(`${root}schema`).filter((file) => file.endsWith('.schema.json'));
const schemas = new Map(
  names.map((name) => [name, JSON.parse(readFileSync(`${root}schema/${name}`, 'utf8'))]),
);

type Json = Record<string, unknown>;

/** Every object in a schema with the path that leads to it. */
function* objectsIn(value: unknown, path: string): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${path}/${key}`);
}

function openObjects(schema: Json): string[] {
  return [...objectsIn(schema, '')]
    .filter(([, { type }]) => type === 'object' || (Array.isArray(type) && type.includes('object')))
    .filter(([, { additionalProperties, then, else: otherwise }]) => {
      return additionalProperties === undefined && (then === undefined || otherwise === undefined);
    })
    .map(([path]) => path);
}

describe.each([...schemas])('%s', (_name, schema) => {
  test('closes every object, or says what its other keys hold', () => {
    expect(openObjects(schema)).toEqual([]);
    expect([...objectsIn(schema, '')].filter(([, value]) => value['additionalProperties'] === true)).toEqual(
      [],
    );
  });

  test('has no dangling reference', () => {
    for (const [, { $ref }] of objectsIn(schema, '')) {
      if (typeof $ref !== 'string') continue;
      const [file, pointer = ''] = $ref.split('#');
      const target = file === '' ? schema : schemas.get(file ?? '');
      const found = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((value, key) => (value as Json)[key], target);
      expect(found).toBeDefined();
    }
  });
});

test('the short form has exactly the keys of a model, beside its own', () => {
  const { one, model } = schemas.get('trainyard.schema.json').definitions;
  const own = ['$schema', 'version', 'model'];

  expect(Object.keys(one.properties).filter((key) => !own.includes(key))).toEqual(
    Object.keys(model.properties),
  );
});

test('every key that a user writes is described, and every description fits "expected: …"', () => {
  const described = [...objectsIn(schemas.get('trainyard.schema.json').definitions, '')]
    .filter(([path, { type, enum: choices }]) => (type ?? choices) !== undefined && !path.endsWith('anyOf/0'))
    .filter(([, { description }]) => typeof description !== 'string');

  expect(described.map(([path]) => path)).toEqual([]);
});

test('generated files are those of the schemas', () => {
  expect(() =>
    execFileSync(process.execPath, ['scripts/generate.mjs', '--check'], { cwd: root, stdio: 'pipe' }),
  ).not.toThrow();
});

describe('examples', () => {
  const page = readFileSync(`${root}docs/configuration.md`, 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const editor = new Ajv({ strict: false });
  for (const schema of schemas.values())
    if (!schema.$id.endsWith('/run.schema.json')) editor.addSchema(schema);

  test('the page on configuration has the short form, the canonical form and the shortest', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
  });

  test.each(blocks)('example %# of the page is valid for us, for its engine and for an editor', (text) => {
    const config = parseConfig(text, 'trainyard.yml');

    expect(config.models.length).toBeGreaterThan(0);
    for (const model of config.models) checkPipeline(validatePipeline, model.pipeline, model.locate);
    expect(
      editor.validate('https://trainyard.dev/schema/trainyard.schema.json', parseDocument(text).toJS()),
    ).toBe(true);
  });

  test('an editor also sees what is wrong in a pipeline of the python engine, and of no other', () => {
    const id = 'https://trainyard.dev/schema/trainyard.schema.json';
    const wrong = { pipeline: { train: { command: 'x' } } };

    expect(editor.validate(id, { version: 1, model: 'a', ...wrong })).toBe(false);
    expect(editor.validate(id, { version: 1, models: { a: wrong } })).toBe(false);
    expect(editor.validate(id, { version: 1, models: { a: { engine: 'dvc', ...wrong } } })).toBe(true);
  });

  test.each([...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? ''))(
    'the key %s of the tables is in a schema',
    (key) => {
      const keys = [...schemas.values()].flatMap((schema) => {
        return [...objectsIn(schema, '')].flatMap(([, { properties }]) => Object.keys(properties ?? {}));
      });

      expect(keys).toContain(key);
    },
  );

  test('every key of the schemas is in the tables', () => {
    const keys = ['trainyard.schema.json', 'python-pipeline.schema.json'].flatMap((name) => {
      return [...objectsIn(schemas.get(name), '')]
        .filter(([path]) => !path.includes('/if') && !path.includes('/then') && !path.endsWith('/columns'))
        .flatMap(([, { properties }]) => Object.keys(properties ?? {}));
    });

    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key) => !page.includes(`| \`${key}\` |`))).toEqual([]);
  });
});

describe('the verdict document', () => {
  const evidence = {
    method: 'percentile',
    estimate: -0.001,
    interval: [-0.003, 0.001],
    level: 0.9,
    n: 65_000,
    margin: 0.002,
    mde: { pass: 0.001, fail: 0.003 },
    seed: '00ff',
    statistic: 1.2,
    p: 0.2,
    pFail: 0.1,
    pFailAdjusted: 0.2,
    discordant: [10, 12],
    sentence: 'Too few rows to tell.',
    state: 'ok',
  };
  const model = {
    model: 'churn',
    verdict: 'inconclusive',
    kind: 'inconclusive',
    sentence: 'Too few rows to tell.',
    verdict_key: 'a'.repeat(64),
    candidate: 'b'.repeat(20),
    baseline: null,
    rules: [{ rule: 'roc_auc:max-drop=0.002', verdict: 'inconclusive', evidence }],
    metrics: [
      {
        name: 'roc_auc',
        slice: 'a=b',
        class: null,
        candidate: 0.7,
        baseline: 0.71,
        delta: -0.01,
        direction: 'higher',
      },
    ],
    notes: ['One note.'],
  };
  const verdict = {
    schema: 'trainyard/verdict',
    version: 1,
    verdict: 'inconclusive',
    kind: 'inconclusive',
    conclusion: 'neutral',
    exit: 0,
    sentence: 'Too few rows to tell.',
    models: [model],
  };
  const withEvidence = (changes: Json) => ({
    ...verdict,
    models: [{ ...model, rules: [{ ...model.rules[0], evidence: { ...evidence, ...changes } }] }],
  });

  test('accepts a whole one, a rule not judged, and no verdict at all', () => {
    expect(validateVerdict(verdict)).toBe(true);
    expect(
      validateVerdict(
        withEvidence({
          estimate: null,
          interval: null,
          mde: null,
          seed: null,
          n: null,
          state: 'no-baseline',
        }),
      ),
    ).toBe(true);
    expect(validateVerdict({ ...verdict, verdict: null, kind: 'no-rules', models: [] })).toBe(true);
  });

  test.each([
    ['another version', { ...verdict, version: 2 }],
    ['an unknown verdict', { ...verdict, verdict: 'maybe' }],
    ['an exit code outside the table', { ...verdict, exit: 5 }],
    ['a missing sentence', { ...verdict, sentence: undefined }],
    ['an interval of one bound', withEvidence({ interval: [1] })],
    ['an interval of three bounds', withEvidence({ interval: [1, 2, 3] })],
    ['a value that is not finite', withEvidence({ estimate: Number.NaN })],
    ['a probability above 1', withEvidence({ p: 1.1 })],
    ['an unknown method', withEvidence({ method: 'feeling' })],
    ['evidence without its seed', withEvidence({ seed: undefined })],
  ])('refuses %s', (_what, document) => {
    expect(validateVerdict(document)).toBe(false);
  });

  test('refuses an extra key in every object', () => {
    const paths = [...objectsIn(verdict, '')].map(([path]) => path);

    expect(paths).toHaveLength(6);
    for (const path of paths) {
      const copy = structuredClone(verdict) as Json;
      const target = path
        .split('/')
        .slice(1)
        .reduce<Json>((value, key) => value[key] as Json, copy);
      target['extra'] = 1;
      expect(validateVerdict(copy)).toBe(false);
    }
  });
});
