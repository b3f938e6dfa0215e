import type { Counts } from './cells.ts';
import { type Division, slotsOf } from './division.ts';
import { Sums } from './sums.ts';

/** Cells of a table of counts at most; more are not worth their memory. */
const MOST_CELLS = 2 ** 22;

/** Weight of the rows of each (label, prediction) in each part of a division. */
export interface Tally {
  classes: number;
  sums: Sums;
}

/** Adds up all rows of a division in one pass; `null` where there are too many parts and classes for one table. */
export function tally(
  labels: Uint32Array,
  predictions: ArrayLike<number>,
  classes: number,
  weights: Float64Array | null,
  division: Division,
): Tally | null {
  const cells = slotsOf([division]).count * classes * classes;
  if (cells > MOST_CELLS) return null;
  const sums = new Sums(cells);
  const { codes } = division;
  for (let row = 0; row < labels.length; row++) {
    const part = codes === null ? 0 : (codes[row] as number);
    const cell = (part * classes + (labels[row] as number)) * classes + (predictions[row] as number);
    sums.add(cell, weights === null ? 1 : (weights[row] as number));
  }
  return { classes, sums };
}

/** What metrics of counts are made from, for one part. */
export function countsOf({ classes, sums }: Tally, part: number): Counts {
  const counts: Counts = {
    actual: new Float64Array(classes),
    predicted: new Float64Array(classes),
    correct: new Float64Array(classes),
    total: 0,
    right: 0,
  };
  const { actual, predicted, correct } = counts;
  for (let label = 0; label < classes; label++) {
    for (let prediction = 0; prediction < classes; prediction++) {
      const weight = sums.at((part * classes + label) * classes + prediction);
      actual[label] = (actual[label] as number) + weight;
      predicted[prediction] = (predicted[prediction] as number) + weight;
      counts.total += weight;
    }
    correct[label] = sums.at((part * classes + label) * classes + label);
    counts.right += correct[label] as number;
  }
  return counts;
}
