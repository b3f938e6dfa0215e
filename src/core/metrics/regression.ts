import { prepareLargest, prepareMedian } from './order-statistics.ts';
import { resting, type SumStatistic } from './statistic.ts';
import type { Computation, PredictionTable, RowTerm } from './types.ts';

type Loss = (label: number, prediction: number) => number;

const LOSSES: ReadonlyMap<string, Loss> = new Map<string, Loss>([
  ['mean_absolute_error', absolute],
  ['mean_squared_error', squared],
  // Labels near 0 are divided by ε, as scikit-learn does: large, and still defined.
  ['mean_absolute_percentage_error', (y, p) => Math.abs(y - p) / Math.max(Math.abs(y), Number.EPSILON)],
]);

/**
 * Mean, median and largest errors, pinball loss (`mean_pinball_loss@α`, 0 < α < 1, plain: 0.5) and R² of a regression
 * table; `null` for other metrics.
 */
export function prepareRegression(id: string, table: PredictionTable): (() => Computation) | null {
  const { labelValues: labels, predictionValues: predictions } = table;
  if (!labels || !predictions) return null;
  const losses = (loss: Loss) => labels.map((label, row) => loss(label, predictions[row] as number));
  const term = regressionTerm(id, table);
  if (term) return () => mean(labels.map((_, row) => term(row)));
  if (id === 'root_mean_squared_error') {
    return () => rootMean(losses(squared));
  }
  if (id === 'median_absolute_error') return () => prepareMedian(losses(absolute));
  if (id === 'max_error') return () => prepareLargest(losses(absolute));
  return id === 'r2' ? () => determination(labels, losses(squared)) : null;
}

/** The loss of one row, for metrics that are its mean; `null` for others. */
export function regressionTerm(
  id: string,
  { labelValues: labels, predictionValues: predictions }: PredictionTable,
): RowTerm | null {
  const loss = LOSSES.get(id) ?? pinball(id);
  return loss && labels && predictions
    ? (row) => loss(labels[row] as number, predictions[row] as number)
    : null;
}

function absolute(label: number, prediction: number): number {
  return Math.abs(label - prediction);
}

function squared(label: number, prediction: number): number {
  return (label - prediction) * (label - prediction);
}

/** Too low costs α, too high 1 − α, per unit (Koenker and Bassett 1978). */
function pinball(id: string): Loss | null {
  const [name, written] = id.split('@');
  const alpha = written === undefined ? 0.5 : Number(written);
  if (name !== 'mean_pinball_loss' || !(alpha > 0 && alpha < 1)) return null;
  return (y, p) => (y >= p ? alpha * (y - p) : (1 - alpha) * (p - y));
}

/** Weighted mean of one number per row; NaN without weight. */
export function mean(values: Float64Array): Computation {
  const compute = (weights: Float64Array) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const weight = weights[row] as number;
      sum += weight * (values[row] as number);
      total += weight;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
  const value = (total: number, sums: Float64Array) => (total > 0 ? (sums[0] as number) / total : Number.NaN);
  return resting(compute, () => ({ kind: 'sums', terms: [values], value }));
}

function rootMean(squares: Float64Array): Computation {
  const meanSquare = mean(squares);
  const value = (total: number, sums: Float64Array) =>
    total > 0 ? Math.sqrt((sums[0] as number) / total) : Number.NaN;
  return resting(
    (weights) => Math.sqrt(meanSquare(weights)),
    () => ({ kind: 'sums', terms: [squares], value }),
  );
}

/** 1 − Σw(y − ŷ)² / Σw(y − ȳ)²; NaN when all labels are equal, which includes a single row. */
function determination(labels: Float64Array, squares: Float64Array): Computation {
  const centre = mean(labels);
  const compute = (weights: Float64Array) => {
    const middle = centre(weights);
    let residual = 0;
    let spread = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < labels.length; row++) {
      const weight = weights[row] as number;
      if (weight === 0) continue;
      const label = labels[row] as number;
      residual += weight * (squares[row] as number);
      spread += weight * (label - middle) * (label - middle);
      if (label < lowest) lowest = label;
      if (label > highest) highest = label;
    }
    return lowest < highest && spread > 0 ? 1 - residual / spread : Number.NaN;
  };
  return resting(compute, () => determinationOfSums(labels, squares));
}

/** Below this share of Σw y², y from the mean label of all rows, Σw(y − ȳ)² is rounding alone: all labels are equal. */
const SPREAD = 1e-12;

function determinationOfSums(labels: Float64Array, squares: Float64Array): SumStatistic {
  const middle = mean(labels)(new Float64Array(labels.length).fill(1));
  const centred = labels.map((label) => label - middle);
  const terms = [squares, centred, centred.map((distance) => distance * distance)];
  const value = (total: number, [residual, sum, square]: Float64Array) => {
    const spread = (square as number) - ((sum as number) * (sum as number)) / total;
    return spread > SPREAD * (square as number) ? 1 - (residual as number) / spread : Number.NaN;
  };
  return { kind: 'sums', terms, value };
}
