import { join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { KeptState } from './state.ts';

const mostBytes = 1 << 20;
const newline = 10;

/**
 * Log text of a run after a cursor `index:offset` (which log file, which byte), whole lines, at most 1 MiB. A file
 * is left for the next one only when its stage ended.
 */
export async function readLogs(
  runtime: Runtime,
  folder: string,
  state: KeptState,
  cursor: string | null,
): Promise<{ text: string; cursor: string }> {
  const [start, from] = /^(\d+):(\d+)$/
    .exec(cursor ?? '')
    ?.slice(1)
    .map(Number) ?? [0, 0];
  const names = ((await runtime.files.list(folder)) ?? []).filter((name) => name.endsWith('.log'));
  let index = start ?? 0;
  let offset = from ?? 0;
  let text = '';
  for (; index < names.length; index += 1, offset = 0) {
    const file = join(folder, names[index] as string);
    const over = state.state !== 'running' || state.ended.includes(file);
    const bytes = await readPart(runtime, file, offset, mostBytes - text.length);
    const size = (await runtime.files.info(file))?.bytes ?? 0;
    const atEnd = offset + bytes.length >= size;
    const whole = over && atEnd ? bytes.length : wholeLines(bytes);
    text += new TextDecoder().decode(bytes.subarray(0, whole));
    offset += whole;
    if (!over || offset < size) break;
  }
  return { text, cursor: `${index}:${offset}` };
}

async function readPart(runtime: Runtime, file: string, offset: number, most: number): Promise<Uint8Array> {
  if (most <= 0) return new Uint8Array(0);
  for await (const chunk of runtime.files.stream(file, most, offset)) return chunk;
  return new Uint8Array(0);
}

/** A line longer than a whole portion is cut, else a reader would never get past it. */
function wholeLines(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(newline) + 1;
  return end === 0 && bytes.length >= mostBytes ? bytes.length : end;
}
