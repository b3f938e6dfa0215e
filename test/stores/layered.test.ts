import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createEmptyBlobStore, createFileBlobStore, createLayeredBlobStore } from '../../src/stores/index.ts';
import { describeBlobStore, sha256 } from '../contract/blob-store.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';

afterAll(removeFolders);

const runtime = makeRuntime();
const digest = sha256('bytes');

function layers() {
  const folder = makeFolder();
  writeFileSync(join(folder, 'in'), 'bytes');
  const [near, far] = [
    createFileBlobStore(runtime, makeFolder()),
    createFileBlobStore(runtime, makeFolder()),
  ];
  return { near, far, both: createLayeredBlobStore(near, far), file: join(folder, 'in'), folder };
}

describeBlobStore('two layers', async () => layers().both);
describeBlobStore('a layer over nothing', async () =>
  createLayeredBlobStore(createFileBlobStore(runtime, makeFolder()), createEmptyBlobStore(runtime)),
);

describe('two layers', () => {
  test('keep in both, and give from either', async () => {
    const { near, far, both, file, folder } = layers();
    await both.put(digest, file);
    expect([await near.has(digest), await far.has(digest)]).toEqual([true, true]);

    const other = layers();
    await other.far.put(digest, file);
    expect(await other.both.has(digest)).toBe(true);
    expect(await other.both.get(digest, join(folder, 'out'))).toBe(true);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('bytes');
  });

  test('fetch from afar once', async () => {
    const { near, far, both, file, folder } = layers();
    await far.put(digest, file);

    await both.get(digest, join(folder, 'out'));

    expect(await near.has(digest)).toBe(true);
  });
});

describe('a store that keeps nothing', () => {
  const store = createEmptyBlobStore(runtime);

  test('has nothing after a put', async () => {
    const { file, folder } = layers();
    await store.put(digest, file);

    expect(await store.has(digest)).toBe(false);
    expect(await store.get(digest, join(folder, 'out'))).toBe(false);
  });

  test.each(['', '../x', 'A'.repeat(64)])('refuses the digest %j', async (wrong) => {
    const { file } = layers();

    await expect(store.has(wrong)).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(store.get(wrong, file)).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(store.put(wrong, file)).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('refuses bytes of another digest than promised', async () => {
    await expect(store.put(sha256('promised'), layers().file)).rejects.toThrow('is not what it was');
  });
});
