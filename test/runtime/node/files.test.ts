import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileError } from '../../../src/runtime/node/file-errors.ts';
import { createFiles } from '../../../src/runtime/node/files.ts';

const signal = new AbortController().signal;
const files = createFiles(2, signal);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainyard-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('writing', () => {
  test('makes folders, replaces the whole file and leaves nothing beside it', async () => {
    const path = join(folder, 'a/b/c.txt');
    await files.write(path, 'long before');
    await files.write(path, 'after');
    expect(await files.readText(path)).toBe('after');
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['c.txt']);
  });

  test('a write that fails leaves the old file and no other', async () => {
    const path = join(folder, 'taken');
    await files.makeFolder(join(path, 'inside'));
    await expect(files.write(path, 'x')).rejects.toMatchObject({ message: expect.stringContaining(path) });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  test('of many that create the same file at once exactly one does', async () => {
    const path = join(folder, 'new/lock');
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => files.create(path, `writer ${index}`)),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await files.readText(path)).toBe(`writer ${made.indexOf(true)}`);
    expect(readdirSync(join(folder, 'new'))).toEqual(['lock']);
  });

  test('a full disk is an UpstreamError with path and remedy', async () => {
    await expect(files.append('/dev/full', 'x')).rejects.toMatchObject({
      name: 'UpstreamError',
      message: 'Cannot write /dev/full (ENOSPC). The disk is full: free some space and run again.',
    });
  });

  test.each([
    ['EACCES', 'ConfigError'],
    ['EROFS', 'ConfigError'],
    ['ENOSPC', 'UpstreamError'],
    ['EDQUOT', 'UpstreamError'],
    ['EFBIG', 'UpstreamError'],
    ['EIO', 'UpstreamError'],
  ])('%s becomes a %s that names the path and the remedy', (code, name) => {
    const error = fileError('write', '/data/x', Object.assign(new Error('raw'), { code }));
    expect(error).toMatchObject({
      name,
      message: expect.stringMatching(`^Cannot write /data/x \\(${code}\\)\\. \\w`),
      hint: expect.any(String),
    });
  });

  test('errors that are not of the system pass unchanged', () => {
    const bug = new TypeError('a bug');
    expect(fileError('write', '/x', bug)).toBe(bug);
  });
});

describe('reading', () => {
  test('what is missing is null, also below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'none'), join(folder, 'file/none')]) {
      expect([
        await files.readText(path),
        await files.readBytes(path),
        await files.info(path),
        await files.list(path),
        await files.realPath(path),
      ]).toEqual([null, null, null, null, null]);
    }
  });

  test('names are sorted, links are not followed, modes survive a copy', async () => {
    writeFileSync(join(folder, 'b'), 'x');
    chmodSync(join(folder, 'b'), 0o755);
    await files.makeLink('b', join(folder, 'a'));
    await files.copy(join(folder, 'b'), join(folder, 'C/copy'));
    expect(await files.list(folder)).toEqual(['C', 'a', 'b']);
    expect((await files.info(join(folder, 'a')))?.kind).toBe('link');
    expect(((await files.info(join(folder, 'C/copy')))?.mode ?? 0) & 0o777).toBe(0o755);
  });

  test('a stream gives every byte from the start asked for, in chunks no larger than asked for', async () => {
    const path = join(folder, 'bytes');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(200),
        async (bytes, size, start) => {
          writeFileSync(path, bytes);
          const chunks: Uint8Array[] = [];
          for await (const chunk of files.stream(path, size, start)) chunks.push(chunk);
          expect(chunks.every((chunk) => chunk.length <= size)).toBe(true);
          expect(Buffer.concat(chunks)).toEqual(Buffer.from(bytes.subarray(start)));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('sha256', () => {
  test('digests come in the order given, small, large, empty and repeated', async () => {
    const contents = [300_000, 0, 5, 3_000_000, 262_144, 262_145].map((size, index) =>
      Buffer.alloc(size, index + 1),
    );
    const paths = contents.map((bytes, index) => {
      writeFileSync(join(folder, `f${index}`), bytes);
      return join(folder, `f${index}`);
    });
    expect(await files.sha256([...paths, paths[2] as string])).toEqual(
      [...contents, contents[2] as Buffer].map(sha256),
    );
  });

  test('many bytes are spread over threads and still come in order', async () => {
    const contents = Array.from({ length: 7 }, (_, index) => Buffer.alloc(6_000_000 + index * 1000, index));
    const paths = contents.map((bytes, index) => {
      writeFileSync(join(folder, `f${index}`), bytes);
      return join(folder, `f${index}`);
    });
    expect(await files.sha256(paths)).toEqual(contents.map(sha256));
  });

  test('a missing file is named, from the main thread', async () => {
    const missing = join(folder, 'missing');
    await expect(files.sha256([missing])).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(missing),
    });
  });

  test('a cancel ends hashing of large files', async () => {
    const controller = new AbortController();
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), Buffer.alloc(20_000_000));
    controller.abort();
    const cancelled = createFiles(2, controller.signal);
    await expect(cancelled.sha256([join(folder, 'a')])).rejects.toMatchObject({ name: 'CancelledError' });
    await expect(cancelled.sha256([join(folder, 'a'), join(folder, 'b')])).rejects.toMatchObject({
      name: 'CancelledError',
    });
  });
});

describe('what is no file', () => {
  const noFile = { name: 'ConfigError', message: expect.stringContaining('where a file was expected') };
  const pipe = (): string => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };
  const readers: [string, (path: string) => Promise<unknown>][] = [
    ['text', (path) => files.readText(path)],
    ['bytes', (path) => files.readBytes(path)],
    ['a digest', (path) => files.sha256([path])],
    ['a stream', (path) => files.stream(path)[Symbol.asyncIterator]().next()],
  ];

  test.each(readers)('a pipe nobody writes to is refused at once when read as %s', async (_what, read) => {
    await expect(read(pipe())).rejects.toMatchObject(noFile);
  });

  test.each(readers)('a link to an endless device is refused when read as %s', async (_what, read) => {
    symlinkSync('/dev/zero', join(folder, 'link'));
    await expect(read(join(folder, 'link'))).rejects.toMatchObject(noFile);
  });

  test('a pipe among files hashed on all cores is refused', async () => {
    const large = ['a', 'b'].map((name) => join(folder, name));
    for (const path of large) writeFileSync(path, Buffer.alloc(24 << 20));
    await expect(files.sha256([...large, pipe()])).rejects.toMatchObject(noFile);
  });

  test('appending to a pipe nobody reads is refused at once', async () => {
    await expect(files.append(pipe(), 'x')).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('appending does not write through a link', async () => {
    writeFileSync(join(folder, 'theirs'), 'before');
    symlinkSync(join(folder, 'theirs'), join(folder, 'link'));
    await expect(files.append(join(folder, 'link'), 'x')).rejects.toMatchObject({ name: 'ConfigError' });
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('before');
  });

  test('a sparse file of many gigabytes is refused before memory is taken for it', async () => {
    const path = join(folder, 'sparse');
    writeFileSync(path, '');
    truncateSync(path, 600 * 2 ** 20);
    const tooLarge = { name: 'ConfigError', message: expect.stringContaining('too large to be read') };
    await expect(files.readBytes(path)).rejects.toMatchObject(tooLarge);
    truncateSync(path, 5 * 2 ** 30);
    await expect(files.readText(path)).rejects.toMatchObject(tooLarge);
  });
});
