import { ConfigError } from '../errors.ts';

/** A numeric column in bins: between the edges given, or of about equally many rows. */
export type ColumnBins = { column: string; bins: readonly number[] } | { column: string; quantiles: number };

/**
 * Slices as users declare them: each value of a column, a numeric column in bins, or each combination of several
 * columns (those with bins by their bins).
 */
export type SliceDeclaration = string | ColumnBins | readonly string[];

export const MOST_QUANTILES = 100;

/** The columns that declarations need, each once. */
export function columnsOfSlices(declarations: readonly SliceDeclaration[]): string[] {
  return [...new Set(declarations.flatMap((each) => (isBins(each) ? [each.column] : each)))];
}

export function isBins(declaration: SliceDeclaration): declaration is ColumnBins {
  return typeof declaration === 'object' && 'column' in declaration;
}

/**
 * Reads `carrier`, `age:bins=18,30,65`, `distance:quantiles=4`, `carrier & origin`. A `&` of a column's own name that
 * stands between spaces is written `\&`. Numbers that are none come out as NaN, for `wrongSlice` to name.
 */
export function parseSliceDeclaration(text: string): SliceDeclaration {
  const binned = /^(.+):(bins|quantiles)=(.*)$/s.exec(text);
  const column = unescaped(binned?.[1]?.trim() ?? '');
  if (binned?.[2] === 'bins') return { column, bins: (binned[3] ?? '').split(',').map(decimal) };
  if (binned) return { column, quantiles: decimal(binned[3] ?? '') };
  const columns = text.split(' & ').map((name) => unescaped(name.trim()));
  return columns.length === 1 ? (columns[0] as string) : columns;
}

/** Reads a declaration given as `option`; one that makes no sense is a ConfigError. */
export function readSliceDeclaration(text: string, option: string): SliceDeclaration {
  const declaration = parseSliceDeclaration(text);
  const wrong = wrongSlice(declaration);
  if (wrong === null) return declaration;
  throw new ConfigError(`${option} ${JSON.stringify(text.slice(0, 200))} ${wrong}.`, {
    expected: 'for example carrier, age:bins=18,30,65, distance:quantiles=4 or "carrier & origin"',
  });
}

/** Writes a declaration so that `parseSliceDeclaration` reads it back. */
export function sliceDeclarationText(declaration: SliceDeclaration): string {
  if (typeof declaration === 'string') return escaped(declaration);
  if (!isBins(declaration)) return declaration.map(escaped).join(' & ');
  const column = escaped(declaration.column);
  if ('bins' in declaration) return `${column}:bins=${declaration.bins.join(',')}`;
  return `${column}:quantiles=${declaration.quantiles}`;
}

/** What is wrong with a declaration, as the end of a sentence, or `null`. */
export function wrongSlice(declaration: SliceDeclaration): string | null {
  if (typeof declaration === 'string') return declaration === '' ? 'names no column' : null;
  if (!isBins(declaration)) {
    if (declaration.includes('')) return 'names no column';
    return new Set(declaration).size < declaration.length ? 'names a column twice' : null;
  }
  if ('bins' in declaration) {
    const { bins } = declaration;
    const ascending = bins.every(
      (edge, i) => Number.isFinite(edge) && (i === 0 || edge > (bins[i - 1] as number)),
    );
    return ascending ? null : 'needs edges that are ascending numbers';
  }
  const { quantiles } = declaration;
  const whole = Number.isInteger(quantiles) && quantiles >= 2 && quantiles <= MOST_QUANTILES;
  return whole ? null : `needs a whole number of quantiles from 2 to ${MOST_QUANTILES}`;
}

/** The first column that has bins twice, so that its name in a combination would mean two things, or `null`. */
export function binnedTwice(declarations: readonly SliceDeclaration[]): string | null {
  const columns = declarations.filter(isBins).map(({ column }) => column);
  return columns.find((column, index) => columns.indexOf(column) < index) ?? null;
}

function decimal(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}

function escaped(column: string): string {
  return column.replaceAll(' & ', ' \\& ');
}

function unescaped(column: string): string {
  return column.replaceAll(' \\& ', ' & ');
}
