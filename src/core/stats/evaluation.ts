import type { PreparedMetric } from '../metrics/prepare.ts';
import { LAST_OF_TIE, POSITIVE, type Ranking } from '../metrics/ranking.ts';
import type { AreaStatistic, CellStatistic, SumStatistic } from '../metrics/statistic.ts';
import { isPlain, type Population } from './population.ts';

/** A metric of a population at the units' counts of the moment. */
export interface Evaluation {
  /** NaN where the metric is not defined. */
  value(): number;
  /** All units once but for this one; `null` where that takes a pass over all rows. */
  without: ((unit: number) => number) | null;
}

/** Binds a metric to `counts`, how often each unit was drawn; `weights`: what that makes of the rows. */
export function evaluationOf(
  metric: PreparedMetric,
  population: Population,
  counts: Uint8Array,
  weights: () => Float64Array,
): Evaluation {
  const statistic = metric.statistic();
  if (statistic?.kind === 'cells') return ofCells(statistic, population, counts);
  if (statistic?.kind === 'sums') return ofSums(statistic, population, counts);
  if (statistic?.kind === 'area' && isPlain(population)) return ofArea(statistic, counts);
  return { value: () => metric.evaluate(weights()).value ?? Number.NaN, without: null };
}

function ofSums({ terms, value }: SumStatistic, population: Population, counts: Uint8Array): Evaluation {
  const unitWeights = perUnit(population, null);
  const unitTerms = terms.map((term) => perUnit(population, term));
  const sums = new Float64Array(terms.length);
  const total = unitWeights.reduce((sum, weight) => sum + weight, 0);
  const totals = unitTerms.map((term) => term.reduce((sum, one) => sum + one, 0));
  const plain = isPlain(population);
  return {
    value: () => {
      for (let i = 0; i < unitTerms.length; i++) sums[i] = dot(counts, unitTerms[i] as Float64Array);
      return value(plain ? sumOf(counts) : dot(counts, unitWeights), sums);
    },
    without: (unit) => {
      for (let i = 0; i < unitTerms.length; i++)
        sums[i] = (totals[i] as number) - (unitTerms[i]?.[unit] as number);
      return value(total - (unitWeights[unit] as number), sums);
    },
  };
}

/** Weight of each unit, times a number of its rows. */
function perUnit({ rows, weights, units, unitOf }: Population, term: Float64Array | null): Float64Array {
  const sums = new Float64Array(units);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf ? (unitOf[row] as number) : row;
    const weight = weights ? (weights[row] as number) : 1;
    sums[unit] = (sums[unit] as number) + weight * (term ? (term[row] as number) : 1);
  }
  return sums;
}

/** Σ count · value, in four sums that do not wait for each other. */
function dot(counts: Uint8Array, values: Float64Array): number {
  const whole = counts.length - (counts.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < whole; at += 4) {
    a += (counts[at] as number) * (values[at] as number);
    b += (counts[at + 1] as number) * (values[at + 1] as number);
    c += (counts[at + 2] as number) * (values[at + 2] as number);
    d += (counts[at + 3] as number) * (values[at + 3] as number);
  }
  for (let at = whole; at < counts.length; at++) a += (counts[at] as number) * (values[at] as number);
  return a + b + (c + d);
}

function sumOf(counts: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at++) sum += counts[at] as number;
  return sum;
}

/** Weight per cell of each unit, as entries in the order of units; those of unit u start at `starts[u]`. */
interface Entries {
  unit: Uint32Array;
  cell: Uint32Array;
  weight: Float64Array;
  starts: Uint32Array;
}

function ofCells(statistic: CellStatistic, population: Population, counts: Uint8Array): Evaluation {
  const { unit, cell, weight, starts } = cellEntries(statistic, population);
  const sums = new Float64Array(statistic.size);
  const add = (at: number, times: number) => {
    const place = cell[at] as number;
    sums[place] = (sums[place] as number) + times * (weight[at] as number);
  };
  const whole = new Float64Array(statistic.size);
  cell.forEach((place, at) => {
    whole[place] = (whole[place] as number) + (weight[at] as number);
  });
  return {
    value: () => {
      sums.fill(0);
      for (let at = 0; at < cell.length; at++) add(at, counts[unit[at] as number] as number);
      return statistic.value(sums);
    },
    without: (left) => {
      sums.set(whole);
      for (let at = starts[left] as number; at < (starts[left + 1] as number); at++) add(at, -1);
      return statistic.value(sums);
    },
  };
}

function cellEntries({ codes, size }: CellStatistic, population: Population): Entries {
  const { weights, units, unitOf } = population;
  const sums = new Map<number, number>();
  codes.forEach((cell, row) => {
    const key = (unitOf ? (unitOf[row] as number) : row) * size + cell;
    sums.set(key, (sums.get(key) ?? 0) + (weights ? (weights[row] as number) : 1));
  });
  const keys = Float64Array.from(sums.keys()).sort();
  const unit = Uint32Array.from(keys, (key) => Math.floor(key / size));
  const starts = new Uint32Array(units + 1);
  for (const one of unit) starts[one + 1] = (starts[one + 1] as number) + 1;
  for (let one = 0; one < units; one++)
    starts[one + 1] = (starts[one + 1] as number) + (starts[one] as number);
  return {
    unit,
    cell: Uint32Array.from(keys, (key) => key % size),
    weight: Float64Array.from(keys, (key) => sums.get(key) as number),
    starts,
  };
}

function ofArea({ ranking }: AreaStatistic, counts: Uint8Array): Evaluation {
  const { order, marks } = ranking;
  const { wins, pairs, positives, negatives } = winsOf(ranking);
  return {
    value: () => {
      let [above, below, tiedPositives, tied, won] = [0, 0, 0, 0, 0];
      for (let place = 0; place < order.length; place++) {
        const count = counts[order[place] as number] as number;
        const mark = marks[place] as number;
        tied += count;
        tiedPositives += count * (mark & POSITIVE);
        if (mark < LAST_OF_TIE) continue;
        const tiedNegatives = tied - tiedPositives;
        won += tiedNegatives * (above + tiedPositives / 2);
        above += tiedPositives;
        below += tiedNegatives;
        tied = 0;
        tiedPositives = 0;
      }
      return above > 0 && below > 0 ? won / above / below : Number.NaN;
    },
    without: (row) => {
      const isPositive = wins.positive[row] === 1;
      const [m, n] = isPositive ? [positives - 1, negatives] : [positives, negatives - 1];
      return m > 0 && n > 0 ? (pairs - (wins.count[row] as number)) / m / n : Number.NaN;
    },
  };
}

/** Pairs of a positive and a negative row that stand in order, ties counting half: of each row, and of all. */
function winsOf({ order, marks }: Ranking) {
  const positive = new Uint8Array(order.length);
  const count = new Float64Array(order.length);
  for (let place = 0; place < order.length; place++)
    positive[order[place] as number] = (marks[place] as number) & POSITIVE;
  const positives = sumOf(positive);
  const negatives = order.length - positives;
  let [above, below, pairs] = [0, 0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    let tied = 0;
    for (let last = false; !last; end++) {
      tied += (marks[end] as number) & POSITIVE;
      last = (marks[end] as number) >= LAST_OF_TIE;
    }
    const tiedNegatives = end - start - tied;
    const ofPositive = negatives - below - tiedNegatives / 2;
    const ofNegative = above + tied / 2;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      count[row] = positive[row] === 1 ? ofPositive : ofNegative;
    }
    pairs += tied * ofPositive;
    above += tied;
    below += tiedNegatives;
  }
  return { wins: { positive, count }, pairs, positives, negatives };
}
