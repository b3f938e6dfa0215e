import { type CountMetric, type Counts, countCells } from './cells.ts';
import type { Computation, MetricIdentity, PredictionTable } from './types.ts';

/** `rest`: weight of the rows with other labels. */
type ClassMetric = (correct: number, actual: number, predicted: number, rest: number) => number;

/**
 * Metrics that depend on the (label, prediction) pairs alone: accuracy, balanced accuracy, Matthews' correlation, Cohen's
 * kappa, specificity and the precision / recall / F family, binary at `positive` or averaged over classes. `null` for
 * other metrics.
 */
export function prepareCounts(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
): (() => Computation) | null {
  const { classes, labelCodes: labels } = table;
  const metric = countMetric(identity, table, positive);
  if (!classes || !labels || !metric) return null;
  const { threshold } = identity;
  if (threshold === null) {
    const predictions = table.predictionCodes;
    return predictions && (() => countCells(labels, predictions, classes.length, metric));
  }
  const { score } = table;
  if (table.task !== 'binary' || !score || classes.length !== 2) return null;
  if (positive < 0) return () => () => Number.NaN;
  return () => countCells(labels, thresholded(score, threshold, positive), 2, metric);
}

/**
 * Metric of one class from its counts, by id: `precision`, `recall`, `specificity`, `f1`, `fbeta@β`. NaN where it is
 * 0 / 0.
 */
export function classMetric(id: string): ClassMetric | null {
  if (id === 'precision') return (correct, _actual, predicted) => ratio(correct, predicted);
  if (id === 'recall') return (correct, actual) => ratio(correct, actual);
  if (id === 'specificity')
    return (correct, _actual, predicted, rest) => ratio(rest - (predicted - correct), rest);
  const beta = id === 'f1' ? 1 : id.startsWith('fbeta@') ? Number(id.slice(6)) : Number.NaN;
  if (!(beta > 0)) return null;
  const square = beta * beta;
  return (correct, actual, predicted) => ratio((1 + square) * correct, square * actual + predicted);
}

/** How a metric is made from counts; `null` for other metrics. */
export function countMetric(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
): CountMetric | null {
  const { id, average } = identity;
  if (id === 'specificity' && average === null) return table.task === 'binary' ? specificity(positive) : null;
  const perClass = classMetric(id);
  if (perClass) return familyMetric(perClass, identity, table, positive);
  if (average !== null) return null;
  if (id === 'accuracy') return ({ right, total }) => ratio(right, total);
  if (id === 'balanced_accuracy') return balancedAccuracy;
  if (id === 'cohen_kappa') return kappa;
  return id === 'matthews_corrcoef' ? matthews : null;
}

function familyMetric(
  metric: ClassMetric,
  { average, labels }: MetricIdentity,
  table: PredictionTable,
  positive: number,
): CountMetric | null {
  if (average === null) {
    if (table.task !== 'binary') return null;
    if (positive < 0) return () => Number.NaN;
    return (counts) => ofClass(metric, counts, positive);
  }
  const classes = table.classes ?? [];
  const chosen = Uint8Array.from(classes, (label) => (labels === null || labels.includes(label) ? 1 : 0));
  if (labels?.some((label) => !classes.includes(label))) return () => Number.NaN;
  if (average === 'micro') return (counts) => microAverage(metric, counts, chosen);
  if (average === 'weighted') return (counts) => classAverage(metric, counts, chosen, true);
  return average === 'macro' ? (counts) => classAverage(metric, counts, chosen, false) : null;
}

/** A metric of one class from the counts of all. */
export function ofClass(
  metric: ClassMetric,
  { actual, predicted, correct, total }: Counts,
  code: number,
): number {
  const own = actual[code] as number;
  return metric(correct[code] as number, own, predicted[code] as number, total - own);
}

/** Mean over the classes that occur as label or prediction, plain or by label weight; NaN when one that counts is NaN. */
function classAverage(metric: ClassMetric, counts: Counts, chosen: Uint8Array, byActual: boolean): number {
  let sum = 0;
  let total = 0;
  for (let code = 0; code < chosen.length; code++) {
    const actual = counts.actual[code] as number;
    const predicted = counts.predicted[code] as number;
    const share = byActual ? actual : actual + predicted > 0 ? 1 : 0;
    if (chosen[code] === 0 || share === 0) continue;
    sum += share * ofClass(metric, counts, code);
    total += share;
  }
  return ratio(sum, total);
}

/** The metric of all classes that occur as label or prediction taken together. */
function microAverage(metric: ClassMetric, counts: Counts, chosen: Uint8Array): number {
  let correct = 0;
  let actual = 0;
  let predicted = 0;
  let rest = 0;
  for (let code = 0; code < chosen.length; code++) {
    if (chosen[code] === 0 || (counts.actual[code] as number) + (counts.predicted[code] as number) === 0)
      continue;
    correct += counts.correct[code] as number;
    actual += counts.actual[code] as number;
    predicted += counts.predicted[code] as number;
    rest += counts.total - (counts.actual[code] as number);
  }
  return metric(correct, actual, predicted, rest);
}

/** Mean recall of the classes that have labelled rows. */
function balancedAccuracy({ actual, correct }: Counts): number {
  let sum = 0;
  let present = 0;
  for (let code = 0; code < actual.length; code++) {
    if (actual[code] === 0) continue;
    sum += (correct[code] as number) / (actual[code] as number);
    present += 1;
  }
  return ratio(sum, present);
}

/** Correlation of labels and predictions (Matthews 1975; several classes: Gorodkin 2004); NaN when either is constant. */
function matthews({ actual, predicted, total, right }: Counts): number {
  let both = 0;
  let predictedSquares = 0;
  let actualSquares = 0;
  for (let code = 0; code < actual.length; code++) {
    const a = actual[code] as number;
    const p = predicted[code] as number;
    both += a * p;
    predictedSquares += p * p;
    actualSquares += a * a;
  }
  const spread = (total * total - predictedSquares) * (total * total - actualSquares);
  return spread > 0 ? (right * total - both) / Math.sqrt(spread) : Number.NaN;
}

/** 1 − observed / chance disagreement of labels and predictions (Cohen 1960); NaN when both are the same constant. */
function kappa({ actual, predicted, total, right }: Counts): number {
  let chance = 0;
  for (let code = 0; code < actual.length; code++)
    chance += (actual[code] as number) * (total - (predicted[code] as number));
  return chance > 0 ? 1 - ((total - right) * total) / chance : Number.NaN;
}

/** Share of the negative rows that are called negative; NaN without any, or without a positive label. */
function specificity(positive: number): CountMetric {
  return ({ actual, correct }) =>
    positive < 0 ? Number.NaN : ratio(correct[1 - positive] ?? 0, actual[1 - positive] ?? 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : Number.NaN;
}

/** Predictions at an operating point of two classes: positive from `threshold` on. */
export function thresholded(score: Float64Array, threshold: number, positive: number): Uint32Array {
  const codes = new Uint32Array(score.length);
  for (let row = 0; row < codes.length; row++)
    codes[row] = (score[row] as number) >= threshold ? positive : 1 - positive;
  return codes;
}
