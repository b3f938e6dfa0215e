import { extensionOf } from '../text.ts';

export type RowFormat = 'csv' | 'tsv' | 'jsonl';

const EXTENSIONS: ReadonlyMap<string, RowFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
]);

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

/** `PAR1`, with which every Parquet file starts. */
export function startsAsParquet([p, a, r, one]: Uint8Array): boolean {
  return p === 0x50 && a === 0x41 && r === 0x52 && one === 0x31;
}
