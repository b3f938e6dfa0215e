import type { ColumnBins } from './slice-declaration.ts';
import type { DictionaryColumn } from './types.ts';

const RANGE = /^\[(-inf|[^,\s]+),(inf|[^,\s]+)\)$/;
const QUANTILE = /^q(\d{1,3})\/(\d{1,3})$/;

/**
 * A numeric column as one of few values: `[18,30)` for 18 ≤ x < 30, the outer bins `[-inf,18)` and `[65,inf)`; with
 * quantiles `q1/4` for the lowest quarter of the rows. Cells that are no number keep their own value.
 */
export function binColumn(column: DictionaryColumn, declared: ColumnBins): DictionaryColumn {
  const numbers = column.values.map(numberOf);
  const edges = 'bins' in declared ? declared.bins : quantileEdges(column, numbers, declared.quantiles);
  const names = 'bins' in declared ? rangeNames(edges) : quantileNames(declared.quantiles);
  const values = [...names];
  const recoded = Uint32Array.from(numbers, (number, code) =>
    Number.isNaN(number) ? values.push(column.values[code] as string) - 1 : binOf(number, edges),
  );
  return { values, codes: column.codes.map((code) => recoded[code] as number) };
}

/**
 * For each value of a column whether it is what a slice asks for: that very value, else a number in the range or
 * quantile that `wanted` names as `binColumn` does. `null` when no value of the column is.
 */
export function matching(column: DictionaryColumn, wanted: string): Uint8Array | null {
  const own = column.values.indexOf(wanted);
  const inside = Uint8Array.from(column.values, (_, code) => (code === own ? 1 : 0));
  if (own < 0) {
    const numbers = column.values.map(numberOf);
    const range = rangeOf(column, numbers, wanted);
    if (range === null) return null;
    numbers.forEach((number, code) => {
      inside[code] = number >= range[0] && number < range[1] ? 1 : 0;
    });
  }
  return inside.includes(1) ? inside : null;
}

/** The bins that ranges or one count of quantiles, asked for by name, are among; `null` when a value is another text. */
export function binsOfNames(column: string, names: readonly string[]): ColumnBins | null {
  const counts = names.map((name) => Number(QUANTILE.exec(name)?.[2]));
  const [first = Number.NaN] = counts;
  if (counts.every((count) => count === first && count > 1)) return { column, quantiles: first };
  const ends = names.flatMap((name) => RANGE.exec(name)?.slice(1) ?? ['']);
  const edges = ends.filter((end) => end !== '-inf' && end !== 'inf').map(numberOf);
  if (edges.length === 0 || edges.some(Number.isNaN)) return null;
  return { column, bins: [...new Set(edges)].sort((a, b) => a - b) };
}

function rangeOf(
  column: DictionaryColumn,
  numbers: readonly number[],
  wanted: string,
): readonly [number, number] | null {
  const range = RANGE.exec(wanted);
  if (range) {
    const low = range[1] === '-inf' ? Number.NEGATIVE_INFINITY : numberOf(range[1] ?? '');
    const high = range[2] === 'inf' ? Number.POSITIVE_INFINITY : numberOf(range[2] ?? '');
    return low < high ? [low, high] : null;
  }
  const [, number, count] = QUANTILE.exec(wanted)?.map(Number) ?? [];
  if (number === undefined || count === undefined || number < 1 || number > count) return null;
  const edges = [
    Number.NEGATIVE_INFINITY,
    ...quantileEdges(column, numbers, count),
    Number.POSITIVE_INFINITY,
  ];
  return [edges[number - 1] as number, edges[number] as number];
}

/** NaN where a cell is no finite decimal number. */
function numberOf(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : Number.NaN;
}

function binOf(number: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (number >= (edges[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeNames(edges: readonly number[]): string[] {
  const ends = ['-inf', ...edges.map(String), 'inf'];
  return ends.slice(1).map((end, i) => `[${ends[i]},${end})`);
}

function quantileNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `q${i + 1}/${count}`);
}

/** Edges between quantiles of the rows that hold a number, by linear interpolation (type 7 of Hyndman and Fan 1996). */
function quantileEdges(column: DictionaryColumn, numbers: readonly number[], count: number): number[] {
  const rows = new Uint32Array(numbers.length);
  for (const code of column.codes) rows[code] = (rows[code] as number) + 1;
  const codes = [...numbers.keys()].filter((code) => !Number.isNaN(numbers[code]) && rows[code] !== 0);
  codes.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const ends: number[] = [];
  for (const code of codes) ends.push((ends.at(-1) ?? 0) + (rows[code] as number));
  const last = (ends.at(-1) ?? 0) - 1;
  const at = (rank: number) => numbers[codes[binOf(rank, ends)] as number] as number;
  return Array.from({ length: count - 1 }, (_, i) => {
    const rank = ((i + 1) / count) * Math.max(0, last);
    const [below, above] = [at(Math.floor(rank)), at(Math.ceil(rank))];
    return below + (above - below) * (rank - Math.floor(rank));
  });
}
