import { Readable, type Writable } from 'node:stream';
import type { ProcessSpec } from '../types.ts';

/** Writes to a process as fast as it reads. That it stops reading is its own affair: its exit code tells. */
export function feed(
  stdin: Writable | null,
  input: ProcessSpec['stdin'],
  onFailure: (error: unknown) => void,
): void {
  if (stdin === null) return;
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  const source = Readable.from(input, { objectMode: false });
  source.on('error', onFailure);
  stdin.on('close', () => source.destroy());
  source.pipe(stdin);
}
