import type { PreparedMetric } from '../metrics/prepare.ts';
import type { CellStatistic } from '../metrics/statistic.ts';
import { drawBinomial } from './binomial-draw.ts';
import type { Evaluation } from './evaluation.ts';
import { uniforms, type Words } from './random.ts';
import type { Scheme } from './scheme.ts';
import { ofSeeds, seedDraws, seedParts } from './seed-mean.ts';

/** How many rows have each combination of cells in some columns, largest first. */
interface JointTable {
  counts: Float64Array;
  /** Cell of each combination, by column. */
  cells: Uint32Array[];
}

/**
 * Rows that weigh the same and are drawn one by one, seen only through cells: a resample of n rows is a multinomial
 * draw over the combinations of cells, so its cost does not depend on n but for √n steps. The distribution is that of
 * drawing rows; the draws depend on the counts alone. `columns`: the cells that all metrics look at, of both models, or
 * of those of every training seed.
 */
export function tableScheme(columns: readonly CellStatistic[], seed: Words): Scheme {
  const table = jointTable(columns);
  const drawn = new Float64Array(table.counts.length);
  const draw = multinomial(table.counts, seed, drawn);
  const trained = seedDraws(seed);
  const sums = columns.map(({ size }) => new Float64Array(size));
  const spread = () => {
    for (let column = 0; column < sums.length; column++)
      addUp(drawn, table.cells[column] as Uint32Array, sums[column] as Float64Array);
  };
  const evaluation = (metric: PreparedMetric): Evaluation => {
    const statistic = metric.statistic();
    if (statistic?.kind === 'seeds')
      return ofSeeds(statistic.seeds.map(evaluation), trained.counts(statistic));
    const { codes, value } = statistic as CellStatistic;
    const own = sums[columns.findIndex((column) => column.codes === codes)] as Float64Array;
    return { value: () => value(own), without: null };
  };
  return {
    work: table.counts.length,
    whole: () => {
      drawn.set(table.counts);
      trained.whole();
      spread();
    },
    draw: (index) => {
      draw(index);
      trained.draw(index);
      spread();
    },
    reader: (metric) => evaluation(metric).value,
    parts: () => ({
      count: table.counts.length,
      times: table.counts,
      leave: (pair) => {
        drawn.set(table.counts);
        drawn[pair] = (drawn[pair] as number) - 1;
        spread();
      },
    }),
    seeds: (metric) => seedParts(metric, trained),
  };
}

function addUp(counts: Float64Array, cells: Uint32Array, sums: Float64Array): void {
  sums.fill(0);
  for (let at = 0; at < counts.length; at++) {
    const cell = cells[at] as number;
    sums[cell] = (sums[cell] as number) + (counts[at] as number);
  }
}

function jointTable(columns: readonly CellStatistic[]): JointTable {
  const { codes, count } = combinations(columns);
  const counts = new Float64Array(count);
  const example = new Uint32Array(count);
  codes.forEach((code, row) => {
    counts[code] = (counts[code] as number) + 1;
    example[code] = row;
  });
  const cellOf = (column: CellStatistic, code: number) => column.codes[example[code] as number] as number;
  const byCells = (a: number, b: number) =>
    columns.reduce((order, column) => order || cellOf(column, a) - cellOf(column, b), 0);
  const order = Array.from(counts.keys()).sort(
    (a, b) => (counts[b] as number) - (counts[a] as number) || byCells(a, b),
  );
  return {
    counts: Float64Array.from(order, (code) => counts[code] as number),
    cells: columns.map((column) => Uint32Array.from(order, (code) => cellOf(column, code))),
  };
}

/** Numbers each row's combination of cells as they first come. */
export function combinations(columns: readonly CellStatistic[]): { codes: Uint32Array; count: number } {
  let found = { codes: new Uint32Array(columns[0]?.codes.length ?? 0), count: 1 };
  for (const { codes, size } of columns) {
    const numbers = new Map<number, number>();
    const joined = found.codes.map((code, row) => {
      const key = code * size + (codes[row] as number);
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
    found = { codes: joined, count: numbers.size };
  }
  return found;
}

/**
 * A function that leaves in `drawn` a multinomial resample of as many as `counts` hold, each cell's chance its share:
 * one binomial number after the other (L. Devroye, Non-uniform random variate generation, 1986, XI.1.4).
 */
export function multinomial(counts: Float64Array, seed: Words, drawn: Float64Array): (index: number) => void {
  const random = uniforms(seed);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return (index) => {
    random.start(index);
    let [left, open] = [all, all];
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] as number;
      const others = open - count;
      const here =
        others === 0 || left === 0 ? left : drawBinomial(left, count / open, others / open, random.next());
      drawn[cell] = here;
      left -= here;
      open = others;
    }
  };
}
