import type { ColumnMetaData, FileMetaData } from 'hyparquet';
import { getSchemaPath } from 'hyparquet/src/schema.js';
import { ConfigError } from '../../core/errors.ts';
import type { Task } from '../../runtime/types.ts';
import type { Cursor } from './cells.ts';
import { keepRows } from './kept-rows.ts';
import { type Page, pagesOf } from './parquet-pages.ts';
import type { Part } from './part.ts';
import type { ReadPlan } from './plan.ts';
import { createSink, type Sink } from './sinks.ts';

/** One row group: the bytes of each column of the plan; `null` for row numbers, which stand nowhere. */
export interface GroupJob {
  plan: ReadPlan;
  schema: FileMetaData['schema'];
  rows: number;
  columns: readonly ({ about: ColumnMetaData; bytes: Uint8Array } | null)[];
  /** Rows before. */
  row: number;
}

/** `readGroup` for a thread that does not know where its group stands: what it refuses comes back as it was. */
export const groupTask: Task<GroupJob, Part | { refused: GroupJob }> = {
  name: 'predictions-group',
  run(job) {
    try {
      return readGroup(job);
    } catch (error) {
      if (error instanceof ConfigError) return { refused: job };
      throw error;
    }
  },
};

/** Reads one row group by itself, column by column. What is wrong in it is a ConfigError with its row. */
export function readGroup(job: GroupJob): Part {
  const { plan, rows, row } = job;
  const cursor: Cursor = { file: plan.file, row, line: null };
  const lacking = new Uint8Array(rows);
  const columns = plan.columns.map((column, at) => {
    cursor.row = row;
    const sink = createSink(column, plan, cursor);
    const found = job.columns[at];
    if (found) fillColumn(job, found, sink, cursor, lacking);
    else fillNumbers(rows, sink, cursor);
    return sink.part(rows);
  });
  const kept = lacking.includes(1) ? keepRows(columns, lacking) : { columns, kept: rows };
  return { rows, ...kept, lines: 0, read: 0, whole: true };
}

function fillNumbers(rows: number, sink: Sink, cursor: Cursor): void {
  for (let at = 0; at < rows; at += 1) {
    cursor.row += 1;
    sink.put(at, nothing, 0, 0);
  }
}

function fillColumn(
  { plan, schema, rows, row }: GroupJob,
  { about, bytes }: { about: ColumnMetaData; bytes: Uint8Array },
  sink: Sink,
  cursor: Cursor,
  lacking: Uint8Array,
): void {
  const pages = pagesOf(bytes, about, getSchemaPath(schema, about.path_in_schema), rows);
  let at = 0;
  for (let page = nextPage(pages, plan.file); page !== null; page = nextPage(pages, plan.file)) {
    cursor.row = row + at;
    fillPage(page, at, sink, cursor, lacking);
    at += page.rows;
  }
}

function fillPage(page: Page, first: number, sink: Sink, cursor: Cursor, lacking: Uint8Array): void {
  const { rows, present, values, dictionary } = page;
  const take = dictionary ? codedTaker(dictionary, sink) : cellTaker(sink);
  for (let row = 0, value = 0; row < rows; row += 1) {
    cursor.row += 1;
    const at = first + row;
    const stands = present === null || present[row] === 1;
    const whole = stands ? take(at, values[value]) : sink.put(at, nothing, 0, 0);
    value += stands ? 1 : 0;
    if (!whole) lacking[at] = 1;
  }
}

/** What the reader cannot make sense of is a ConfigError. */
function nextPage(pages: Generator<Page>, file: string): Page | null {
  try {
    const { value, done } = pages.next();
    return done ? null : value;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The error for a file that is not what it seems. */
export function unreadable(file: string, error: unknown): ConfigError {
  return new ConfigError(
    `${file} cannot be read as Parquet: ${error instanceof Error ? error.message : error}.`,
    {
      place: { file },
      expected: 'a whole Parquet file, compressed by snappy, gzip, brotli, zstd or not at all',
      hint: 'Write it again, or as CSV.',
      cause: error,
    },
  );
}

/** Takes the value of a row; `false` where it is missing and the row has to be dropped. */
type Taker = (at: number, value: unknown) => boolean;

/** A value met before is what its earlier row holds. */
function codedTaker(dictionary: ArrayLike<unknown>, sink: Sink): Taker {
  const take = cellTaker(sink);
  const rows = new Int32Array(dictionary.length).fill(-1);
  return (at, value) => {
    const code = value as number;
    const earlier = rows[code];
    if (earlier !== undefined && earlier >= 0) {
      sink.repeat(at, earlier);
      return true;
    }
    const whole = take(at, dictionary[code]);
    if (whole) rows[code] = at;
    return whole;
  };
}

function cellTaker(sink: Sink): Taker {
  return (at, value) => {
    const plain = typeof value === 'bigint' ? plainNumber(value) : value;
    if (typeof plain === 'number' && sink.number?.(at, plain)) return true;
    if (plain instanceof Uint8Array) return sink.put(at, plain, 0, plain.length);
    if (typeof plain === 'number' && Number.isInteger(plain) && plain >= 0 && plain < 2 ** 53) {
      const from = putDigits(plain);
      return sink.put(at, digits, from, digits.length);
    }
    const bytes = Buffer.from(String(plain ?? ''));
    return sink.put(at, bytes, 0, bytes.length);
  };
}

/** Integers beyond 53 bits stay as they are. */
function plainNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const nothing = new Uint8Array();
const digits = new Uint8Array(16);

/** Writes a whole number to the end of `digits` and gives where it starts. */
function putDigits(value: number): number {
  let at = digits.length;
  let rest = value;
  do {
    const shorter = Math.floor(rest / 10);
    at -= 1;
    digits[at] = 48 + rest - shorter * 10;
    rest = shorter;
  } while (rest > 0);
  return at;
}
