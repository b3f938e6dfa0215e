import { ConfigError } from '../../core/errors.ts';
import { parseDecimal } from '../decimal.ts';
import { parseJson } from '../structured/json.ts';
import { type MapTree, placeOf } from '../structured/tree.ts';
import { type Cursor, cellText } from './cells.ts';

const LINE_FEED = 10;
const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const SAFE_DIGITS = 15;
const WORDS = [
  { word: Buffer.from('true'), empty: false },
  { word: Buffer.from('false'), empty: false },
  { word: Buffer.from('null'), empty: true },
] as const;

/** What is done with the members of one object, by their place in the header. */
export interface ObjectTaker {
  cell(index: number, bytes: Uint8Array, from: number, to: number): void;
  /** Whether a member may be given as a number in any notation. */
  numeric(index: number): boolean;
}

/** Where the line that starts at `start` ends (LF, CRLF, CR or the last byte), and where the next one starts. */
export function lineAt(bytes: Uint8Array, start: number): { end: number; next: number } {
  const newline = bytes.indexOf(LINE_FEED, start);
  const feed = newline < 0 ? bytes.length : newline;
  const back = bytes.subarray(start, feed).indexOf(CARRIAGE_RETURN) + start;
  if (back < start || back === feed - 1) return { end: back < start ? feed : back, next: feed + 1 };
  return { end: back, next: back + 1 };
}

/** Names as they stand in the bytes of plain objects; none where a name has to be escaped there. */
export function plainKeys(names: readonly string[]): Uint8Array[] {
  return names.some((name) => /["\\\p{Cc}]/u.test(name)) ? [] : names.map((name) => Buffer.from(name));
}

export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isSpace(bytes[at] as number)) return false;
  return true;
}

/**
 * Gives the members of the object in `bytes[from … to)` to `taker`. Objects whose members stand in the order of the
 * header and are plain are read in place; every other one is parsed as a whole.
 */
export function readObject(
  bytes: Uint8Array,
  from: number,
  to: number,
  keys: readonly Uint8Array[],
  names: readonly string[],
  cursor: Cursor,
  taker: ObjectTaker,
): void {
  if (readPlain(bytes, from, to, keys, taker)) return;
  const cells = jsonCells(cellText(bytes, from, to), cursor);
  names.forEach((name, index) => {
    const cell = Buffer.from(cells.get(name) ?? '');
    taker.cell(index, cell, 0, cell.length);
  });
}

/** `false` where the line needs the whole parser; cells given before are given again. */
function readPlain(
  bytes: Uint8Array,
  from: number,
  to: number,
  keys: readonly Uint8Array[],
  taker: ObjectTaker,
): boolean {
  let at = skipSpace(bytes, from);
  if (bytes[at] !== OPEN || keys.length === 0) return false;
  at = skipSpace(bytes, at + 1);
  for (let index = 0; index < keys.length; index += 1) {
    if (index > 0) {
      if (bytes[at] !== COMMA) return false;
      at = skipSpace(bytes, at + 1);
    }
    at = skipSpace(bytes, keyEnd(bytes, at, keys[index] as Uint8Array));
    if (bytes[at] !== COLON) return false;
    at = takeValue(bytes, skipSpace(bytes, at + 1), index, taker);
    if (at < 0) return false;
    at = skipSpace(bytes, at);
  }
  return bytes[at] === CLOSE && isBlank(bytes, at + 1, to);
}

/** Position behind `"key"`, or `from` where something else stands. */
function keyEnd(bytes: Uint8Array, from: number, key: Uint8Array): number {
  const end = from + key.length + 1;
  if (bytes[from] !== QUOTE || bytes[end] !== QUOTE) return from;
  for (let at = 0; at < key.length; at += 1) if (bytes[from + 1 + at] !== key[at]) return from;
  return end + 1;
}

/** Position behind the value, or -1 where it is no plain text, number, truth value or null. */
function takeValue(bytes: Uint8Array, from: number, index: number, taker: ObjectTaker): number {
  const first = bytes[from] as number;
  if (first === QUOTE) {
    let at = from + 1;
    for (; bytes[at] !== QUOTE; at += 1) {
      const byte = bytes[at];
      if (byte === undefined || byte === BACKSLASH || byte < SPACE) return -1;
    }
    taker.cell(index, bytes, from + 1, at);
    return at + 1;
  }
  if (isDigit(first) || first === MINUS) return takeNumber(bytes, from, index, taker);
  for (const { word, empty } of WORDS) {
    if (!startsWith(bytes, from, word)) continue;
    taker.cell(index, bytes, from, empty ? from : from + word.length);
    return from + word.length;
  }
  return -1;
}

/** A number without an exponent; as a text it reads as its double is written. */
function takeNumber(bytes: Uint8Array, from: number, index: number, taker: ObjectTaker): number {
  const whole = bytes[from] === MINUS ? from + 1 : from;
  let at = digitsEnd(bytes, whole);
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return -1;
  const point = at;
  if (bytes[at] === POINT) at = digitsEnd(bytes, at + 1);
  if (at === point + 1 || !isEnd(bytes[at] as number)) return -1;
  const integer = at === point && at - whole <= SAFE_DIGITS && !(bytes[whole] === ZERO && whole > from);
  if (at === point && at - whole > SAFE_DIGITS) return -1;
  if (integer || taker.numeric(index)) taker.cell(index, bytes, from, at);
  else {
    const text = Buffer.from(String(parseDecimal(bytes, from, at)));
    taker.cell(index, text, 0, text.length);
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] as number)) at += 1;
  return at;
}

const isDigit = (byte: number) => byte >= ZERO && byte <= 57;
const isEnd = (byte: number) => byte === COMMA || byte === CLOSE || isSpace(byte);
const isSpace = (byte: number) => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at] as number)) at += 1;
  return at;
}

function startsWith(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return false;
  return true;
}

/** Cells of one JSON object; maps inside it become dotted names, `null` an empty cell, lists are left out. */
export function jsonCells(row: string, cursor: Cursor): Map<string, string> {
  const tree = parseJson(row, cursor.file, cursor.line ?? 1);
  if (tree.kind !== 'map') {
    throw new ConfigError(`Row ${cursor.row} of ${cursor.file} is no JSON object.`, {
      place: placeOf(cursor.file, cursor.line),
      expected: 'one object on each line, such as {"id": "a", "label": 1, "prediction": 0}',
    });
  }
  const cells = new Map<string, string>();
  addCells(cells, tree, '');
  return cells;
}

function addCells(cells: Map<string, string>, tree: MapTree, prefix: string): void {
  for (const [key, value] of tree.entries) {
    if (value.kind === 'map') addCells(cells, value, `${prefix}${key}.`);
    else if (value.kind === 'scalar')
      cells.set(prefix + key, value.value === null ? '' : String(value.value));
  }
}
