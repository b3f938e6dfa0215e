import { ID_WORDS } from '../../core/compare/ids.ts';
import { type Cursor, repeatedId } from './cells.ts';
import { grown } from './grown.ts';
import type { SeenIds } from './plan.ts';
import { pseudonymsOf } from './pseudonym.ts';
import type { Sink } from './sinks.ts';

/** Which row of the file each kept row is, counted from 0 in this part. */
export function rowSink(cursor: Cursor): Sink {
  let numbers = new Uint32Array(1024);
  const first = cursor.row;
  return {
    numeric: true,
    put(at) {
      if (at >= numbers.length) numbers = grown(numbers, new Uint32Array(at * 2));
      numbers[at] = cursor.row - first - 1;
      return true;
    },
    repeat: () => undefined,
    part: (rows) => ({ kind: 'rows', numbers: numbers.slice(0, rows) }),
  };
}

type RefuseEmpty = (from: number, to: number) => void;

/** Pseudonyms of a model's ids. */
export function idSink(model: string, refuseEmpty: RefuseEmpty): Sink {
  const pseudonymise = pseudonymsOf(model);
  let words = new Uint32Array(1024 * ID_WORDS);
  return {
    numeric: false,
    put(at, bytes, from, to) {
      refuseEmpty(from, to);
      if (at * ID_WORDS >= words.length) words = grown(words, new Uint32Array(words.length * 2));
      pseudonymise(bytes, from, to, words, at);
      return true;
    },
    repeat(at, earlier) {
      if (at * ID_WORDS >= words.length) words = grown(words, new Uint32Array(words.length * 2));
      words.copyWithin(at * ID_WORDS, earlier * ID_WORDS, (earlier + 1) * ID_WORDS);
    },
    part: (rows) => ({ kind: 'ids', words: words.slice(0, rows * ID_WORDS) }),
  };
}

/** Refuses the first id that was met before. */
export function uniqueSink({ dictionary, rows }: SeenIds, column: string, cursor: Cursor): Sink {
  const before = rows.length;
  return {
    numeric: false,
    put(_at, bytes, from, to) {
      const known = dictionary.size();
      const code = dictionary.codeOf(bytes, from, to);
      if (code < known) throw repeatedId(dictionary.text(code), rows[code] as number, column, cursor);
      rows.push(cursor.row);
      return true;
    },
    repeat: (_at, earlier) => {
      const code = before + earlier;
      throw repeatedId(dictionary.text(code), rows[code] as number, column, cursor);
    },
    part: (rows) => ({ kind: 'rows', numbers: new Uint32Array(rows) }),
  };
}

/** Keeps no id: each one that is longer than the one before, or as long and greater, was not met before. */
export function ascendingSink(refuseEmpty: RefuseEmpty): Sink {
  let first: Uint8Array | null = null;
  let last = new Uint8Array(64);
  let length = 0;
  let ascending = true;
  return {
    numeric: false,
    put(_at, bytes, from, to) {
      refuseEmpty(from, to);
      ascending &&= isAfter(bytes, from, to, last, length);
      first ??= bytes.slice(from, to);
      length = to - from;
      if (length > last.length) last = new Uint8Array(length * 2);
      for (let at = 0; at < length; at += 1) last[at] = bytes[from + at] as number;
      return true;
    },
    repeat() {
      ascending = false;
    },
    part: () => ({
      kind: 'ascending',
      first: first ?? new Uint8Array(),
      last: last.slice(0, length),
      ascending,
    }),
  };
}

/** Whether `bytes[from … to)` is longer than the first `length` bytes of `before`, or as long and greater. */
export function isAfter(
  bytes: Uint8Array,
  from: number,
  to: number,
  before: Uint8Array,
  length: number,
): boolean {
  if (to - from !== length) return to - from > length;
  for (let at = 0; at < length; at += 1) {
    const difference = (bytes[from + at] as number) - (before[at] as number);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
