import { ConfigError } from '../../core/errors.ts';
import { placeOf } from '../structured/tree.ts';

/** Where the reader is: data rows count from 1, the header is none of them. No line in a file that has none. */
export interface Cursor {
  file: string;
  row: number;
  line: number | null;
}

export function repeatedId(id: string, earlier: number, column: string, cursor: Cursor): ConfigError {
  return new ConfigError(
    `The id ${quoted(id)} stands in row ${earlier} and in row ${cursor.row} of ${cursor.file}.`,
    {
      place: placeOf(cursor.file, cursor.line),
      expected: `each value of column ${quoted(column)} once`,
      hint: 'Write one prediction for each row of the test set, or name another id column.',
    },
  );
}

export function cellError(cursor: Cursor, column: string, found: string, expected: string): ConfigError {
  return new ConfigError(`Column ${quoted(column)} ${found} in row ${cursor.row} of ${cursor.file}.`, {
    place: placeOf(cursor.file, cursor.line),
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

/** Empty or NaN: nothing stands there. */
export function isMissing(cell: string): boolean {
  return cell.trim() === '' || /^[+-]?nan$/i.test(cell);
}

/** The text of a cell. */
export function cellText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
}
