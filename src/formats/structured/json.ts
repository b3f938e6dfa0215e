import { ConfigError } from '../../core/errors.ts';
import { duplicateKey, MAX_DEPTH, MAX_VALUES, type Tree, tooDeep, tooManyValues } from './tree.ts';

interface Cursor {
  text: string;
  file: string;
  at: number;
  line: number;
  lineStart: number;
  values: number;
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const WORDS: readonly [string, number | boolean | null][] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];
const WORD_START = /[-tfnNI]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Strict JSON (RFC 8259) with one addition: bare `NaN`, `Infinity` and `-Infinity`, as Python's json module
 * writes them. Duplicate keys, more than 500 levels and more than 1,000,000 values are ConfigErrors; every error has line and column.
 * `firstLine` is the line the text starts at, for one line of a larger file.
 */
export function parseJson(text: string, file: string, firstLine = 1): Tree {
  const cursor: Cursor = {
    text,
    file,
    at: text.startsWith('\uFEFF') ? 1 : 0,
    line: firstLine,
    lineStart: 0,
    values: 0,
  };
  skipSpace(cursor);
  const tree = readValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw unexpected(cursor, 'nothing after the value: one JSON document a file');
  return tree;
}

function readValue(cursor: Cursor, depth: number): Tree {
  const { line } = cursor;
  cursor.values += 1;
  if (cursor.values > MAX_VALUES) throw tooManyValues(placeAt(cursor));
  const char = cursor.text[cursor.at];
  if (char === '{' || char === '[') {
    if (depth >= MAX_DEPTH) throw tooDeep(placeAt(cursor));
    cursor.at += 1;
    return char === '{' ? readMap(cursor, depth + 1, line) : readList(cursor, depth + 1, line);
  }
  if (char === '"') return { kind: 'scalar', value: readString(cursor), line };
  const word = char !== undefined && WORD_START.test(char) ? readWord(cursor) : undefined;
  return { kind: 'scalar', value: word === undefined ? readNumber(cursor) : word, line };
}

function readWord(cursor: Cursor): number | boolean | null | undefined {
  for (const [word, value] of WORDS) {
    if (!cursor.text.startsWith(word, cursor.at)) continue;
    cursor.at += word.length;
    return value;
  }
  return undefined;
}

function readMap(cursor: Cursor, depth: number, line: number): Tree {
  const entries = new Map<string, Tree>();
  skipSpace(cursor);
  if (take(cursor, '}')) return { kind: 'map', entries, line };
  for (;;) {
    if (cursor.text[cursor.at] !== '"') throw unexpected(cursor, 'a key in double quotes');
    const start = cursor.at;
    const key = readString(cursor);
    if (entries.has(key)) throw duplicateKey(key, placeAt({ ...cursor, at: start }));
    skipSpace(cursor);
    if (!take(cursor, ':')) throw unexpected(cursor, '":" after the key');
    skipSpace(cursor);
    entries.set(key, readValue(cursor, depth));
    skipSpace(cursor);
    if (take(cursor, '}')) return { kind: 'map', entries, line };
    if (!take(cursor, ',')) throw unexpected(cursor, '"," or "}"');
    skipSpace(cursor);
  }
}

function readList(cursor: Cursor, depth: number, line: number): Tree {
  const items: Tree[] = [];
  skipSpace(cursor);
  if (take(cursor, ']')) return { kind: 'list', items, line };
  for (;;) {
    items.push(readValue(cursor, depth));
    skipSpace(cursor);
    if (take(cursor, ']')) return { kind: 'list', items, line };
    if (!take(cursor, ',')) throw unexpected(cursor, '"," or "]"');
    skipSpace(cursor);
  }
}

function readNumber(cursor: Cursor): number | bigint {
  const { text } = cursor;
  let end = cursor.at;
  while (end < text.length && isNumeric(text.charCodeAt(end))) end += 1;
  const literal = text.slice(cursor.at, end);
  if (literal.length > 1000 || !NUMBER.test(literal)) throw unexpected(cursor, 'a JSON value');
  cursor.at = end;
  const value = Number(literal);
  const unsafe = Number.isInteger(value) && !Number.isSafeInteger(value);
  return unsafe && !/[.eE]/.test(literal) ? BigInt(literal) : value;
}

/** Digits, signs, point, exponent. */
function isNumeric(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101
  );
}

function readString(cursor: Cursor): string {
  const { text } = cursor;
  const parts: string[] = [];
  cursor.at += 1;
  for (let start = cursor.at; ; ) {
    const code = cursor.at < text.length ? text.charCodeAt(cursor.at) : -1;
    if (code === 34) {
      const last = text.slice(start, cursor.at);
      cursor.at += 1;
      return parts.length === 0 ? last : parts.join('') + last;
    }
    if (code < 32) throw unexpected(cursor, 'the closing double quote; line breaks are written \\n');
    if (code === 92) {
      parts.push(text.slice(start, cursor.at), readEscape(cursor));
      start = cursor.at;
    } else {
      cursor.at += 1;
    }
  }
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.at + 1] ?? '';
  const simple = ESCAPES[letter];
  if (simple !== undefined) {
    cursor.at += 2;
    return simple;
  }
  const hex = cursor.text.slice(cursor.at + 2, cursor.at + 6);
  if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex))
    throw unexpected(cursor, 'a JSON escape such as \\n or \\u00e9');
  cursor.at += 6;
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  for (; cursor.at < text.length; cursor.at += 1) {
    const code = text.charCodeAt(cursor.at);
    if (code === 10) {
      cursor.line += 1;
      cursor.lineStart = cursor.at + 1;
    } else if (code !== 32 && code !== 13 && code !== 9) return;
  }
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

function placeAt(cursor: Cursor): { file: string; line: number; column: number } {
  return { file: cursor.file, line: cursor.line, column: cursor.at - cursor.lineStart + 1 };
}

function unexpected(cursor: Cursor, expected: string): ConfigError {
  const ended = cursor.at >= cursor.text.length;
  const found = ended
    ? 'it ends too early'
    : `${JSON.stringify(cursor.text.slice(cursor.at, cursor.at + 20))} was not expected`;
  return new ConfigError(`${cursor.file} is not valid JSON: ${found}.`, {
    place: placeAt(cursor),
    expected,
    hint: ended ? 'The file may have been cut off while it was written.' : 'Write it with a JSON library.',
  });
}
