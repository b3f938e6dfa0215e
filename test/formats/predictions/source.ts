import type { ByteSource, ReadOptions } from '../../../src/formats/predictions/index.ts';

/** Bytes at hand as a file that is read in chunks of `chunkBytes`. */
export function sourceOf(bytes: Uint8Array, file: string, chunkBytes = 1 << 20): ByteSource {
  return {
    file,
    bytes: bytes.length,
    async *open(start) {
      for (let at = start; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
    },
  };
}

/** How files are read where a test says nothing else. */
export const OPTIONS: ReadOptions = {
  columns: {},
  task: null,
  positiveLabel: null,
  slices: [],
  model: 'm',
  side: null,
  drop: false,
};
