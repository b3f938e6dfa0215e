import type { Files } from './types.ts';

/** Bytes gathered before they are written: a file is opened for each write. */
const gatheredBytes = 4 << 20;

/** Writes a file as its bytes come, in the place of what was there. When they end in an error a part of it is left. */
export async function writeChunks(
  files: Files,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await files.write(path, '');
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < gatheredBytes) continue;
    await files.append(path, Buffer.concat(waiting, bytes));
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) await files.append(path, Buffer.concat(waiting, bytes));
}
