import { attribute, html } from './escape.ts';

/**
 * Our own Markdown to HTML, for the preview page: exactly the constructs of `blocks.ts` and `escape.ts`, no more.
 * Anything else comes out as text, so nothing that a stranger wrote can become an element.
 */
export function renderMarkdown(markdown: string): string {
  const lines = markdown.split('\n');
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const block = BLOCKS.find(({ opens }) => opens.test(lines[at] ?? ''));
    if (block === undefined) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < lines.length && block.continues.test(lines[end] ?? '')) end += 1;
    out.push(block.render(lines.slice(at, end)));
    at = end;
  }
  return out.join('\n');
}

interface Block {
  opens: RegExp;
  continues: RegExp;
  render: (lines: readonly string[]) => string;
}

const NEVER = /^\b$/;

/** Tried in order; blank lines open nothing. */
const BLOCKS: readonly Block[] = [
  { opens: /^<!--.*-->$/, continues: NEVER, render: () => '' },
  { opens: /^<details>$/, continues: NEVER, render: () => '<details>' },
  { opens: /^<\/details>$/, continues: NEVER, render: () => '</details>' },
  { opens: /^<summary>.*<\/summary>$/, continues: NEVER, render: ([line = '']) => renderSummaryLine(line) },
  { opens: /^#{3,4} /, continues: NEVER, render: ([line = '']) => renderHeading(line) },
  { opens: /^>/, continues: /^>/, render: renderAlert },
  { opens: /^\| /, continues: /^\|/, render: renderTable },
  { opens: /^- /, continues: /^- /, render: renderList },
  { opens: /\S/, continues: /^(?![-|>] )\S/, render: (lines) => `<p>${inlines(lines.join('\n'))}</p>` },
];

/** Content of `<summary>` is HTML already: our tags and entities pass, the rest is text. */
function renderSummaryLine(line: string): string {
  const inner = line.slice('<summary>'.length, -'</summary>'.length);
  return `<summary>${inner.replace(/(<\/?code>|&(?:#\d+|[a-z]+);)|([^<&]+|[\s\S])/gu, (_, safe?: string, other?: string) => safe ?? html(other ?? ''))}</summary>`;
}

function renderHeading(line: string): string {
  const level = line.indexOf(' ');
  return `<h${level}>${inlines(line.slice(level + 1))}</h${level}>`;
}

function renderList(lines: readonly string[]): string {
  return `<ul>\n${lines.map((line) => `<li>${inlines(line.slice(2))}</li>`).join('\n')}\n</ul>`;
}

const ALERTS = new Set(['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION']);

function renderAlert(lines: readonly string[]): string {
  const inner = lines.map((line) => line.replace(/^> ?/, ''));
  const kind = /^\[!([A-Z]+)\]$/.exec(inner[0] ?? '')?.[1] ?? '';
  if (!ALERTS.has(kind)) return `<blockquote>\n${renderMarkdown(inner.join('\n'))}\n</blockquote>`;
  const title = kind.charAt(0) + kind.slice(1).toLowerCase();
  const body = renderMarkdown(inner.slice(1).join('\n'));
  return `<div class="alert ${kind.toLowerCase()}">\n<p class="alert-title">${title}</p>\n${body}\n</div>`;
}

/** Cells hold no bare pipe: names that have one are written with entities. */
function cells(line: string): string[] {
  return line
    .slice(1, line.endsWith('|') ? -1 : undefined)
    .split('|')
    .map((cell) => cell.trim());
}

function renderTable(lines: readonly string[]): string {
  const [head = '', delimiters = '', ...rows] = lines;
  const aligns = cells(delimiters).map((cell) => (/^-+:$/.test(cell) ? ' class="number"' : ''));
  const row = (tag: 'th' | 'td', line: string) =>
    `<tr>${cells(line)
      .map((cell, at) => `<${tag}${aligns[at] ?? ''}>${inlines(cell)}</${tag}>`)
      .join('')}</tr>`;
  const body = rows.map((line) => row('td', line)).join('\n');
  return `<div class="scroll" tabindex="0"><table>\n<thead>${row('th', head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}

const INLINE = new RegExp(
  [
    String.raw`\u0060(?<code>[^\u0060]+)\u0060`,
    String.raw`\\(?<escaped>[!-/:-@[-\u0060{-~])`,
    String.raw`(?<entity>&(?:#\d+|[a-z]+);)`,
    String.raw`(?<tag><br>|<\/?(?:code|sub|span)>)`,
    String.raw`\*\*(?<strong>(?:\\.|[^*\\])+)\*\*`,
    String.raw`\[(?<label>(?:\\.|[^\]\\])*)\]\((?<url>https?:[^)\s]*)\)`,
    String.raw`(?<text>[^\\\u0060&<*[]+|[\s\S])`,
  ].join('|'),
  'gu',
);

function inlines(text: string): string {
  return text.replace(INLINE, (...match) =>
    inlineHtml(match[match.length - 1] as Record<string, string | undefined>),
  );
}

function inlineHtml(group: Readonly<Record<string, string | undefined>>): string {
  if (group['code'] !== undefined) return `<code>${html(group['code'])}</code>`;
  if (group['escaped'] !== undefined) return html(group['escaped']);
  if (group['strong'] !== undefined) return `<strong>${inlines(group['strong'])}</strong>`;
  if (group['label'] !== undefined) return anchor(group['label'], group['url'] ?? '');
  return group['entity'] ?? group['tag'] ?? html(group['text'] ?? '');
}

function anchor(label: string, url: string): string {
  const address = attribute(url.replaceAll('&amp;', '&'));
  return `<a href="${address}" rel="noopener noreferrer nofollow">${inlines(label)}</a>`;
}
