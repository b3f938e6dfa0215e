import { WHOLE } from './division.ts';
import { tally } from './tally.ts';
import type { PredictionTable } from './types.ts';

/** More classes than this are no table that anyone reads. */
export const MOST_CONFUSED = 50;

/** Weight of the rows by label and prediction: `counts[label][prediction]`, both in the order of `classes`. */
export interface Confusion {
  classes: readonly string[];
  counts: readonly (readonly number[])[];
}

/**
 * Confusion matrix over all rows (`sklearn.metrics.confusion_matrix` with sample weights) of the classes that occur as
 * label or prediction. `null` for a regression and beyond 50 classes.
 */
export function confusionOf(table: PredictionTable): Confusion | null {
  const { classes, labelCodes, predictionCodes, weight } = table;
  if (!classes || !labelCodes || !predictionCodes) return null;
  const counted = tally(labelCodes, predictionCodes, classes.length, weight, WHOLE);
  if (counted === null) return null;
  const at = (label: number, prediction: number) => counted.sums.at(label * classes.length + prediction);
  const every = [...classes.keys()];
  const used = every.filter((code) => every.some((other) => at(code, other) > 0 || at(other, code) > 0));
  if (used.length === 0 || used.length > MOST_CONFUSED) return null;
  return {
    classes: used.map((code) => classes[code] as string),
    counts: used.map((label) => used.map((prediction) => at(label, prediction))),
  };
}
