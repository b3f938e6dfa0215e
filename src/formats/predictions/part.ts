import { isUtf8 } from 'node:buffer';
import { ConfigError } from '../../core/errors.ts';
import type { Task } from '../../runtime/types.ts';
import { placeOf } from '../structured/tree.ts';
import { invalidUtf8 } from '../text.ts';
import type { Cursor } from './cells.ts';
import { neverClosed, scanRecords } from './delimited-part.ts';
import { isBlank, lineAt, plainKeys, readObject } from './json-part.ts';
import type { ReadPlan } from './plan.ts';
import type { RowFormat } from './row-format.ts';
import { type ColumnPart, createSink, type Sink } from './sinks.ts';

const COMMA = 44;
const TAB = 9;

/** Some whole lines of a file, and where they stand in it. */
export interface PartJob {
  plan: ReadPlan;
  format: RowFormat;
  bytes: Uint8Array;
  /** Rows before, and the line the first byte is on. */
  row: number;
  line: number;
  /** Nothing follows. */
  last: boolean;
}

/** The rows of a part, column by column as the plan lists them. */
export interface Part {
  /** Rows in the file, and those of them that were kept. */
  rows: number;
  kept: number;
  lines: number;
  /** Bytes up to the end of the last whole row, and whether that is all of them: else a quoted field goes on. */
  read: number;
  whole: boolean;
  columns: ColumnPart[];
}

/** The delimiter of a table. */
export function delimiterOf(format: RowFormat): number {
  return format === 'tsv' ? TAB : COMMA;
}

/** Reads one part by itself. What is wrong in it is a ConfigError with row and line. */
export function readPart(job: PartJob): Part {
  const { plan, bytes, row, line } = job;
  if (!isUtf8(bytes)) throw invalidUtf8(bytes, plan.file, line);
  const cursor: Cursor = { file: plan.file, row, line };
  const rows = createRows(plan, cursor);
  const scanned = job.format === 'jsonl' ? scanObjects(job, cursor, rows) : scanTable(job, cursor, rows);
  return {
    rows: cursor.row - row,
    kept: rows.kept(),
    lines: scanned.lines,
    read: scanned.at,
    whole: scanned.at === bytes.length,
    columns: rows.parts(),
  };
}

/** `readPart` for a thread that does not know where its part stands: what it refuses comes back as it was. */
export const partTask: Task<PartJob, Part | { refused: PartJob }> = {
  name: 'predictions-part',
  run(job) {
    try {
      return readPart(job);
    } catch (error) {
      if (error instanceof ConfigError) return { refused: job };
      throw error;
    }
  },
};

/** Takes cells by their place in the file and closes rows; one that lacks something is written over. */
export interface Rows {
  open(): void;
  cell(index: number, bytes: Uint8Array, from: number, to: number): void;
  close(): void;
  /** Whether a cell may be given as a number in any notation. */
  numeric(index: number): boolean;
  kept(): number;
  parts(): ColumnPart[];
}

export function createRows(plan: ReadPlan, cursor: Cursor): Rows {
  const sinks = plan.columns.map((column) => createSink(column, plan, cursor));
  const places: (Sink[] | undefined)[] = [];
  const placeless: Sink[] = [];
  plan.columns.forEach(({ index }, at) => {
    const sink = sinks[at] as Sink;
    if (index === null) placeless.push(sink);
    else places[index] = [...(places[index] ?? []), sink];
  });
  const nothing = new Uint8Array();
  let kept = 0;
  let whole = true;
  return {
    open() {
      cursor.row += 1;
      whole = true;
    },
    cell(index, bytes, from, to) {
      const wanted = places[index];
      if (wanted === undefined) return;
      for (let at = 0; at < wanted.length; at += 1)
        if (!(wanted[at] as Sink).put(kept, bytes, from, to)) whole = false;
    },
    close() {
      for (const sink of placeless) sink.put(kept, nothing, 0, 0);
      if (whole) kept += 1;
    },
    numeric: (index) => places[index]?.every(({ numeric }) => numeric) ?? true,
    kept: () => kept,
    parts: () => sinks.map((sink) => sink.part(kept)),
  };
}

function scanTable(job: PartJob, cursor: Cursor, rows: Rows) {
  const width = job.plan.header.length;
  let opened = false;
  let failure: unknown = null;
  const scanned = scanRecords(job.bytes, 0, delimiterOf(job.format), cursor, {
    cell(index, bytes, from, to) {
      if (!opened) rows.open();
      opened = true;
      try {
        rows.cell(index, bytes, from, to);
      } catch (error) {
        failure ??= error;
      }
    },
    end(found) {
      // In a row of another width the cells stand in wrong columns: that is what has to be said.
      if (found !== width) throw wrongWidth(cursor, found, width);
      if (failure !== null) throw failure;
      rows.close();
      opened = false;
      return true;
    },
  });
  if (scanned.at < job.bytes.length && job.last) throw neverClosed(cursor);
  // A row whose quoted field goes on is read again with what follows, and counted then.
  if (opened) cursor.row -= 1;
  return scanned;
}

function wrongWidth(cursor: Cursor, found: number, expected: number): ConfigError {
  return new ConfigError(
    `Row ${cursor.row} of ${cursor.file} has ${found} ${found === 1 ? 'field' : 'fields'}.`,
    {
      place: placeOf(cursor.file, cursor.line),
      expected: `${expected}, as the header has`,
      hint: 'Quote fields that hold the delimiter.',
    },
  );
}

function scanObjects({ plan, bytes, line }: PartJob, cursor: Cursor, rows: Rows) {
  const keys = plainKeys(plan.header);
  let lines = 0;
  for (let start = 0; start < bytes.length; lines += 1) {
    const { end, next } = lineAt(bytes, start);
    if (!isBlank(bytes, start, end)) {
      cursor.line = line + lines;
      rows.open();
      readObject(bytes, start, end, keys, plan.header, cursor, rows);
      rows.close();
    }
    start = next;
  }
  return { at: bytes.length, lines };
}
