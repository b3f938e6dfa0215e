/** One condition of a slice: the rows whose `column` holds `value`. */
export interface SliceTerm {
  column: string;
  value: string;
}

/**
 * Reads `column=value`, conditions joined by ` & `. The first `=` ends the column, so values may contain `=`.
 * A backslash takes the special sense from a following `\`, `=` or `&`: a column with `=` writes `\=`, a `&` with a
 * space or an end beside it writes `\&`, a backslash writes `\\`; before anything else it stands for itself.
 * `null` when a condition has no `=` or no column.
 */
export function parseSlice(slice: string): SliceTerm[] | null {
  const terms = slice.split(' & ').map(parseTerm);
  return terms.includes(null) ? null : (terms as SliceTerm[]);
}

function parseTerm(text: string): SliceTerm | null {
  const match = /^((?:[^=\\]|\\.)+)=(.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { column: readEscapes(match[1]), value: readEscapes(match[2]) };
}

/** Writes conditions so that `parseSlice` reads them back, sorted by column and value. */
export function formatSlice(terms: readonly SliceTerm[]): string {
  const written = terms.map(
    ({ column, value }) => `${writeEscapes(column).replaceAll('=', '\\=')}=${writeEscapes(value)}`,
  );
  return written.sort().join(' & ');
}

/** The same slice always spelt the same way; text that is no slice stays as it is. */
export function canonicalSlice(slice: string): string {
  const terms = parseSlice(slice);
  return terms ? formatSlice(terms) : slice;
}

function writeEscapes(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(/&(?= |$)|(?<=^| )&/g, '\\&');
}

function readEscapes(text: string): string {
  return text.replace(/\\([\\=&])/g, '$1');
}
