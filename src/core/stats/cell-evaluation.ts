import type { CellStatistic } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';
import type { Population } from './population.ts';

/** Weight per cell of each unit, as entries in the order of units; those of unit u start at `starts[u]`. */
interface Entries {
  unit: Uint32Array;
  cell: Uint32Array;
  weight: Float64Array;
  starts: Uint32Array;
}

/** Weights in cells, of units that weigh differently or are groups: a unit left out is taken off. */
export function ofCells(statistic: CellStatistic, population: Population, counts: Uint8Array): Evaluation {
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
