import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { CancelledError } from '../../core/errors.ts';
import { fileError } from './file-errors.ts';
import { hashInWorkers } from './sha256-workers.ts';

const smallFile = 256 * 1024;
const chunkBytes = 1 << 20;
/** Starting workers costs about 40 ms: below this the main thread is done sooner. */
const workersPay = 32 << 20;
/** Bytes hashed between two turns of the event loop. */
const sliceBytes = 8 << 20;

interface Entry {
  index: number;
  path: string;
  bytes: number;
}

/** SHA-256 as hex of each file, in the order given. A path given twice is read once. */
export async function sha256Files(
  paths: readonly string[],
  cores: number,
  signal: AbortSignal,
): Promise<string[]> {
  const unique = [...new Set(paths)];
  const entries = unique.map(entryOf);
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const large = entries.filter((entry) => entry.bytes > smallFile).length;
  const spread = cores > 1 && total > workersPay && (large > 1 || entries.length > 1000);
  const digests = spread
    ? await hashInWorkers(entries, Math.min(cores, entries.length), signal)
    : await hashHere(entries, signal);
  const byPath = new Map(unique.map((path, index) => [path, digests[index] as string]));
  return paths.map((path) => byPath.get(path) as string);
}

function entryOf(path: string, index: number): Entry {
  try {
    return { index, path, bytes: statSync(path).size };
  } catch (error) {
    throw fileError('read', path, error);
  }
}

async function hashHere(entries: readonly Entry[], signal: AbortSignal): Promise<string[]> {
  const digests: string[] = [];
  const buffer = Buffer.allocUnsafe(smallFile + 1);
  let sinceTurn = 0;
  for (const { path, bytes } of entries) {
    if (bytes > smallFile) digests.push(await hashLarge(path, signal));
    else digests.push(hashSmall(path, buffer) ?? (await hashLarge(path, signal)));
    // A file costs about as much as 32 KB of hashing, whatever its size.
    sinceTurn += bytes + 32_768;
    if (sinceTurn < sliceBytes) continue;
    sinceTurn = 0;
    await new Promise(setImmediate);
    throwIfCancelled(signal);
  }
  return digests;
}

/** Null when the file grew beyond the buffer since it was measured. */
function hashSmall(path: string, buffer: Buffer): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      let filled = 0;
      for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
        read = readSync(file, buffer, filled, buffer.length - filled, null);
      }
      return filled === buffer.length
        ? null
        : createHash('sha256').update(buffer.subarray(0, filled)).digest('hex');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** Reads the next chunk while this one is hashed. */
async function hashLarge(path: string, signal: AbortSignal): Promise<string> {
  try {
    const file = await fs.open(path, 'r');
    try {
      const hash = createHash('sha256');
      const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)] as const;
      const read = (turn: number) => file.read(buffers[turn % 2 === 0 ? 0 : 1], 0, chunkBytes, null);
      let pending = read(0);
      for (let turn = 1; ; turn += 1) {
        const { bytesRead, buffer } = await pending;
        if (bytesRead === 0) return hash.digest('hex');
        throwIfCancelled(signal);
        pending = read(turn);
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError('Cancelled while hashing files.');
}
