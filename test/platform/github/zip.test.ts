import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openZipFile, readZipFile } from '../../../src/platform/github/zip.ts';
import { makeFolder, makeRuntime, removeFolders } from '../../git/repository.ts';

afterAll(removeFolders);

const write = `
import json, sys, zipfile
path, method, files = sys.argv[1], int(sys.argv[2]), json.load(sys.stdin)
with zipfile.ZipFile(path, 'w', method) as archive:
    for name, text in files.items():
        archive.writestr(name, text)
    archive.comment = b'a comment at the end'
`;

/** An archive as Python writes it; method 0 stores, 8 deflates. */
function archiveOf(files: Readonly<Record<string, string>>, method = 8): Uint8Array {
  const path = join(makeFolder(), 'x.zip');
  execFileSync('python3', ['-c', write, path, String(method)], { input: JSON.stringify(files) });
  return readFileSync(path);
}

const limit = 1_000_000;
const textOf = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);
const archive = archiveOf({ 'a.txt': 'first', 'bundle/run.json': '{"x": "ü😀"}'.repeat(500), empty: '' });

describe('an archive', () => {
  test.each([0, 8])('gives each file by its exact name (method %d)', async (method) => {
    const files = { 'run.json': '{}', 'run.json.bak': 'no', 'ünï/x': 'ü'.repeat(9) };
    const made = archiveOf(files, method);
    for (const [name, text] of Object.entries(files))
      expect(textOf(await readZipFile(made, name, limit))).toBe(text);
    for (const name of ['RUN.JSON', './run.json', 'run', ''])
      expect(await readZipFile(made, name, limit)).toBeNull();
  });

  test('gives long and empty files whole', async () => {
    expect(textOf(await readZipFile(archive, 'bundle/run.json', limit))).toBe('{"x": "ü😀"}'.repeat(500));
    expect(textOf(await readZipFile(archive, 'empty', limit))).toBe('');
  });

  test('does not unpack more than it may, whatever its directory says', async () => {
    const bomb = archiveOf({ bomb: '0'.repeat(5_000_000) });
    await expect(readZipFile(bomb, 'bomb', limit)).rejects.toThrow('larger than');
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(10, lying.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    await expect(readZipFile(lying, 'bomb', limit)).rejects.toThrow('no archive we can read');
  });

  test.each([
    ['nothing', 0],
    ['a few bytes', 10],
    ['all but its end', -30],
  ])('cut to %s is an UpstreamError', async (_name, end) => {
    await expect(readZipFile(archive.slice(0, end), 'a.txt', limit)).rejects.toMatchObject({
      name: 'UpstreamError',
    });
  });

  test('with any byte changed gives a file, nothing, or an UpstreamError', async () => {
    const bytes = fc.integer({ min: 0, max: archive.length - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(bytes, fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        async (changes) => {
          const damaged = Uint8Array.from(archive);
          for (const [at, value] of changes) damaged[at] = value;
          try {
            const content = await readZipFile(damaged, 'bundle/run.json', limit);
            expect(content?.length ?? 0).toBeLessThanOrEqual(limit);
          } catch (error) {
            expect(error).toMatchObject({ name: 'UpstreamError' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an archive on disk', () => {
  const far = `
import sys, zipfile
zipfile.ZIP64_LIMIT = 10
zipfile.ZIP_FILECOUNT_LIMIT = 1
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr('first', 'x' * 100)
    archive.writestr('model/weights.bin', bytes(range(256)) * 20000)
`;
  const weights = Buffer.concat(
    Array.from({ length: 20_000 }, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
  );

  test('gives a file in pieces, also from one with ZIP64 numbers, as those beyond 4 GB have', async () => {
    const path = join(makeFolder(), 'far.zip');
    execFileSync('python3', ['-c', far, path]);
    const { files } = makeRuntime();

    const archive = await openZipFile(files, path);

    expect(archive.names).toEqual(['first', 'model/weights.bin']);
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.file('model/weights.bin', weights.length) ?? []) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(weights)).toBe(true);
    expect(archive.file('weights.bin', 10)).toBeNull();
  });

  test('that is cut, empty or not there is an UpstreamError', async () => {
    const { files } = makeRuntime();
    const folder = makeFolder();
    for (const [name, length] of [
      ['cut', archive.length - 30],
      ['empty', 0],
    ] as const) {
      writeFileSync(join(folder, name), archive.subarray(0, length));
      await expect(openZipFile(files, join(folder, name))).rejects.toMatchObject({ name: 'UpstreamError' });
    }
    await expect(openZipFile(files, join(folder, 'none'))).rejects.toMatchObject({ name: 'UpstreamError' });
  });
});
