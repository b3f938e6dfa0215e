import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { manifestText, readManifest } from '../../src/formats/manifest.ts';
import { resourcesOf, shardsOf } from '../../src/registry/manifest.ts';
import type { RunRecord } from '../../src/schema/run.types.ts';
import { caught } from '../config/caught.ts';
import { versionOf } from '../contract/registry.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';

afterAll(removeFolders);

const sha = (text: string) => createHash('sha256').update(text).digest('hex');

const recordWith = (artifacts: object[]) =>
  ({
    id: 'r',
    model: 'churn',
    artifacts: artifacts.map((one) => ({ bytes: 1, sha256: sha('x'), stage: 'train', ...one })),
  }) as RunRecord;

const outputs = recordWith([
  { path: 'model/b' },
  { path: 'model/a' },
  { path: 'models' },
  { path: 'metrics.json', holds: 'metrics' },
  { path: 'predictions.csv', holds: 'predictions' },
]);
const named = (...paths: string[]) =>
  paths.map((path) => ({ path, place: { file: 'trainyard.yml', line: 4 } }));

describe('the files of a version', () => {
  test.each([
    ['all outputs but metrics and predictions', null, ['model/a', 'model/b', 'models']],
    ['a folder that is named', named('model'), ['model/a', 'model/b']],
    ['files that are named, whatever they hold', named('models', 'metrics.json'), ['metrics.json', 'models']],
  ])('are %s', (_name, wanted, names) => {
    expect(resourcesOf(outputs, wanted).map(({ name }) => name)).toEqual(names);
  });

  test('are listed by code point, as signatures list them', () => {
    const names = ['\u{1f600}', '\uff5e', 'b', 'B', 'a/x', 'a.x'];
    const listed = resourcesOf(recordWith(names.map((path) => ({ path }))), null).map(({ name }) => name);
    expect(listed).toEqual(['B', 'a.x', 'a/x', 'b', '\uff5e', '\u{1f600}']);
  });

  test.each([
    [
      'a path that is no output',
      outputs,
      named('modle'),
      { message: expect.stringContaining('"modle"'), place: { line: 4 } },
    ],
    [
      'none at all',
      recordWith([{ path: 'm', holds: 'metrics' }]),
      null,
      { message: expect.stringContaining('made no files') },
    ],
    [
      'one called as the manifest is',
      recordWith([{ path: 'manifest.json' }]),
      null,
      { message: expect.stringContaining('is called manifest.json') },
    ],
  ])('%s is refused', (_name, record, wanted, error) => {
    expect(caught(() => resourcesOf(record, wanted))).toMatchObject(error);
  });
});

test.each([
  ['a whole number of shards', 'aaaabbbb', ['aaaa', 'bbbb']],
  ['a rest', 'aaaabbbbc', ['aaaa', 'bbbb', 'c']],
])('shards of a file with %s', async (_name, text, parts) => {
  const file = join(makeFolder(), 'file');
  writeFileSync(file, text);
  expect(await shardsOf(makeRuntime().files, file, 4)).toEqual({ bytes: 4, digests: parts.map(sha) });
});

describe('a manifest', () => {
  const { manifest } = versionOf('1.0.0');
  const asked = { model: 'churn', version: '1.0.0' };
  const [first] = manifest.resources;
  const read = (changes: object) => () =>
    readManifest(manifestText({ ...manifest, ...changes }), 'manifest.json', asked);

  test('is read back as it was written', () => {
    expect(read({})()).toEqual(manifest);
  });

  test.each([
    ['of a newer schema', { version: 2 }, 'made by a newer Trainyard'],
    ['of another model', { model: 'price' }, 'is of price 1.0.0'],
    ['whose version is not semantic', { model_version: '1.0' }, 'has the version "1.0"'],
    ['of another root', { digest: '0'.repeat(64) }, 'has a digest that is not that of its files'],
    [
      'whose files are not by name',
      { resources: manifest.resources.toReversed() },
      'does not list files once each',
    ],
    ['without files', { resources: [] }, 'does not list files once each'],
    ['with a file outside', { resources: [{ ...first, name: '../x' }] }, 'names "../x"'],
    [
      'with itself among the files',
      { resources: [{ ...first, name: 'manifest.json' }] },
      'names "manifest.json"',
    ],
    ['with what nobody knows', { more: 1 }, 'must NOT have additional properties'],
  ])('%s is refused', (_name, changes, said) => {
    expect(read(changes)).toThrow(said);
  });
});
