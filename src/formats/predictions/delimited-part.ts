import { ConfigError } from '../../core/errors.ts';
import { placeOf } from '../structured/tree.ts';
import { type Cursor, cellText } from './cells.ts';

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** What is done with the cells of one record: `bytes[from … to)` each. */
export interface RecordTaker {
  cell(index: number, bytes: Uint8Array, from: number, to: number): void;
  /** After the last cell, with their number; `false` ends the scan. */
  end(width: number): boolean;
}

/** Where a scan stopped: behind the last whole record, `lines` line ends further. */
export interface Scanned {
  at: number;
  lines: number;
}

/**
 * Splits CSV or TSV (RFC 4180) in UTF-8 into records from byte `at` on: quoted fields may hold delimiters, line breaks
 * and doubled quotes; lines end in LF, CRLF or CR, the last one may lack its end; blank lines are skipped. `cursor.line`
 * is the line each record starts at. A quoted field without its end stops the scan before its record.
 */
export function scanRecords(
  bytes: Uint8Array,
  start: number,
  delimiter: number,
  cursor: Cursor,
  taker: RecordTaker,
): Scanned {
  const { length } = bytes;
  const firstLine = cursor.line ?? 1;
  const scan: Scan = { bytes, at: start, delimiter, line: firstLine, file: cursor.file, taker };
  for (let record = start, more = true; more && scan.at < length; record = scan.at) {
    const next = blankEnd(bytes, scan.at);
    if (next > scan.at) {
      scan.at = next;
      scan.line += 1;
      continue;
    }
    const line = scan.line;
    cursor.line = line;
    const width = takeRecord(scan);
    if (width < 0) return { at: record, lines: line - firstLine };
    scan.at = lineEnd(bytes, scan.at);
    scan.line += 1;
    more = taker.end(width);
  }
  return { at: Math.min(scan.at, length), lines: scan.line - firstLine };
}

interface Scan {
  bytes: Uint8Array;
  at: number;
  delimiter: number;
  line: number;
  file: string;
  taker: RecordTaker;
}

/** Number of cells taken, or -1 where a quoted one has no end. */
function takeRecord(scan: Scan): number {
  const { bytes, delimiter, taker } = scan;
  for (let width = 0; ; width += 1) {
    if (bytes[scan.at] === QUOTE) {
      if (!takeQuoted(scan, width)) return -1;
    } else {
      const end = cellEnd(bytes, scan.at, delimiter);
      taker.cell(width, bytes, scan.at, end);
      scan.at = end;
    }
    if (bytes[scan.at] !== delimiter) return width + 1;
    scan.at += 1;
  }
}

function cellEnd(bytes: Uint8Array, from: number, delimiter: number): number {
  const { length } = bytes;
  for (let at = from; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN) return at;
  }
  return length;
}

/** `false` where the cell has no end. */
function takeQuoted(scan: Scan, width: number): boolean {
  const { bytes, at, taker, delimiter, file } = scan;
  const closing = closingQuote(bytes, at);
  if (closing < 0) return false;
  const doubled = bytes.indexOf(QUOTE, at + 1);
  if (doubled === closing) taker.cell(width, bytes, at + 1, closing);
  else {
    const plain = Buffer.from(cellText(bytes, at + 1, closing).replaceAll('""', '"'));
    taker.cell(width, plain, 0, plain.length);
  }
  scan.line += countLines(bytes, at, closing);
  scan.at = closing + 1;
  refuseTail(bytes, scan.at, delimiter, file, scan.line);
  return true;
}

/** Position after a line with nothing on it, or the position given. */
function blankEnd(bytes: Uint8Array, at: number): number {
  const end = bytes[at] === QUOTE && bytes[at + 1] === QUOTE ? at + 2 : at;
  const byte = bytes[end];
  const ended = byte === LINE_FEED || byte === CARRIAGE_RETURN || end === bytes.length;
  return ended ? lineEnd(bytes, end) : at;
}

/** Position after the line break at `at`. */
function lineEnd(bytes: Uint8Array, at: number): number {
  return at + (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED ? 2 : 1);
}

function closingQuote(bytes: Uint8Array, opening: number): number {
  for (let at = opening + 1; ; at += 2) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0 || bytes[at + 1] !== QUOTE) return at;
  }
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0 && at < to; at = bytes.indexOf(LINE_FEED, at + 1))
    lines += 1;
  return lines;
}

function refuseTail(bytes: Uint8Array, at: number, delimiter: number, file: string, line: number): void {
  const byte = bytes[at];
  if (byte === undefined || byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN) return;
  throw new ConfigError(`Text follows a closing quote in ${file}.`, {
    place: { file, line },
    expected: 'the delimiter or the end of the line after a quoted field',
    hint: 'Write a quote inside a field as two quotes.',
  });
}

/** The error for a quoted field that the file ends in. */
export function neverClosed({ file, line }: Cursor): ConfigError {
  return new ConfigError(`A quoted field in ${file} is never closed.`, {
    place: placeOf(file, line),
    expected: 'a closing double quote',
    hint: 'Write a quote inside a field as two quotes.',
  });
}
