const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Where bytes of a file come from: chunks from byte `start` on. */
export type OpenBytes = (start: number) => AsyncIterable<Uint8Array>;

/** Whole lines of a file. */
export interface Block {
  bytes: Uint8Array;
  /** Nothing follows. */
  last: boolean;
}

/**
 * Cuts chunks into blocks of about their size that end with a line (LF, CRLF or CR), the last one wherever the file
 * does. A line end inside a quoted field is one too: whoever reads the block finds the field open.
 */
export async function* blocksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  let held: Uint8Array[] = [];
  let size = 0;
  let wanted = 1;
  let cut: Uint8Array | null = null;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    const bytes = joined(held, size);
    const end = lastLineEnd(bytes);
    held = [bytes.slice(end)];
    size = bytes.length - end;
    wanted = end === 0 ? size * 2 : 1;
    if (end === 0) continue;
    if (cut) yield { bytes: cut, last: false };
    cut = bytes.subarray(0, end);
  }
  const rest = joined(held, size);
  if (cut) yield { bytes: cut, last: rest.length === 0 };
  if (rest.length > 0 || !cut) yield { bytes: rest, last: true };
}

export function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Position behind the last line end that is surely a whole one, else 0. */
function lastLineEnd(bytes: Uint8Array): number {
  const newline = bytes.lastIndexOf(LINE_FEED);
  return newline >= 0 ? newline + 1 : bytes.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN) + 1;
}
