import { ConfigError } from '../../core/errors.ts';
import { scanDelimited } from '../delimited.ts';
import { parseJson } from '../structured/json.ts';
import type { MapTree } from '../structured/tree.ts';
import { extensionOf } from '../text.ts';
import type { Cursor } from './sinks.ts';

/** Gets the header first, then answers with the function that takes each row's cells. */
export type OpenRows = (header: readonly string[]) => (cells: readonly string[]) => void;

export type RowFormat = 'csv' | 'tsv' | 'jsonl';

const EXTENSIONS: ReadonlyMap<string, RowFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
]);

/** Two gigabytes of memory. */
const MAX_ROWS = 5_000_000;

/** By extension, else by the first line: `{` is JSONL, a tab without a comma TSV, all else CSV. */
export function rowFormat(text: string, file: string): RowFormat {
  const known = EXTENSIONS.get(extensionOf(file));
  if (known) return known;
  const first =
    text
      .slice(0, 65_536)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? '';
  if (first.startsWith('{')) return 'jsonl';
  return first.includes('\t') && !first.includes(',') ? 'tsv' : 'csv';
}

/** Walks all rows of a predictions file, keeping `cursor` at the row. No rows at all is a ConfigError. */
export function scanRows(text: string, cursor: Cursor, open: OpenRows): void {
  const format = rowFormat(text, cursor.file);
  if (format === 'jsonl') scanJsonLines(text, cursor, open);
  else scanTable(text, cursor, format === 'tsv' ? '\t' : ',', open);
  if (cursor.row > 0) return;
  throw new ConfigError(`${cursor.file} has no rows.`, {
    place: { file: cursor.file },
    expected: 'a header and one row for each prediction',
    hint: 'Let the stage that writes it finish before it is read.',
  });
}

function scanTable(text: string, cursor: Cursor, delimiter: ',' | '\t', open: OpenRows): void {
  let accept: ReturnType<OpenRows> | null = null;
  let width = 0;
  scanDelimited(text, cursor.file, delimiter, (fields, line) => {
    cursor.line = line;
    if (!accept) {
      width = fields.length;
      accept = open([...fields]);
      return;
    }
    nextRow(cursor);
    if (fields.length !== width) throw wrongWidth(cursor, fields.length, width);
    accept(fields);
  });
}

function wrongWidth(cursor: Cursor, found: number, expected: number): ConfigError {
  return new ConfigError(
    `Row ${cursor.row} of ${cursor.file} has ${found} ${found === 1 ? 'field' : 'fields'}.`,
    {
      place: { file: cursor.file, line: cursor.line },
      expected: `${expected}, as the header has`,
      hint: 'Quote fields that hold the delimiter.',
    },
  );
}

function scanJsonLines(text: string, cursor: Cursor, open: OpenRows): void {
  let accept: ReturnType<OpenRows> | null = null;
  let names: readonly string[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const row = text.slice(start, end);
    start = end + 1;
    line += 1;
    if (row.trim() === '') continue;
    cursor.line = line;
    nextRow(cursor);
    const cells = jsonCells(row, cursor);
    if (!accept) {
      names = [...cells.keys()];
      accept = open(names);
    }
    accept(names.map((name) => cells.get(name) ?? ''));
  }
}

function nextRow(cursor: Cursor): void {
  cursor.row += 1;
  if (cursor.row <= MAX_ROWS) return;
  throw new ConfigError(`${cursor.file} has more than ${MAX_ROWS} rows.`, {
    place: { file: cursor.file, line: cursor.line },
    expected: `at most ${MAX_ROWS}`,
    hint: 'Judge by a sample of the test rows.',
  });
}

/** Cells of one JSON object; maps inside it become dotted names, `null` an empty cell, lists are left out. */
function jsonCells(row: string, cursor: Cursor): Map<string, string> {
  const tree = parseJson(row, cursor.file, cursor.line);
  if (tree.kind !== 'map') {
    throw new ConfigError(`Row ${cursor.row} of ${cursor.file} is no JSON object.`, {
      place: { file: cursor.file, line: cursor.line },
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
