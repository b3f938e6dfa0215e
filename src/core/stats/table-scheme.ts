import type { PreparedMetric } from '../metrics/prepare.ts';
import type { CellStatistic } from '../metrics/statistic.ts';
import { drawBinomial } from './binomial-draw.ts';
import { uniforms, type Words } from './random.ts';
import type { Scheme } from './scheme.ts';

/** How many rows lie in each pair of (candidate's cell, baseline's cell), largest first. */
interface JointTable {
  counts: Float64Array;
  /** Cell of each pair on either side. */
  ours: Uint32Array;
  theirs: Uint32Array;
}

/**
 * Rows that weigh the same and are drawn one by one, seen only through cells: a resample of n rows is a multinomial
 * draw over the pairs of cells, so its cost does not depend on n but for √n steps. The distribution is that of drawing
 * rows; the draws depend on the counts alone. `theirs` is `null` without a baseline.
 */
export function tableScheme(ours: CellStatistic, theirs: CellStatistic | null, seed: Words): Scheme {
  const table = jointTable(ours, theirs);
  const drawn = new Float64Array(table.counts.length);
  const draw = multinomial(table.counts, seed, drawn);
  const sums = { ours: new Float64Array(ours.size), theirs: new Float64Array(theirs?.size ?? 0) };
  const spread = () => {
    sums.ours.fill(0);
    sums.theirs.fill(0);
    for (let pair = 0; pair < drawn.length; pair++) {
      const count = drawn[pair] as number;
      const [a, b] = [table.ours[pair] as number, table.theirs[pair] as number];
      sums.ours[a] = (sums.ours[a] as number) + count;
      if (theirs) sums.theirs[b] = (sums.theirs[b] as number) + count;
    }
  };
  return {
    work: table.counts.length,
    whole: () => {
      drawn.set(table.counts);
      spread();
    },
    draw: (index) => {
      draw(index);
      spread();
    },
    reader: (metric) => cellReader(metric, ours, sums),
    parts: () => ({
      count: table.counts.length,
      times: table.counts,
      leave: (pair) => {
        drawn.set(table.counts);
        drawn[pair] = (drawn[pair] as number) - 1;
        spread();
      },
    }),
    seeds: () => null,
  };
}

function cellReader(
  metric: PreparedMetric,
  ours: CellStatistic,
  sums: { ours: Float64Array; theirs: Float64Array },
): () => number {
  const statistic = metric.statistic() as CellStatistic;
  const own = statistic.codes === ours.codes ? sums.ours : sums.theirs;
  return () => statistic.value(own);
}

function jointTable(ours: CellStatistic, theirs: CellStatistic | null): JointTable {
  const size = theirs?.size ?? 1;
  const counts = new Map<number, number>();
  for (let row = 0; row < ours.codes.length; row++) {
    const pair = (ours.codes[row] as number) * size + (theirs ? (theirs.codes[row] as number) : 0);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  const pairs = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return {
    counts: Float64Array.from(pairs, ([, count]) => count),
    ours: Uint32Array.from(pairs, ([pair]) => Math.floor(pair / size)),
    theirs: Uint32Array.from(pairs, ([pair]) => pair % size),
  };
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
