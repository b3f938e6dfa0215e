import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bundledBlobs } from '../../src/actions/bundled-blobs.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';

const root = mkdtempSync(join(tmpdir(), 'trainyard-bundled-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const digest = createHash('sha256').update('rows').digest('hex');
let count = 0;
let own: string;

beforeEach(() => {
  count += 1;
  own = join(root, String(count));
});

/** The folder of a bundle that has these bytes under the digest of the rows. */
function bundleWith(name: string, bytes: string): { folder: string } {
  const folder = join(own, name);
  mkdirSync(join(folder, 'objects', digest.slice(0, 2)), { recursive: true });
  writeFileSync(join(folder, 'objects', digest.slice(0, 2), digest), bytes);
  return { folder };
}

const blobsOf = (...bundles: { folder: string }[]) => bundledBlobs(createRuntime(), own, async () => bundles);

describe('predictions in bundles', () => {
  test('are found and brought, also from the second one', async () => {
    const blobs = blobsOf({ folder: join(own, '1') }, bundleWith('2', 'rows'));
    const file = join(own, 'copy');

    expect(await blobs.has(digest)).toBe(true);
    expect(await blobs.get(digest, file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('rows');
  });

  test('that are others than their name says are not there', async () => {
    const blobs = blobsOf(bundleWith('1', 'other rows'));

    expect(await blobs.has(digest)).toBe(false);
    expect(await blobs.get(digest, join(own, 'copy'))).toBe(false);
  });

  test('that are true in one bundle are found behind another that lies', async () => {
    expect(await blobsOf(bundleWith('1', 'lies'), bundleWith('2', 'rows')).has(digest)).toBe(true);
  });

  test('of this job itself need no bundle', async () => {
    const blobs = bundledBlobs(createRuntime(), own, () => Promise.reject(new Error('opened')));
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'made'), 'rows');
    await blobs.put(digest, join(own, 'made'));

    expect(await blobs.has(digest)).toBe(true);
  });
});
