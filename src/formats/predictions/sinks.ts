import { parseDecimal, parseNumber } from '../decimal.ts';
import { type ByteDictionary, createDictionary } from './byte-dictionary.ts';
import { type Cursor, cellError, cellText, describeCell, isMissing } from './cells.ts';
import { grown } from './grown.ts';
import { ascendingSink, idSink, rowSink, uniqueSink } from './id-sinks.ts';
import type { PlannedColumn, ReadPlan } from './plan.ts';

/** Distinct labels kept as texts; what has more is a regression or an error. */
export const MOST_TEXTS = 4096;

/** What came out of one column of one part of a file. Plain data in typed arrays. */
export type ColumnPart =
  | { kind: 'numbers'; values: Float64Array; odd: OddCell | null }
  | { kind: 'texts'; values: string[]; codes: Uint32Array }
  | { kind: 'ids'; words: Uint32Array }
  | { kind: 'rows'; numbers: Uint32Array }
  | { kind: 'ascending'; first: Uint8Array; last: Uint8Array; ascending: boolean };

/** The first text in a column of numbers: an error where numbers are needed. Rows count from 0. */
export interface OddCell {
  row: number;
  text: string;
}

/** Takes the cells of one column: `at` is the row among those that are kept. */
export interface Sink {
  /** Whether a number may be given as it was written, in any notation. */
  numeric: boolean;
  /** Takes a number as it is; `false` where its text is needed, also to say what is wrong with it. */
  number?(at: number, value: number): boolean;
  /** `false` where the cell is missing and its row has to be dropped. */
  put(at: number, bytes: Uint8Array, from: number, to: number): boolean;
  /** The cell of an earlier row once more. */
  repeat(at: number, earlier: number): void;
  /** The first `rows` cells. */
  part(rows: number): ColumnPart;
}

export function createSink(column: PlannedColumn, plan: ReadPlan, cursor: Cursor): Sink {
  const missing = (bytes: Uint8Array, from: number, to: number, expected: string): false => {
    const text = cellText(bytes, from, to);
    if (plan.drop && isMissing(text)) return false;
    throw cellError(cursor, column.name, describeCell(text), expected);
  };
  if (column.kind === 'number') return numberSink(column, missing, cursor);
  if (column.kind === 'class') return classSink(missing);
  if (column.kind === 'text') return textSink(column.required ? missing : null);
  if (column.index === null) return rowSink(cursor);
  const refuseEmpty = (from: number, to: number) => {
    if (from === to) throw cellError(cursor, column.name, 'is empty', 'an id in every row');
  };
  if (plan.ids === 'ascending') return ascendingSink(refuseEmpty);
  if ('pseudonyms' in plan.ids) return idSink(plan.ids.pseudonyms, refuseEmpty);
  return uniqueSink(plan.ids.seen, column.name, cursor);
}

type Missing = (bytes: Uint8Array, from: number, to: number, expected: string) => false;

/** A finite number in every row. */
function numberSink(column: PlannedColumn, missing: Missing, cursor: Cursor): Sink {
  let values = new Float64Array(1024);
  const keep = (at: number, value: number): true => {
    if (at >= values.length) values = grown(values, new Float64Array(values.length * 2));
    values[at] = value;
    return true;
  };
  return {
    numeric: true,
    number: (at, value) => Number.isFinite(value) && value >= column.minimum && keep(at, value),
    put(at, bytes, from, to) {
      const value = parseDecimal(bytes, from, to);
      if (Number.isNaN(value)) return missing(bytes, from, to, 'a finite number in every row');
      if (value < column.minimum)
        throw cellError(cursor, column.name, `is ${value}`, `a number of at least ${column.minimum}`);
      return keep(at, value);
    },
    repeat: (at, earlier) => void keep(at, values[earlier] as number),
    part: (rows) => ({ kind: 'numbers', values: values.slice(0, rows), odd: null }),
  };
}

/** Texts of which few are distinct; with `missing` empty cells and NaN are none. */
function textSink(missing: Missing | null): Sink & { dictionary: ByteDictionary } {
  const dictionary = createDictionary();
  const unfit = new Set<number>();
  let codes = new Uint32Array(1024);
  const keep = (at: number, code: number): void => {
    if (at >= codes.length) codes = grown(codes, new Uint32Array(codes.length * 2));
    codes[at] = code;
  };
  return {
    numeric: false,
    dictionary,
    put(at, bytes, from, to) {
      const known = dictionary.size();
      const code = dictionary.codeOf(bytes, from, to);
      if (missing && code === known && isMissing(dictionary.text(code))) unfit.add(code);
      if (missing && unfit.has(code)) return missing(bytes, from, to, 'a value in every row');
      keep(at, code);
      return true;
    },
    repeat: (at, earlier) => keep(at, codes[earlier] as number),
    part: (rows) => ({ kind: 'texts', values: dictionary.texts(), codes: codes.slice(0, rows) }),
  };
}

/** Labels or predictions: texts while few are distinct, numbers from then on. */
function classSink(missing: Missing): Sink {
  const texts = textSink(missing);
  let numbers: Float64Array | null = null;
  let odd: OddCell | null = null;

  const toNumbers = (rows: number): Float64Array => {
    const { values, odd: first } = numbersOf(texts.part(rows) as TextPart);
    odd = first;
    return grown(values, new Float64Array(rows * 2));
  };

  const putNumber = (
    values: Float64Array,
    at: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): boolean => {
    const value = parseDecimal(bytes, from, to);
    const text = Number.isNaN(value) ? cellText(bytes, from, to) : null;
    if (text !== null && isMissing(text)) return missing(bytes, from, to, 'a value in every row');
    if (odd === null || odd.row === at) odd = text === null ? null : { row: at, text };
    values[at] = value;
    return true;
  };

  return {
    numeric: false,
    number(at, value) {
      if (numbers === null || at >= numbers.length || odd?.row === at || !Number.isFinite(value))
        return false;
      numbers[at] = value;
      return true;
    },
    put(at, bytes, from, to) {
      if (numbers === null && texts.dictionary.size() <= MOST_TEXTS) return texts.put(at, bytes, from, to);
      if (numbers === null) numbers = toNumbers(at);
      else if (at >= numbers.length) numbers = grown(numbers, new Float64Array(at * 2));
      return putNumber(numbers, at, bytes, from, to);
    },
    repeat(at, earlier) {
      if (numbers === null) texts.repeat(at, earlier);
      else {
        if (at >= numbers.length) numbers = grown(numbers, new Float64Array(at * 2));
        numbers[at] = numbers[earlier] as number;
      }
    },
    part: (rows) => (numbers ? { kind: 'numbers', values: numbers.slice(0, rows), odd } : texts.part(rows)),
  };
}

export type TextPart = Extract<ColumnPart, { kind: 'texts' }>;
export type NumberPart = Extract<ColumnPart, { kind: 'numbers' }>;

/** The texts of a column as numbers. */
export function numbersOf({ values, codes }: TextPart): NumberPart {
  const numbers = Float64Array.from(values, (value) => parseNumber(value) ?? Number.NaN);
  const read = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) read[row] = numbers[codes[row] as number] as number;
  const row = numbers.some(Number.isNaN) ? read.findIndex(Number.isNaN) : -1;
  const text = values[codes[row] ?? -1];
  return { kind: 'numbers', values: read, odd: text === undefined ? null : { row, text } };
}
