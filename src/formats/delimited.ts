import { ConfigError } from '../core/errors.ts';

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Splits CSV or TSV (RFC 4180) into records: quoted fields may hold delimiters, line breaks and doubled quotes;
 * lines end in LF, CRLF or CR, the last one may lack its end; blank lines are skipped.
 * `onRecord` gets the fields and the line the record starts at; the array is reused for the next record.
 */
export function scanDelimited(
  text: string,
  file: string,
  delimiter: ',' | '\t',
  onRecord: (fields: readonly string[], line: number) => void,
): void {
  const separator = delimiter.charCodeAt(0);
  const { length } = text;
  const fields: string[] = [];
  let line = 1;
  for (let at = 0; at < length; ) {
    fields.length = 0;
    const recordLine = line;
    for (let code = separator; code === separator; ) {
      const start = at;
      if (text.charCodeAt(at) === QUOTE) {
        const end = closingQuote(text, at, file, line);
        fields.push(unquote(text, at, end));
        line += countLines(text, at, end);
        at = end + 1;
        refuseTail(text, at, separator, file, line);
      } else {
        at = fieldEnd(text, at, separator);
        fields.push(text.slice(start, at));
      }
      code = text.charCodeAt(at);
      if (code === separator) at += 1;
    }
    at = lineEnd(text, at);
    line += 1;
    if (fields.length > 1 || fields[0] !== '') onRecord(fields, recordLine);
  }
}

function fieldEnd(text: string, from: number, separator: number): number {
  const { length } = text;
  let at = from;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === separator || code === LINE_FEED || code === CARRIAGE_RETURN) return at;
    at += 1;
  }
  return at;
}

/** Position after the line break at `at`. */
function lineEnd(text: string, at: number): number {
  const pair = text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED;
  return at + (pair ? 2 : 1);
}

function closingQuote(text: string, opening: number, file: string, line: number): number {
  for (let at = opening + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) {
      throw new ConfigError(`A quoted field in ${file} is never closed.`, {
        place: { file, line },
        expected: 'a closing double quote',
        hint: 'Write a quote inside a field as two quotes.',
      });
    }
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
}

function unquote(text: string, opening: number, closing: number): string {
  const inner = text.slice(opening + 1, closing);
  return inner.includes('"') ? inner.replaceAll('""', '"') : inner;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function refuseTail(text: string, at: number, separator: number, file: string, line: number): void {
  const code = text.charCodeAt(at);
  if (at >= text.length || code === separator || code === LINE_FEED || code === CARRIAGE_RETURN) return;
  throw new ConfigError(`Text follows a closing quote in ${file}.`, {
    place: { file, line },
    expected: 'the delimiter or the end of the line after a quoted field',
    hint: 'Write a quote inside a field as two quotes.',
  });
}

/** One field as CSV or TSV writes it: quoted only where it must be. */
export function quoteField(field: string, delimiter: ',' | '\t'): string {
  const special = field === '' || field.includes(delimiter) || /["\r\n]/.test(field);
  return special ? `"${field.replaceAll('"', '""')}"` : field;
}
