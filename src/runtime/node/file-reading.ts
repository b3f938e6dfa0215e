import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { notAFile, tooLarge } from './file-errors.ts';

/** Opening a pipe nobody writes to waits for ever unless told not to; Windows has no such flag. */
export const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Appends without waiting for the reader of a pipe and without following a link put in place of the file. */
export const appendOnly =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);

/** Bytes a file read as a whole may have. */
export const mostBytes = 512 << 20;

/** Opens a file to read. Pipes, sockets and devices are refused: they may never end. */
export async function openFile(path: string): Promise<fs.FileHandle> {
  const file = await fs.open(path, readOnly);
  try {
    refuseOthers(await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Like `openFile`, at once; the descriptor is the caller's to close. */
export function openFileSync(path: string): number {
  const file = openSync(path, readOnly);
  try {
    refuseOthers(fstatSync(file));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** A whole file of at most 512 MiB. */
export async function readWhole(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw tooLarge(size, mostBytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function refuseOthers(stats: Stats): void {
  if (!stats.isFile() && !stats.isDirectory()) throw notAFile();
}
