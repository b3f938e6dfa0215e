/**
 * The one place where text from outside (metric, slice and file names, branches, sentences built from them)
 * becomes safe for where it is printed. Nothing else in the report may print a stranger's text.
 */

const NAME_LIMIT = 120;
const SPACES = /[\t\n\r\v\f\u0085\p{Z}]+/gu;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f/gu;
const JOINERS = new Set(['\u200c', '\u200d']);
const BREAK = '&#8203;';

/** Cuts to at most `limit` UTF-16 units, `…` included, never inside a surrogate pair nor, where it can, a grapheme. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit + 1);
  let end = 0;
  for (const part of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(head)) {
    if (part.index > limit - 1) break;
    end = part.index;
  }
  if (end === 0) end = limit - 1;
  const kept = head.slice(0, end);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
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
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
  // GitHub's documented way to keep a dollar from opening mathematics.
  $: '<span>$</span>',
};

/** Everything GitHub's Markdown, autolinks and filters would act on, tried in this order at each position. */
const ACTIVE = new RegExp(
  [
    String.raw`(?<start>^(?:[-+=]|\d{1,9}(?=[.)](?: |$))))`,
    String.raw`(?<entity>[&<>|\u0060\\$])`,
    String.raw`(?<inside>(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9]))`,
    String.raw`(?<mark>[*_~[\]])`,
    '(?<hash>#)',
    '(?<at>@)',
    String.raw`(?<colon>:(?=\/\/|(?!\d\d:)[\w+-]+:))`,
    String.raw`(?<prefix>(?<![a-z0-9])(?:www(?=\.)|(?:gh|ghsa|cve)-(?=\w)))`,
    '(?<hex>[0-9a-f]{7,})',
  ].join('|'),
  'giu',
);

/**
 * Text for Markdown prose and table cells: shown as it is, with nothing in it active. No emphasis, link, image,
 * code, HTML, mathematics, mention, issue, commit, URL or emoji reference, no new line, no new cell.
 */
export function inline(text: string, limit = NAME_LIMIT): string {
  return plain(text, limit).replace(ACTIVE, (...match) => quiet(match[0] as string, groupsOf(match)));
}

function groupsOf(match: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  return match[match.length - 1] as Record<string, string | undefined>;
}

function quiet(found: string, group: Readonly<Record<string, string | undefined>>): string {
  if (group['start'] !== undefined) return /\d/.test(found) ? `${breakHex(found)}${BREAK}` : `\\${found}`;
  if (group['entity'] !== undefined) return ENTITIES[found] ?? found;
  if (group['inside'] !== undefined) return found;
  if (group['mark'] !== undefined) return `\\${found}`;
  if (group['hash'] !== undefined) return `\\#${BREAK}`;
  return group['hex'] === undefined ? `${found}${BREAK}` : breakHex(found);
}

/** Shorter than any abbreviated commit. */
function breakHex(digits: string): string {
  return digits.replace(/.{6}(?=.)/g, `$&${BREAK}`);
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

/** One line of a log that no runner reads as a workflow command (`::warning::`, `##[group]`) or terminal as colours. */
export function logLine(text: string, limit = 2000): string {
  return plain(text, limit)
    .replace(/:(?=:)/g, ': ')
    .replaceAll('##[', '## [');
}
