import { ID_WORDS } from '../../core/compare/ids.ts';
import type { ColumnPart } from './sinks.ts';

/** Columns without the rows that lack something. */
export function keepRows(
  columns: readonly ColumnPart[],
  lacking: Uint8Array,
): { columns: ColumnPart[]; kept: number } {
  const rows = new Uint32Array(lacking.length);
  let kept = 0;
  lacking.forEach((lacks, row) => {
    if (lacks === 0) rows[kept++] = row;
  });
  return { columns: columns.map((column) => picked(column, rows.subarray(0, kept))), kept };
}

function picked(column: ColumnPart, rows: Uint32Array): ColumnPart {
  const of = (values: Uint32Array) => rows.map((row) => values[row] as number);
  if (column.kind === 'texts') return { ...column, codes: of(column.codes) };
  if (column.kind === 'rows') return { ...column, numbers: of(column.numbers) };
  if (column.kind === 'ids') {
    const words = new Uint32Array(rows.length * ID_WORDS);
    for (let at = 0; at < words.length; at += 1)
      words[at] = column.words[(rows[at >>> 2] as number) * ID_WORDS + (at & 3)] as number;
    return { kind: 'ids', words };
  }
  if (column.kind === 'ascending') return column;
  const values = new Float64Array(rows.length);
  for (let at = 0; at < values.length; at += 1) values[at] = column.values[rows[at] as number] as number;
  const odd = column.odd && rows.indexOf(column.odd.row);
  return {
    kind: 'numbers',
    values,
    odd: column.odd && odd !== null && odd >= 0 ? { ...column.odd, row: odd } : null,
  };
}
