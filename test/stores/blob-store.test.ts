import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createFileBlobStore } from '../../src/stores/index.ts';
import { describeBlobStore, sha256 } from '../contract/blob-store.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

describeBlobStore('a folder', async () => createFileBlobStore(runtime, makeFolder()));

function storeWith(text: string): { folder: string; object: string; digest: string } {
  const folder = makeFolder();
  const digest = sha256(text);
  writeFileSync(join(folder, 'in'), text);
  return { folder, object: join(folder, 'objects', digest.slice(0, 2), digest), digest };
}

test('bytes lie under objects/<aa>/<digest>, and nothing temporary stays', async () => {
  const { folder, object, digest } = storeWith('bytes');
  const store = createFileBlobStore(runtime, folder);

  await store.put(digest, join(folder, 'in'));
  await expect(store.put(sha256('other'), join(folder, 'in'))).rejects.toThrow();

  expect(readdirSync(join(folder, 'objects', digest.slice(0, 2)))).toEqual([digest]);
  expect(
    readdirSync(join(folder, 'objects'), { recursive: true }).filter((name) => `${name}`.endsWith('.tmp')),
  ).toEqual([]);
  expect(existsSync(object)).toBe(true);
});

test('bytes that changed in the store are thrown away instead of given out', async () => {
  const { folder, object, digest } = storeWith('bytes');
  const store = createFileBlobStore(runtime, folder);
  await store.put(digest, join(folder, 'in'));
  chmodSync(object, 0o644);
  writeFileSync(object, 'rotten');

  expect(await store.get(digest, join(folder, 'out'))).toBe(false);
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(await store.has(digest)).toBe(false);
});

test('a file that is not there cannot be put', async () => {
  const folder = makeFolder();

  await expect(
    createFileBlobStore(runtime, folder).put(sha256('x'), join(folder, 'none')),
  ).rejects.toMatchObject({
    message: expect.stringContaining('none'),
  });
});
