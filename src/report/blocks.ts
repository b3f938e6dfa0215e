import { markdownTable } from 'markdown-table';

/** The constructs of GitHub's Markdown that the report uses, and no others: `markdown.ts` renders exactly these. */

export type AlertKind = 'NOTE' | 'TIP' | 'IMPORTANT' | 'WARNING' | 'CAUTION';

export interface Column {
  head: string;
  align: 'left' | 'right';
  /** Left out when no row has anything in it. */
  optional?: true;
}

/** A cell with nothing to say. */
export const NOTHING = '–';

/** Blocks with a blank line between, empty ones left out. */
export function blocks(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** GitHub's coloured box; `lines` are Markdown already. */
export function alert(kind: AlertKind, lines: readonly string[]): string {
  return [
    `> [!${kind}]`,
    ...lines.flatMap((line, at) => (at === 0 ? [`> ${line}`] : ['>', `> ${line}`])),
  ].join('\n');
}

/** A table without padding: names come in every length, and the size of a comment is limited. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const told = (row: readonly string[], at: number) => row[at] !== NOTHING && row[at] !== '';
  const kept = [...columns.keys()].filter(
    (at) => columns[at]?.optional !== true || rows.some((row) => told(row, at)),
  );
  const shown = kept.flatMap((at) => columns[at] ?? []);
  const body = rows.map((row) => kept.map((at) => row[at] ?? ''));
  return markdownTable([shown.map((column) => column.head), ...body], {
    align: shown.map((column) => column.align),
    alignDelimiters: false,
  });
}

/** A fold; `summary` is HTML (escaped by the caller), `body` Markdown. An empty body gives no fold. */
export function fold(summary: string, body: string): string {
  return body === '' ? '' : `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function heading(level: 3 | 4, text: string): string {
  return `${'#'.repeat(level)} ${text}`;
}

export function small(text: string): string {
  return text === '' ? '' : `<sub>${text}</sub>`;
}
