import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createBlobCandidateStore } from '../../../src/stores/candidates/by-digest.ts';
import { createFileBlobStore } from '../../../src/stores/index.ts';
import { describeCandidateStore, filesIn, madeBy } from '../../contract/candidate-store.ts';
import { makeFolder, makeRuntime, removeFolders } from '../../git/repository.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

describeCandidateStore('a folder', async () => {
  const folder = makeFolder();
  return { open: () => createBlobCandidateStore(runtime, createFileBlobStore(runtime, folder)) };
});

test('a file that was damaged in the folder keeps the whole model from coming', async () => {
  const shared = makeFolder();
  const store = createBlobCandidateStore(runtime, createFileBlobStore(runtime, shared));
  const { record, folder } = madeBy('a', { one: '1', two: '2' });
  await store.put(record, folder);
  const digest = record.artifacts[1]?.sha256 ?? '';
  writeFileSync(join(shared, 'objects', digest.slice(0, 2), digest), 'rotten');
  const target = makeFolder();

  expect(await store.get(record, target)).toBe(false);
  expect(filesIn(target)).toEqual({});
  expect(readdirSync(target)).toEqual([]);
});
