import { Worker } from 'node:worker_threads';
import { CancelledError } from '../../core/errors.ts';
import { fileError } from './file-errors.ts';
import { readOnly } from './file-reading.ts';

interface Entry {
  index: number;
  path: string;
  bytes: number;
}

type Message =
  | { index: number; digest: string }
  | { index: number; path: string; code: string; message: string };

/** Source of a worker, as text so that it survives bundling: takes the next file until none is left. */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const next = new Int32Array(workerData.next);
const buffer = Buffer.allocUnsafe(256 * 1024);
function sha256(path) {
  const file = fs.openSync(path, workerData.flags);
  try {
    if (!fs.fstatSync(file).isFile()) throw Object.assign(new Error('not a file'), { code: 'NOT_A_FILE' });
    const hash = createHash('sha256');
    for (;;) {
      const read = fs.readSync(file, buffer, 0, buffer.length, null);
      if (read === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    fs.closeSync(file);
  }
}
for (;;) {
  const at = Atomics.add(next, 0, 1);
  if (at >= workerData.entries.length) break;
  const { index, path } = workerData.entries[at];
  try {
    parentPort.postMessage({ index, digest: sha256(path) });
  } catch (error) {
    parentPort.postMessage({ index, path, code: error.code || 'EIO', message: error.message });
  }
}
`;

/** Hashes with `count` threads, largest files first so that they end together. Digests are placed by `index`. */
export async function hashInWorkers(
  entries: readonly Entry[],
  count: number,
  signal: AbortSignal,
): Promise<string[]> {
  const largestFirst = [...entries].sort((a, b) => b.bytes - a.bytes);
  const workerData = { next: new SharedArrayBuffer(4), entries: largestFirst, flags: readOnly };
  const digests: string[] = new Array(entries.length);
  const workers = Array.from(
    { length: count },
    () => new Worker(workerSource, { eval: true, execArgv: [], workerData }),
  );
  const stop = () => void Promise.all(workers.map((worker) => worker.terminate()));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map((worker) => drain(worker, digests)));
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (signal.aborted) throw new CancelledError('Cancelled while hashing files.');
  return digests;
}

function drain(worker: Worker, digests: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Message) => {
      if ('digest' in message) digests[message.index] = message.digest;
      else
        reject(
          fileError('read', message.path, Object.assign(new Error(message.message), { code: message.code })),
        );
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
