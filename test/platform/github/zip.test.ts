import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readZipFile } from '../../../src/platform/github/zip.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';

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
  test.each([0, 8])('gives each file by its exact name (method %d)', (method) => {
    const files = { 'run.json': '{}', 'run.json.bak': 'no', 'ünï/x': 'ü'.repeat(9) };
    const made = archiveOf(files, method);
    for (const [name, text] of Object.entries(files))
      expect(textOf(readZipFile(made, name, limit))).toBe(text);
    for (const name of ['RUN.JSON', './run.json', 'run', ''])
      expect(readZipFile(made, name, limit)).toBeNull();
  });

  test('gives long and empty files whole', () => {
    expect(textOf(readZipFile(archive, 'bundle/run.json', limit))).toBe('{"x": "ü😀"}'.repeat(500));
    expect(textOf(readZipFile(archive, 'empty', limit))).toBe('');
  });

  test('does not unpack more than it may, whatever its directory says', () => {
    const bomb = archiveOf({ bomb: '0'.repeat(5_000_000) });
    expect(() => readZipFile(bomb, 'bomb', limit)).toThrow('larger than');
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(10, lying.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    expect(() => readZipFile(lying, 'bomb', limit)).toThrow('no archive we can read');
  });

  test.each([
    ['nothing', 0],
    ['a few bytes', 10],
    ['all but its end', -30],
  ])('cut to %s is an UpstreamError', (_name, end) => {
    expect(() => readZipFile(archive.slice(0, end), 'a.txt', limit)).toThrow(
      expect.objectContaining({ name: 'UpstreamError' }),
    );
  });

  test('with any byte changed gives a file, nothing, or an UpstreamError', () => {
    const bytes = fc.integer({ min: 0, max: archive.length - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bytes, fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        (changes) => {
          const damaged = Uint8Array.from(archive);
          for (const [at, value] of changes) damaged[at] = value;
          try {
            expect(readZipFile(damaged, 'bundle/run.json', limit)?.length ?? 0).toBeLessThanOrEqual(limit);
          } catch (error) {
            expect(error).toMatchObject({ name: 'UpstreamError' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
