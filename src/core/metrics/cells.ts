import { resting } from './statistic.ts';
import type { Computation } from './types.ts';

/** Weighted counts of a classification: per class rows labelled so, predicted so, and both; and all rows. */
export interface Counts {
  actual: Float64Array;
  predicted: Float64Array;
  correct: Float64Array;
  total: number;
  right: number;
}

/** A metric of the counts; NaN where it is not defined. */
export type CountMetric = (counts: Counts) => number;
/** Rows coded once by the (label, prediction) pairs that occur, so that a computation is one addition per row. */
export function countCells(
  labels: Uint32Array,
  predictions: Uint32Array,
  classCount: number,
  metric: CountMetric,
): Computation {
  const { codes, cellLabels, cellPredictions } = cellsOf(labels, predictions, classCount);
  const size = cellLabels.length;
  const sums = new Float64Array(size);
  const counts: Counts = {
    actual: new Float64Array(classCount),
    predicted: new Float64Array(classCount),
    correct: new Float64Array(classCount),
    total: 0,
    right: 0,
  };
  const value = (weightOf: Float64Array) => {
    collect(weightOf, cellLabels, cellPredictions, counts);
    return metric(counts);
  };
  const compute = (weights: Float64Array) => {
    sums.fill(0);
    for (let row = 0; row < codes.length; row++) {
      const cell = codes[row] as number;
      sums[cell] = (sums[cell] as number) + (weights[row] as number);
    }
    return value(sums);
  };
  return resting(compute, () => ({ kind: 'cells', codes, size, value }));
}

interface Cells {
  labels: Uint32Array;
  codes: Uint32Array;
  cellLabels: number[];
  cellPredictions: number[];
}

/** By predictions, so that all metrics of the same rows share the codes, and with them resamples. */
const known = new WeakMap<Uint32Array, Cells>();

function cellsOf(labels: Uint32Array, predictions: Uint32Array, classCount: number): Cells {
  const found = known.get(predictions);
  if (found?.labels === labels) return found;
  const cells = codeCells(labels, predictions, classCount);
  known.set(predictions, cells);
  return cells;
}

function codeCells(labels: Uint32Array, predictions: Uint32Array, classCount: number): Cells {
  const numbers = new Map<number, number>();
  const cellLabels: number[] = [];
  const cellPredictions: number[] = [];
  const codes = new Uint32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const prediction = predictions[row] as number;
    const pair = label * classCount + prediction;
    let cell = numbers.get(pair);
    if (cell === undefined) {
      cell = cellLabels.push(label) - 1;
      cellPredictions.push(prediction);
      numbers.set(pair, cell);
    }
    codes[row] = cell;
  }
  return { labels, codes, cellLabels, cellPredictions };
}

function collect(sums: Float64Array, cellLabels: number[], cellPredictions: number[], counts: Counts): void {
  const { actual, predicted, correct } = counts;
  actual.fill(0);
  predicted.fill(0);
  correct.fill(0);
  counts.total = 0;
  counts.right = 0;
  for (let cell = 0; cell < sums.length; cell++) {
    const sum = sums[cell] as number;
    const label = cellLabels[cell] as number;
    const prediction = cellPredictions[cell] as number;
    actual[label] = (actual[label] as number) + sum;
    predicted[prediction] = (predicted[prediction] as number) + sum;
    counts.total += sum;
    if (label !== prediction) continue;
    correct[label] = (correct[label] as number) + sum;
    counts.right += sum;
  }
}
