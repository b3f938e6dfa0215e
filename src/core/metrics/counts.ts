import type { Computation } from './prepare.ts';
import type { MetricIdentity, PredictionTable } from './types.ts';

/** Weighted counts of a classification: per class rows labelled so, predicted so, and both; and all rows. */
interface Counts {
  actual: Float64Array;
  predicted: Float64Array;
  correct: Float64Array;
  total: number;
  right: number;
}

type CountMetric = (counts: Counts) => number;
type ClassMetric = (correct: number, actual: number, predicted: number) => number;

/**
 * Metrics that depend on the (label, prediction) pairs alone: accuracy, balanced accuracy, Matthews' correlation and
 * the precision / recall / F family, binary at `positive` or averaged over classes. `null` for other metrics.
 */
export function prepareCounts(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
): (() => Computation) | null {
  const { classes, labelCodes: labels } = table;
  const metric = countMetric(identity, table, positive);
  if (!classes || !labels || !metric) return null;
  const predictions =
    identity.threshold === null ? table.predictionCodes : thresholded(table, identity.threshold, positive);
  return predictions && (() => countCells(labels, predictions, classes.length, metric));
}

/** Metric of one class from its counts, by id: `precision`, `recall`, `f1`, `fbeta@β`. NaN where it is 0 / 0. */
export function classMetric(id: string): ClassMetric | null {
  if (id === 'precision') return (correct, _actual, predicted) => ratio(correct, predicted);
  if (id === 'recall') return (correct, actual) => ratio(correct, actual);
  const beta = id === 'f1' ? 1 : id.startsWith('fbeta@') ? Number(id.slice(6)) : Number.NaN;
  if (!(beta > 0)) return null;
  const square = beta * beta;
  return (correct, actual, predicted) => ratio((1 + square) * correct, square * actual + predicted);
}

function countMetric(identity: MetricIdentity, table: PredictionTable, positive: number): CountMetric | null {
  const { id, average } = identity;
  const perClass = classMetric(id);
  if (perClass) return familyMetric(perClass, identity, table, positive);
  if (average !== null) return null;
  if (id === 'accuracy') return ({ right, total }) => ratio(right, total);
  if (id === 'balanced_accuracy') return balancedAccuracy;
  return id === 'matthews_corrcoef' ? matthews : null;
}

function familyMetric(
  metric: ClassMetric,
  { average, labels }: MetricIdentity,
  table: PredictionTable,
  positive: number,
): CountMetric | null {
  if (average === null || average === 'binary') {
    if (table.task !== 'binary') return null;
    if (positive < 0) return () => Number.NaN;
    return (c) =>
      metric(c.correct[positive] as number, c.actual[positive] as number, c.predicted[positive] as number);
  }
  const classes = table.classes ?? [];
  const chosen = Uint8Array.from(classes, (label) => (labels === null || labels.includes(label) ? 1 : 0));
  if (labels?.some((label) => !classes.includes(label))) return () => Number.NaN;
  if (average === 'micro') return (counts) => microAverage(metric, counts, chosen);
  if (average === 'weighted') return (counts) => classAverage(metric, counts, chosen, true);
  return average === 'macro' ? (counts) => classAverage(metric, counts, chosen, false) : null;
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
    sum += share * metric(counts.correct[code] as number, actual, predicted);
    total += share;
  }
  return ratio(sum, total);
}

function microAverage(metric: ClassMetric, counts: Counts, chosen: Uint8Array): number {
  let correct = 0;
  let actual = 0;
  let predicted = 0;
  for (let code = 0; code < chosen.length; code++) {
    if (chosen[code] === 0) continue;
    correct += counts.correct[code] as number;
    actual += counts.actual[code] as number;
    predicted += counts.predicted[code] as number;
  }
  return metric(correct, actual, predicted);
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

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : Number.NaN;
}

/** Predictions at an operating point of a two-class table: positive from `threshold` on. */
function thresholded(table: PredictionTable, threshold: number, positive: number): Uint32Array | null {
  if (table.task !== 'binary' || !table.score || table.classes?.length !== 2) return null;
  return Uint32Array.from(table.score, (score) => (score >= threshold === (positive !== 0) ? 1 : 0));
}

/** Rows coded once by the (label, prediction) pairs that occur, so that a computation is one addition per row. */
function countCells(
  labels: Uint32Array,
  predictions: Uint32Array,
  classCount: number,
  metric: CountMetric,
): Computation {
  const { cells, cellLabels, cellPredictions } = cellsOf(labels, predictions, classCount);
  const sums = new Float64Array(cellLabels.length);
  const counts: Counts = {
    actual: new Float64Array(classCount),
    predicted: new Float64Array(classCount),
    correct: new Float64Array(classCount),
    total: 0,
    right: 0,
  };
  return (weights) => {
    sums.fill(0);
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row] as number;
      sums[cell] = (sums[cell] as number) + (weights[row] as number);
    }
    collect(sums, cellLabels, cellPredictions, counts);
    return metric(counts);
  };
}

function cellsOf(labels: Uint32Array, predictions: Uint32Array, classCount: number) {
  const known = new Map<number, number>();
  const cellLabels: number[] = [];
  const cellPredictions: number[] = [];
  const cells = new Uint32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const prediction = predictions[row] as number;
    const pair = label * classCount + prediction;
    let cell = known.get(pair);
    if (cell === undefined) {
      cell = cellLabels.push(label) - 1;
      cellPredictions.push(prediction);
      known.set(pair, cell);
    }
    cells[row] = cell;
  }
  return { cells, cellLabels, cellPredictions };
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
