import { ConfigError } from '../errors.ts';
import { binColumn } from './bins.ts';
import { type Division, rowsByPart } from './division.ts';
import { isBins, type SliceDeclaration, sliceDeclarationText } from './slice-declaration.ts';
import { formatSlice, type SliceTerm } from './slice-name.ts';
import { columnOf } from './slices.ts';
import type { DictionaryColumn, PredictionTable } from './types.ts';

/** Slices of one table at most: more drown what matters, and each takes its time. */
export const MOST_SLICES = 1000;

/** One slice and the rows in it. */
export interface SliceSize {
  slice: string;
  n: number;
}

/** All declared slices of a table that have enough rows, sorted by name; those of one declaration do not overlap. */
export interface Slicing {
  slices: readonly SliceSize[];
  /** One for each declaration; 2 bytes a row. */
  divisions: readonly Division[];
  /** Where the slice with this index in `slices` stands. */
  placeOf(index: number): { division: number; part: number };
  /** Row numbers of the slice with this index in `slices`, ascending. The rows of a whole division are found at once. */
  rowsOf(index: number): Uint32Array;
}

interface Placed extends SliceSize {
  division: number;
  part: number;
}

/** Rows coded by what a declaration tells apart; `terms` are the conditions of each code. */
interface Coded {
  codes: Uint32Array;
  terms: readonly (readonly SliceTerm[])[];
}

/**
 * The slices that some declarations make of a table: those with at least `minRows` rows (and at least one). Columns the
 * table does not have make none. More than 1,000 slices, and bins of a column without numbers, are a ConfigError.
 */
export function slicing(
  table: PredictionTable,
  declarations: readonly SliceDeclaration[],
  minRows: number,
): Slicing {
  const divisions: Division[] = [];
  const placed = new Map<string, Placed>();
  for (const declaration of declarations) {
    const coded = codesOf(table, declaration, declarations);
    if (coded === null) continue;
    const { division, sizes } = divisionOf(coded, Math.max(1, minRows), declaration);
    for (const [part, { slice, n }] of sizes.entries())
      if (!placed.has(slice)) placed.set(slice, { slice, n, part, division: divisions.length });
    divisions.push(division);
  }
  if (placed.size > MOST_SLICES) throw tooMany(placed.size, minRows, null);
  const sorted = [...placed.values()].sort((a, b) => (a.slice < b.slice ? -1 : 1));
  const rows = new Map<number, ReturnType<typeof rowsByPart>>();
  const placeOf = (index: number) => sorted[index] as Placed;
  return {
    slices: sorted.map(({ slice, n }) => ({ slice, n })),
    divisions,
    placeOf,
    rowsOf: (index) => {
      const { division, part } = placeOf(index);
      const found = rows.get(division) ?? rowsByPart(divisions[division] as Division, table.n);
      rows.set(division, found);
      return found.rows.subarray(found.starts[part], found.starts[part + 1]);
    },
  };
}

function codesOf(
  table: PredictionTable,
  declaration: SliceDeclaration,
  all: readonly SliceDeclaration[],
): Coded | null {
  if (typeof declaration === 'string') return valuesOf(declaration, columnOf(table, declaration));
  if (isBins(declaration)) {
    const column = columnOf(table, declaration.column);
    return valuesOf(declaration.column, column && binned(column, declaration));
  }
  let combined: Coded | null = null;
  for (const name of declaration) {
    const bins = all.filter(isBins).find(({ column }) => column === name);
    const column = columnOf(table, name);
    const coded = valuesOf(name, column && bins ? binned(column, bins) : column);
    if (coded === null) return null;
    combined = combined === null ? coded : combinations(combined, coded);
  }
  return combined;
}

function valuesOf(name: string, column: DictionaryColumn | undefined): Coded | null {
  if (!column) return null;
  return { codes: column.codes, terms: column.values.map((value) => [{ column: name, value }]) };
}

function binned(column: DictionaryColumn, declaration: Parameters<typeof binColumn>[1]): DictionaryColumn {
  const result = binColumn(column, declaration);
  const bins = 'bins' in declaration ? declaration.bins.length + 1 : declaration.quantiles;
  if (new Set(result.values).size < result.values.length) {
    throw new ConfigError(`The column "${declaration.column}" holds the name of a bin as a text.`, {
      hint: 'Slice by its values instead: name the column alone.',
    });
  }
  if (column.codes.length === 0 || result.codes.some((code) => code < bins)) return result;
  throw new ConfigError(`The column "${declaration.column}" holds no numbers to divide into bins.`, {
    expected: 'a column of numbers',
    hint: 'Slice by its values instead: name the column alone.',
  });
}

/** Codes of the pairs that occur. */
function combinations(a: Coded, b: Coded): Coded {
  const known = new Map<number, number>();
  const terms: SliceTerm[][] = [];
  const codes = new Uint32Array(a.codes.length);
  for (let row = 0; row < codes.length; row++) {
    const pair = (a.codes[row] as number) * b.terms.length + (b.codes[row] as number);
    let code = known.get(pair);
    if (code === undefined) {
      code = terms.length;
      known.set(pair, code);
      terms.push([
        ...(a.terms[a.codes[row] as number] as readonly SliceTerm[]),
        ...(b.terms[b.codes[row] as number] as readonly SliceTerm[]),
      ]);
    }
    codes[row] = code;
  }
  return { codes, terms };
}

function divisionOf(
  { codes, terms }: Coded,
  minRows: number,
  declaration: SliceDeclaration,
): { division: Division; sizes: SliceSize[] } {
  const counts = new Uint32Array(terms.length);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  const large = [...counts.keys()].filter((code) => (counts[code] as number) >= minRows);
  if (large.length > MOST_SLICES) throw tooMany(large.length, minRows, declaration);
  const parts = new Uint16Array(terms.length).fill(large.length);
  for (const [part, code] of large.entries()) parts[code] = part;
  const partOfRow = new Uint16Array(codes.length);
  for (let row = 0; row < codes.length; row++) partOfRow[row] = parts[codes[row] as number] as number;
  return {
    division: { parts: large.length, codes: partOfRow },
    sizes: large.map((code) => ({
      slice: formatSlice(terms[code] as readonly SliceTerm[]),
      n: counts[code] as number,
    })),
  };
}

function tooMany(count: number, minRows: number, declaration: SliceDeclaration | null): ConfigError {
  const what =
    declaration === null ? 'The declared slices' : `The slices by ${sliceDeclarationText(declaration)}`;
  return new ConfigError(`${what} are ${count} with at least ${Math.max(1, minRows)} rows.`, {
    expected: `at most ${MOST_SLICES}`,
    hint: 'Raise "min-slice-rows", put a numeric column in bins, or slice by fewer columns.',
  });
}
