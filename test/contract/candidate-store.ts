import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CandidateStore } from '../../src/platform/types.ts';
import type { RunRecord } from '../../src/schema/run.types.ts';
import { makeFolder, put } from '../git/repository.ts';
import { makeRecord } from '../ledger/records.ts';

export type ModelFiles = Readonly<Record<string, string>>;

/** A model of several files: deep, empty, equal to another, and with names that some places refuse. */
export const model: ModelFiles = {
  'model/weights.bin': '\0\x01\x02'.repeat(100_000),
  'model/config.json': '{}',
  'model/copy of config.json': '{}',
  'model/empty': '',
  'ünï: "x"?.txt': 'odd name',
};

/** Files on disk and the record of the run that made them. */
export function madeBy(name: string, files: ModelFiles = model): { record: RunRecord; folder: string } {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) put(folder, path, text);
  const artifacts = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    stage: 'train',
  }));
  return { record: makeRecord(name, { artifacts }), folder };
}

/** All files below a folder, by path. */
export function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [file.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
  );
}

/** What every store of model files does. `open` gives a store as another job of the same project sees it. */
export function describeCandidateStore(
  name: string,
  make: () => Promise<{ open: () => CandidateStore }>,
): void {
  describe(`${name} as a store of candidates`, () => {
    test('gives another job all files of a run, with their paths and bytes', async () => {
      const { open } = await make();
      const { record, folder } = madeBy('a');
      expect(await open().has(record)).toBe(false);

      await open().put(record, folder);

      expect(await open().has(record)).toBe(true);
      const target = makeFolder();
      expect(await open().get(record, join(target, 'new'))).toBe(true);
      expect(filesIn(join(target, 'new'))).toEqual(model);
      expect(readdirSync(join(target, 'new')).sort()).toEqual(['model', 'ünï: "x"?.txt']);
    });

    test('finds the files by the record that was promoted from the one they were put by', async () => {
      const { open } = await make();
      const { record, folder } = madeBy('a');
      await open().put(record, folder);
      const promoted = { ...record, id: 'f'.repeat(20), promoted_from: record.id };

      expect(await open().has(promoted)).toBe(true);
      expect(await open().get(promoted, makeFolder())).toBe(true);
    });

    test('keeps runs apart, and a put again changes nothing', async () => {
      const { open } = await make();
      const [a, b] = [madeBy('a', { model: 'of a' }), madeBy('b', { model: 'of b' })];
      for (const { record, folder } of [a, b, a, b]) await open().put(record, folder);

      for (const [{ record }, text] of [
        [a, 'of a'],
        [b, 'of b'],
      ] as const) {
        const target = makeFolder();
        expect(await open().get(record, target)).toBe(true);
        expect(filesIn(target)).toEqual({ model: text });
      }
    });

    test('what it does not have leaves the folder alone', async () => {
      const { open } = await make();
      const target = makeFolder();
      writeFileSync(join(target, 'mine'), 'before');

      expect(await open().get(madeBy('a').record, target)).toBe(false);
      expect(filesIn(target)).toEqual({ mine: 'before' });
    });

    test('what lies at the paths is replaced, all else stays', async () => {
      const { open } = await make();
      const { record, folder } = madeBy('a');
      await open().put(record, folder);
      const target = makeFolder();
      put(target, 'model/config.json', 'old');
      put(target, 'model/mine', 'mine');

      expect(await open().get(record, target)).toBe(true);
      expect(filesIn(target)).toEqual({ ...model, 'model/mine': 'mine' });
    });

    test('a record without files is never there', async () => {
      const { open } = await make();
      const { record, folder } = madeBy('a', {});
      await open().put(record, folder);

      expect(await open().has(record)).toBe(false);
      expect(await open().get(record, makeFolder())).toBe(false);
    });

    test.each([
      ['changed', (file: string) => writeFileSync(file, '[]')],
      ['grew', (file: string) => writeFileSync(file, 'tampered')],
      ['are gone', (file: string) => rmSync(file)],
    ])('files that %s since the run are refused, and none is kept', async (_name, spoil) => {
      const { open } = await make();
      const { record, folder } = madeBy('a');
      spoil(join(folder, 'model/config.json'));

      await expect(open().put(record, folder)).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringContaining('config.json is not what it was'),
      });
      expect(await open().has(record)).toBe(false);
    });

    test.each(['../out', '/etc/out', 'a/../../out', 'a//b', '.', '', '.git/hooks/x', 'a\\..\\out', 'c:out'])(
      'refuses the path %j of a record',
      async (path) => {
        const { open } = await make();
        const { record, folder } = madeBy('a', { model: 'x' });
        const artifacts = record.artifacts.map((artifact) => ({ ...artifact, path }));

        for (const work of [
          open().put({ ...record, artifacts }, folder),
          open().has({ ...record, artifacts }),
          open().get({ ...record, artifacts }, folder),
        ]) {
          await expect(work).rejects.toMatchObject({
            name: 'ConfigError',
            message: expect.stringContaining('cannot be the path of a model file'),
          });
        }
      },
    );

    test('a link in the folder does not take files elsewhere', async () => {
      const { open } = await make();
      const { record, folder } = madeBy('a');
      await open().put(record, folder);
      const [target, elsewhere] = [makeFolder(), makeFolder()];
      mkdirSync(join(elsewhere, 'x'));
      symlinkSync(join(elsewhere, 'x'), join(target, 'model'));

      await expect(open().get(record, target)).rejects.toMatchObject({ name: 'ConfigError' });
      expect(filesIn(elsewhere)).toEqual({});
      expect(existsSync(join(target, 'ünï: "x"?.txt'))).toBe(false);
    });
  });
}
