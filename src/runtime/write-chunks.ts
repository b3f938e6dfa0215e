import type { Files } from './types.ts';

/** Bytes gathered before they are written: a file is opened for each write. */
const gatheredBytes = 1 << 20;

/** Writes a file as its bytes come, in the place of what was there. When they end in an error a part of it is left. */
export async function writeChunks(
  files: Files,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await files.write(path, '');
  const gathered = new Uint8Array(gatheredBytes);
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + gatheredBytes - bytes);
      gathered.set(piece, bytes);
      at += piece.length;
      bytes += piece.length;
      if (bytes < gatheredBytes) continue;
      await files.append(path, gathered);
      bytes = 0;
    }
  }
  if (bytes > 0) await files.append(path, gathered.subarray(0, bytes));
}
