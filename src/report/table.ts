import { inline } from './escape.ts';

/** A table in Markdown; whatever is in a cell stays in it. */
export function markdownTable(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(row.map((cell) => inline(cell))));
  return `${[line(head), line(head.map(() => '---')), ...body].join('\n')}\n`;
}
