/**
 * The one place where text from outside (metric, slice and file names, branches, sentences built from them)
 * becomes safe for where it is printed. Nothing else in the report may print a stranger's text.
 */

const NAME_LIMIT = 120;
const SPACES = /[\t\n\r\v\f\u0085\p{Z}]+/gu;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f/gu;
const JOINERS = new Set(['\u200c', '\u200d']);

/** Made when a text is first cut: it takes 20 ms, which a run without a long name would pay for nothing. */
let graphemes: Intl.Segmenter | null = null;
/** Units before the cut in which its grapheme must have begun; the longest emoji have about 25. */
const WINDOW = 48;

/** Cuts to at most `limit` UTF-16 units, `…` included, never inside a surrogate pair nor, where it can, a grapheme. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = limit - 1;
  const from = wholeUnits(text, Math.max(0, last - WINDOW)).length;
  let end = from;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const part of graphemes.segment(text.slice(from, last + WINDOW))) {
    if (from + part.index > last) break;
    end = from + part.index;
  }
  return `${wholeUnits(text, end === from ? last : end)}…`;
}

/** The first `units` of a text, one less where that would halve a surrogate pair. */
function wholeUnits(text: string, units: number): string {
  const head = text.slice(0, units);
  return /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}

/**
 * One line of plain text: white space runs become one space; control, bidirectional, invisible characters and
 * lone surrogates become visible (`‹U+202E›`). For places that do not interpret markup (check titles, annotations).
 */
export function plain(text: string, limit = NAME_LIMIT): string {
  const line = cut(text, limit * 4)
    .replace(SPACES, ' ')
    .trim();
  return cut(line.replace(HIDDEN, showHidden), limit);
}

function showHidden(character: string, offset: number, whole: string): string {
  const between = (whole.codePointAt(offset - 1) ?? 0) > 127 && (whole.codePointAt(offset + 1) ?? 0) > 127;
  if (JOINERS.has(character) && between) return character;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `‹U+${hex}›`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Marks of Markdown; pipe, back quote and backslash as entities, since tables and code read escapes their own way. */
const MARKS: Readonly<Record<string, string>> = {
  ...ENTITIES,
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
  // GitHub's documented way to keep a dollar from opening mathematics.
  $: '<span>$</span>',
  '\u2060': '&#8288;',
};
const MARK = /(?<=[A-Za-z0-9])(_+)(?=[A-Za-z0-9])|^[-+=]|[&<>|`\\$*_~[\]#\u2060]/g;

/** What GitHub's autolinks and filters look for: an invisible word joiner after the match keeps them from finding it. */
const REFERENCE = new RegExp(
  [
    '[@#]',
    String.raw`:(?=\/\/|(?!\d\d:)[\w+-]+:)`,
    String.raw`(?<![a-z0-9])(?:www(?=\.)|(?:gh|ghsa|cve)-(?=\w))`,
    // Abbreviated commits have seven digits or more.
    '[0-9a-f]{6}(?=[0-9a-f])',
    // A number that would start a list.
    String.raw`^\d{1,9}(?=[.)](?: |$))`,
  ].join('|'),
  'giu',
);

/**
 * Text for Markdown prose and table cells: shown as it is, with nothing in it active. No emphasis, link, image,
 * code, HTML, mathematics, mention, issue, commit, URL or emoji reference, no new line, no new cell.
 */
export function inline(text: string, limit = NAME_LIMIT): string {
  return plain(text, limit)
    .replace(REFERENCE, '$&\u2060')
    .replace(MARK, (mark, inWord?: string) => inWord ?? MARKS[mark] ?? `\\${mark}`);
}

/** A name as code, in a table or out of it: a code span, or `<code>` where its own characters are in the way. */
export function code(text: string, limit = NAME_LIMIT): string {
  const line = plain(text, limit);
  if (line === '') return '(empty)';
  return /[`|\\<]/.test(line) ? `<code>${inline(line, limit)}</code>` : `\`${line}\``;
}

/** A Markdown link, or label and address as text where the address is no http(s) URL (a path on a laptop). */
export function link(label: string, url: string): string {
  const address = addressOf(url);
  return address === null ? `${inline(label)}: ${code(url, 400)}` : `[${inline(label)}](${address})`;
}

/** A name as code that leads to an http(s) URL; only the code where the address is none. */
export function codeLink(text: string, url: string): string {
  const address = addressOf(url);
  return address === null ? code(text) : `[${code(text)}](${address})`;
}

function addressOf(url: string): string | null {
  const parsed = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).href : null;
  if (parsed === null) return null;
  return parsed
    .replace(/[()<>|\\`*"'$\s]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replaceAll('&', '&amp;');
}

/** Text content of an HTML element; lines are kept, hidden characters shown. */
export function html(text: string): string {
  return text
    .replace(/[^\n]+/g, (line) => line.replace(HIDDEN, showHidden))
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

/** Value of a quoted HTML attribute. */
export function attribute(text: string): string {
  return html(text.replace(SPACES, ' ')).replaceAll('`', '&#96;');
}

/** A line for a chat that a webhook feeds: nobody is called, and no link is made, in the markup of Slack or in Markdown. */
export function chat(text: string): string {
  return plain(text, 2000)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/@|:(?=\/\/)/g, '$&\u2060');
}

/** One line of a log that no runner reads as a workflow command (`::warning::`, `##[group]`) or terminal as colours. */
export function logLine(text: string, limit = 2000): string {
  return plain(text, limit)
    .replace(/:(?=:)/g, ': ')
    .replaceAll('##[', '## [');
}
