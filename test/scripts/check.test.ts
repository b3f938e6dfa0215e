import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { differences } from '../../scripts/check.mjs';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-check-'));
  for (const name of ['fresh', 'committed']) await mkdir(join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a committed bundle beside a fresh build', () => {
  test('equal bytes are no difference; changed, missing and stale files are each named', async () => {
    const [fresh, committed] = [join(folder, 'fresh'), join(folder, 'committed')];
    for (const place of [fresh, committed]) await writeFile(join(place, 'index.js'), 'same');
    expect(differences(fresh, committed)).toEqual([]);

    await writeFile(join(fresh, 'index.js'), 'other');
    await writeFile(join(fresh, '100.js'), 'new chunk');
    await writeFile(join(committed, '900.js'), 'old chunk');

    expect(differences(fresh, committed)).toEqual([
      'dist/100.js: missing',
      'dist/900.js: a fresh build has no such file',
      'dist/index.js: differs from a fresh build',
    ]);
  });

  test('no committed bundle at all is said plainly', () => {
    expect(differences(join(folder, 'fresh'), join(folder, 'none'))).toEqual([
      `${join(folder, 'none')} is missing`,
    ]);
  });
});
