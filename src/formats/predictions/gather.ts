import { ID_WORDS } from '../../core/compare/ids.ts';
import { isAfter } from './id-sinks.ts';
import type { Part } from './part.ts';
import type { PlannedColumn } from './plan.ts';
import { type ColumnPart, MOST_TEXTS, numbersOf, type OddCell, type TextPart } from './sinks.ts';

/** Whole columns, put together from parts that come in the order of the file. */
export interface Gathering {
  /** `false` where ids stop ascending: then their order proves nothing. */
  add(part: Part): boolean;
  rows(): number;
  kept(): number;
  columns(): ColumnPart[];
}

/** `expected` rows are made room for at once; more are fine. */
export function createGathering(
  planned: readonly PlannedColumn[],
  expected: (first: Part) => number,
): Gathering {
  let wholes: Whole[] | null = null;
  let [rows, kept] = [0, 0];
  return {
    add(part) {
      wholes ??= planned.map(({ kind, index }) => createWhole(kind, index === null, expected(part)));
      const fits = wholes.map((whole, at) => whole.add(part.columns[at] as ColumnPart, kept, rows));
      rows += part.rows;
      kept += part.kept;
      return !fits.includes(false);
    },
    rows: () => rows,
    kept: () => kept,
    columns: () => (wholes ?? []).map((whole) => whole.column(kept)),
  };
}

/** One column while it grows. `at` rows were kept before the part, `rows` stood in the file. */
interface Whole {
  add(part: ColumnPart, at: number, rows: number): boolean;
  column(kept: number): ColumnPart;
}

function createWhole(kind: PlannedColumn['kind'], placeless: boolean, expected: number): Whole {
  if (kind === 'number') return numberWhole(new Float64Array(expected), null);
  if (kind === 'text') return textWhole(expected);
  if (kind === 'class') return classWhole(expected);
  return placeless ? rowWhole(expected) : idWhole(expected);
}

function numberWhole(room: Float64Array, firstOdd: OddCell | null): Whole {
  let values = room;
  let odd = firstOdd;
  return {
    add(part, at) {
      const numbers = part.kind === 'texts' ? numbersOf(part) : part;
      if (numbers.kind !== 'numbers') return false;
      values = roomFor(values, at + numbers.values.length, (size) => new Float64Array(size));
      values.set(numbers.values, at);
      odd ??= numbers.odd && { ...numbers.odd, row: numbers.odd.row + at };
      return true;
    },
    column: (kept) => ({ kind: 'numbers', values: values.subarray(0, kept), odd }),
  };
}

function textWhole(expected: number): Whole & { size(): number } {
  const known = new Map<string, number>();
  let codes = new Uint32Array(expected);
  const codeOf = (value: string): number => {
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  };
  return {
    add(part, at) {
      if (part.kind !== 'texts') return false;
      const translation = Uint32Array.from(part.values, codeOf);
      codes = roomFor(codes, at + part.codes.length, (size) => new Uint32Array(size));
      for (let row = 0; row < part.codes.length; row += 1)
        codes[at + row] = translation[part.codes[row] as number] as number;
      return true;
    },
    size: () => known.size,
    column: (kept) => ({ kind: 'texts', values: [...known.keys()], codes: codes.subarray(0, kept) }),
  };
}

/** Texts until a part brings numbers or there are too many of them. */
function classWhole(expected: number): Whole {
  const texts = textWhole(expected);
  let numbers: Whole | null = null;
  return {
    add(part, at, rows) {
      if (numbers === null && part.kind === 'texts' && texts.size() <= MOST_TEXTS)
        return texts.add(part, at, rows);
      if (numbers === null) {
        const { values, odd } = numbersOf(texts.column(at) as TextPart);
        numbers = numberWhole(
          roomFor(values, expected, (size) => new Float64Array(size)),
          odd,
        );
      }
      return numbers.add(part, at, rows);
    },
    column: (kept) => (numbers ?? texts).column(kept),
  };
}

/** Row numbers of the file, counted from 0. */
function rowWhole(expected: number): Whole {
  let numbers = new Uint32Array(expected);
  return {
    add(part, at, rows) {
      if (part.kind !== 'rows') return false;
      numbers = roomFor(numbers, at + part.numbers.length, (size) => new Uint32Array(size));
      numbers.set(
        part.numbers.map((row) => row + rows),
        at,
      );
      return true;
    },
    column: (kept) => ({ kind: 'rows', numbers: numbers.subarray(0, kept) }),
  };
}

function idWhole(expected: number): Whole {
  let words: Uint32Array<ArrayBuffer> | null = null;
  let last = new Uint8Array();
  return {
    add(part, at) {
      if (part.kind === 'ids') {
        words = roomFor(
          words ?? new Uint32Array(expected * ID_WORDS),
          at * ID_WORDS + part.words.length,
          (size) => new Uint32Array(size),
        );
        words.set(part.words, at * ID_WORDS);
        return true;
      }
      if (part.kind !== 'ascending' || part.first.length === 0) return part.kind !== 'numbers';
      const follows = isAfter(part.first, 0, part.first.length, last, last.length);
      last = Uint8Array.from(part.last);
      return part.ascending && follows;
    },
    column: (kept) =>
      words
        ? { kind: 'ids', words: words.subarray(0, kept * ID_WORDS) }
        : { kind: 'ascending', first: last, last, ascending: true },
  };
}

/** A column with room for `size` entries: the same one, or a copy half as large again. */
function roomFor<T extends Float64Array | Uint32Array>(
  column: T,
  size: number,
  make: (size: number) => T,
): T {
  if (size <= column.length) return column;
  const larger = make(Math.ceil(Math.max(size, column.length * 1.5)));
  larger.set(column);
  return larger;
}
