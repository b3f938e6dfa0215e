import { isUtf8 } from 'node:buffer';
import type { Threads } from '../../runtime/types.ts';
import { emptyFile, invalidUtf8, refuseUtf16 } from '../text.ts';
import { blocksOf, joined } from './blocks.ts';
import { type Cursor, cellText } from './cells.ts';
import { neverClosed, scanRecords } from './delimited-part.ts';
import { isBlank, jsonCells, lineAt } from './json-part.ts';
import { delimiterOf, type Part, type PartJob, partTask, readPart } from './part.ts';
import type { ReadPlan } from './plan.ts';
import { type ByteSource, type RowFile, refuseRows, type TakePart } from './row-file.ts';
import { type RowFormat, rowFormat } from './row-format.ts';

/** Threads take 60 ms to start: smaller files are read sooner without. */
const THREADS_PAY = 16 << 20;
const PROBE_BYTES = 65_536;
const LONGEST_HEADER = 16 << 20;
/** Bytes of a byte order mark. */
const MARK_BYTES = 3;

/** A place in a text file between two rows: bytes and rows before it, and its line. */
interface Position {
  offset: number;
  row: number;
  line: number;
}

interface TextFile {
  source: ByteSource;
  format: RowFormat;
  body: Position;
}

/** CSV, TSV or JSONL: finds the header, and reads rows in blocks, on all cores where the file is large. */
export async function openText(source: ByteSource, threads: Threads | null): Promise<RowFile> {
  const { header, format, body } = await readHeader(source);
  const text: TextFile = { source, format, body };
  return {
    header,
    expectedRows: ({ kept, read }) => Math.ceil((kept * 1.02 * source.bytes) / Math.max(1, read)) + 1024,
    async read(plan, take) {
      const parallel = threads !== null && source.bytes > THREADS_PAY && !isSeen(plan);
      const position = parallel ? await readInThreads(text, plan, take, threads) : body;
      if (position) await readHere(text, plan, take, position);
    },
  };
}

const isSeen = ({ ids }: ReadPlan): boolean => ids !== 'ascending' && 'seen' in ids;

/** Blocks are read as if no quoted field spanned two of them. `null` when all is done, else where that was wrong. */
async function readInThreads(
  { source, format, body }: TextFile,
  plan: ReadPlan,
  take: TakePart,
  threads: Threads,
): Promise<Position | null> {
  let at = body;
  async function* jobs(): AsyncGenerator<PartJob> {
    for await (const { bytes, last } of blocksOf(source.open(body.offset))) {
      yield { plan, format, bytes, row: 0, line: 1, last };
    }
  }
  for await (const result of threads.map(partTask, jobs())) {
    if ('refused' in result) throw refusal(result.refused, at);
    if (!result.whole) return at;
    if (!take(result)) return null;
    at = after(at, result, plan);
  }
  return null;
}

/** Reads the part again where it stands: what was wrong gets its row and line. */
function refusal(job: PartJob, { row, line }: Position): unknown {
  try {
    readPart({ ...job, row, line });
  } catch (error) {
    return error;
  }
  return new Error('A part that was refused is none to refuse.');
}

async function readHere(
  { source, format }: TextFile,
  plan: ReadPlan,
  take: TakePart,
  start: Position,
): Promise<void> {
  let at = start;
  let held = new Uint8Array();
  let wanted = 0;
  for await (const { bytes: block, last } of blocksOf(source.open(start.offset))) {
    const bytes: Uint8Array = held.length > 0 ? joined([held, block], held.length + block.length) : block;
    if (bytes.length < wanted && !last) {
      held = Uint8Array.from(bytes);
      continue;
    }
    const part = readPart({ plan, format, bytes, row: at.row, line: at.line, last });
    if (!take(part)) return;
    at = after(at, part, plan);
    held = bytes.slice(part.read);
    wanted = part.read === 0 ? bytes.length * 2 : 0;
  }
}

function after({ offset, row, line }: Position, part: Part, { file }: ReadPlan): Position {
  refuseRows(row + part.rows, file);
  return { offset: offset + part.read, row: row + part.rows, line: line + part.lines };
}

/** The header and where the rows start; a file without one is a ConfigError. */
async function readHeader(
  source: ByteSource,
): Promise<{ header: string[]; format: RowFormat; body: Position }> {
  const { file } = source;
  let held: Uint8Array | null = null;
  let [offset, line] = [0, 1];
  let format: RowFormat | null = null;
  for await (const { bytes: block, last } of blocksOf(source.open(0))) {
    if (held === null) {
      refuseUtf16(block, file);
      offset = startsWithMark(block) ? MARK_BYTES : 0;
      held = block.slice(offset);
    } else held = Uint8Array.from(joined([held, block], held.length + block.length));
    if (!isUtf8(held)) throw invalidUtf8(held, file, line);
    format ??= formatOf(held, file, last);
    if (format === null) continue;
    const found = format === 'jsonl' ? objectHeader(held, file, line) : tableHeader(held, format, file, line);
    if (found.header?.every((name) => name.trim() === '')) throw emptyFile(file);
    const position = { offset: offset + found.at, row: 0, line: line + found.lines };
    if (found.header) return { header: found.header, format, body: position };
    if (found.at < held.length && (last || held.length > LONGEST_HEADER))
      throw neverClosed({ file, row: 0, line: position.line });
    held = held.slice(found.at);
    offset = position.offset;
    line = position.line;
  }
  throw emptyFile(file);
}

/** The format of the rows; `null` while nothing but blank lines has come. */
function formatOf(bytes: Uint8Array, file: string, last: boolean): RowFormat | null {
  const probe = cellText(bytes, 0, Math.min(bytes.length, PROBE_BYTES));
  return probe.trim() === '' && bytes.length < PROBE_BYTES && !last ? null : rowFormat(probe, file);
}

interface FoundHeader {
  header: string[] | null;
  at: number;
  lines: number;
}

function tableHeader(bytes: Uint8Array, format: RowFormat, file: string, line: number): FoundHeader {
  const names: string[] = [];
  let header: string[] | null = null;
  const cursor: Cursor = { file, row: 0, line };
  const { at, lines } = scanRecords(bytes, 0, delimiterOf(format), cursor, {
    cell: (_index, cell, from, to) => void names.push(cellText(cell, from, to)),
    end() {
      header = names;
      return false;
    },
  });
  return { header, at, lines };
}

/** The names of the first object; it is a row too, so the rows start with it. */
function objectHeader(bytes: Uint8Array, file: string, line: number): FoundHeader {
  let lines = 0;
  for (let start = 0; start < bytes.length; lines += 1) {
    const { end, next } = lineAt(bytes, start);
    if (!isBlank(bytes, start, end)) {
      const cursor = { file, row: 1, line: line + lines };
      return { header: [...jsonCells(cellText(bytes, start, end), cursor).keys()], at: start, lines };
    }
    start = next;
  }
  return { header: null, at: bytes.length, lines };
}

function startsWithMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}
