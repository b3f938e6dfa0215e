import { constants, lstatSync, type Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileInfo, Files } from '../types.ts';
import { errorCode, fileError, isMissing } from './file-errors.ts';
import { appendOnly, openFile, readWhole } from './file-reading.ts';
import { createTemporary, writeWhole } from './file-writing.ts';
import { sha256Files } from './sha256.ts';

async function attempt<T>(action: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(action, path, error);
  }
}

async function orNull<T>(action: string, path: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileError(action, path, error);
  }
}

function kindOf(stats: Stats): FileInfo['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Synchronous on purpose: it takes 3 µs where a trip through the thread pool takes 30, and there are thousands. */
function infoOf(path: string): FileInfo | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const { size: bytes, mtimeMs: modifiedMs, ctimeMs: changedMs, ino: inode, mode } = stats;
    return { kind: kindOf(stats), bytes, modifiedMs, changedMs, inode, mode };
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileError('look at', path, error);
  }
}

async function* stream(
  path: string,
  chunkBytes = 1 << 20,
  start = 0,
  buffers: readonly Uint8Array[] = [],
): AsyncGenerator<Uint8Array> {
  const file = await attempt('read', path, () => openFile(path));
  try {
    let position = start;
    for (let turn = 0; ; turn += 1) {
      const buffer = buffers[turn % buffers.length] ?? new Uint8Array(chunkBytes);
      const most = Math.min(chunkBytes, buffer.length);
      const { bytesRead } = await attempt('read', path, () => file.read(buffer, 0, most, position));
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Renames; on Windows a reader or virus scanner may hold the target for a moment. */
async function rename(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fs.rename(from, to);
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (process.platform !== 'win32' || !busy || tries === 10) throw fileError('rename to', to, error);
      await new Promise((resolve) => setTimeout(resolve, tries * 20));
    }
  }
}

async function create(path: string, data: string | Uint8Array): Promise<boolean> {
  const temporary = await createTemporary(path, data);
  try {
    await fs.link(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw fileError('create', path, error);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

async function append(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await fs.appendFile(path, data, { flag: appendOnly });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileError('write', path, error);
    await attempt('make the folder of', path, () => fs.mkdir(dirname(path), { recursive: true }));
    await attempt('write', path, () => fs.appendFile(path, data, { flag: appendOnly }));
  }
}

/** Files of this machine. `signal` ends hashing of large files with a CancelledError. */
export function createFiles(cores: number, signal: AbortSignal): Files {
  return {
    readText: (path) => orNull('read', path, async () => (await readWhole(path)).toString('utf8')),
    readBytes: (path) => orNull('read', path, () => readWhole(path)),
    stream,
    write: (path, data) => writeWhole(path, data, rename),
    create,
    append,
    info: async (path) => infoOf(path),
    async list(path) {
      const names = await orNull('list', path, () => fs.readdir(path));
      return names?.sort() ?? null;
    },
    async makeFolder(path) {
      await attempt('make the folder', path, () => fs.mkdir(path, { recursive: true }));
    },
    remove: (path) =>
      attempt('remove', path, () => fs.rm(path, { recursive: true, force: true, maxRetries: 3 })),
    async copy(from, to) {
      await attempt('make the folder of', to, () => fs.mkdir(dirname(to), { recursive: true }));
      await attempt(`copy ${from} to`, to, () => fs.copyFile(from, to, constants.COPYFILE_FICLONE));
    },
    rename,
    readLink: (path) => attempt('read the link', path, () => fs.readlink(path)),
    realPath: (path) => orNull('resolve', path, () => fs.realpath(path)),
    async makeLink(target, path) {
      await attempt('make the folder of', path, () => fs.mkdir(dirname(path), { recursive: true }));
      await attempt('make the link', path, () => fs.symlink(target, path));
    },
    makeTemporaryFolder: (prefix) =>
      attempt('make a folder in', tmpdir(), () => fs.mkdtemp(join(tmpdir(), prefix))),
    sha256: (paths) => sha256Files(paths, cores, signal),
  };
}
