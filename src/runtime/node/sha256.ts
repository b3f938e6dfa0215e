import { createHash } from 'node:crypto';
import { closeSync, readSync, statSync } from 'node:fs';
import { CancelledError } from '../../core/errors.ts';
import { fileError } from './file-errors.ts';
import { openFileSync } from './file-reading.ts';
import { hashInWorkers } from './sha256-workers.ts';

const chunkBytes = 256 * 1024;
/** Starting workers costs about 30 ms: below this the main thread is done sooner. */
const workersPay = 32 << 20;
/** Bytes hashed between two turns of the event loop, 5 ms or so. */
const sliceBytes = 8 << 20;
/** Opening and closing a file costs about as much as hashing this many bytes. */
const fileCost = 32 << 10;

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
  const spread = cores > 1 && entries.length > 1 && total > workersPay;
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

/** Reads synchronously, which is a tenth faster than through the thread pool, and lets others have their turn. */
async function hashHere(entries: readonly Entry[], signal: AbortSignal): Promise<string[]> {
  const digests: string[] = [];
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let sinceTurn = 0;
  const spend = async (bytes: number): Promise<void> => {
    sinceTurn += bytes;
    if (sinceTurn < sliceBytes) return;
    sinceTurn = 0;
    await new Promise(setImmediate);
    throwIfCancelled(signal);
  };
  throwIfCancelled(signal);
  for (const { path } of entries) {
    digests.push(await hashFile(path, buffer, spend));
    await spend(fileCost);
  }
  return digests;
}

async function hashFile(
  path: string,
  buffer: Buffer,
  spend: (bytes: number) => Promise<void>,
): Promise<string> {
  try {
    const file = openFileSync(path);
    try {
      const hash = createHash('sha256');
      for (;;) {
        const read = readSync(file, buffer, 0, buffer.length, null);
        if (read === 0) return hash.digest('hex');
        hash.update(buffer.subarray(0, read));
        await spend(read);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError('Cancelled while hashing files.');
}
