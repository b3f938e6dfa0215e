import { ConfigError } from '../../core/errors.ts';
import type { DictionaryColumn } from '../../core/metrics/types.ts';

/** Where the reader is: data rows count from 1, the header is none of them. */
export interface Cursor {
  file: string;
  row: number;
  line: number;
}

/** Takes the cells of one column, top to bottom. */
export interface Sink {
  push(cell: string): void;
}

export interface IdSink extends Sink {
  values: string[];
}

export interface NumberSink extends Sink {
  values: number[];
}

export interface DictionarySink extends Sink {
  values: string[];
  codes: number[];
}

/** Ids: present and unique. */
export function idSink(cursor: Cursor, column: string): IdSink {
  const rows = new Map<string, number>();
  const values: string[] = [];
  const push = (cell: string) => {
    if (cell === '') throw cellError(cursor, column, 'is empty', 'an id in every row');
    const earlier = rows.get(cell);
    if (earlier !== undefined) {
      throw new ConfigError(
        `The id ${quoted(cell)} stands in row ${earlier} and in row ${cursor.row} of ${cursor.file}.`,
        {
          place: { file: cursor.file, line: cursor.line },
          expected: `each value of column ${quoted(column)} once`,
          hint: 'Write one prediction for each row of the test set, or name another id column.',
        },
      );
    }
    rows.set(cell, cursor.row);
    values.push(cell);
  };
  return { values, push };
}

/** A finite number in every row, at least `minimum`. */
export function numberSink(cursor: Cursor, column: string, minimum = Number.NEGATIVE_INFINITY): NumberSink {
  const values: number[] = [];
  const push = (cell: string) => {
    const value = parseNumber(cell);
    if (value === null) throw cellError(cursor, column, describeCell(cell), 'a finite number in every row');
    if (value < minimum) throw cellError(cursor, column, `is ${value}`, `a number of at least ${minimum}`);
    values.push(value);
  };
  return { values, push };
}

/** Texts of which few are distinct; `required` refuses empty cells and NaN. */
export function dictionarySink(cursor: Cursor, column: string, required: boolean): DictionarySink {
  const known = new Map<string, number>();
  const values: string[] = [];
  const codes: number[] = [];
  const push = (cell: string) => {
    let code = known.get(cell);
    if (code === undefined) {
      if (required && isMissing(cell))
        throw cellError(cursor, column, describeCell(cell), 'a value in every row');
      code = values.push(cell) - 1;
      known.set(cell, code);
    }
    codes.push(code);
  };
  return { values, codes, push };
}

export function dictionaryOf(sink: DictionarySink): DictionaryColumn {
  return { values: sink.values, codes: Uint32Array.from(sink.codes) };
}

/** A finite decimal number, else `null`: no hexadecimal, no empty text. */
export function parseNumber(text: string): number | null {
  const value = Number(text);
  if (!Number.isFinite(value) || (value === 0 && !text.includes('0'))) return null;
  return /^\s*0[xob]/i.test(text) ? null : value;
}

export function cellError(cursor: Cursor, column: string, found: string, expected: string): ConfigError {
  return new ConfigError(`Column ${quoted(column)} ${found} in row ${cursor.row} of ${cursor.file}.`, {
    place: { file: cursor.file, line: cursor.line },
    expected,
    hint: 'Leave the row out of the test set or repair the stage that writes it.',
  });
}

export function describeCell(cell: string): string {
  if (cell.trim() === '') return 'is empty';
  return isMissing(cell) ? 'is NaN' : `is ${quoted(cell)}`;
}

/** A cell as messages show it: escaped and cut. */
export function quoted(cell: string): string {
  return JSON.stringify(cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);
}

function isMissing(cell: string): boolean {
  return cell.trim() === '' || /^[+-]?nan$/i.test(cell);
}
