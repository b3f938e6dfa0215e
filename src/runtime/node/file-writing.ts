import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, fileError } from './file-errors.ts';

async function openNew(path: string): Promise<fs.FileHandle> {
  try {
    return await fs.open(path, 'wx');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await fs.mkdir(dirname(path), { recursive: true });
    return fs.open(path, 'wx');
  }
}

/** Writes and flushes a temporary file beside `path` and returns its name; leaves nothing when that fails. */
export async function createTemporary(path: string, data: string | Uint8Array): Promise<string> {
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 80)}.${randomBytes(8).toString('hex')}.tmp`,
  );
  try {
    const file = await openNew(temporary);
    try {
      await file.writeFile(data);
      await file.datasync();
    } finally {
      await file.close();
    }
    return temporary;
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw fileError('write', path, error);
  }
}

/** The file holds either the old bytes or all of the new ones, whatever happens in between. */
export async function writeWhole(
  path: string,
  data: string | Uint8Array,
  rename: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const temporary = await createTemporary(path, data);
  try {
    await rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}
