import type { Computation, PredictionTable } from './types.ts';

/** Mean absolute, mean squared and root mean squared error, and R² of a regression table; `null` for other metrics. */
export function prepareRegression(id: string, table: PredictionTable): (() => Computation) | null {
  const { labelValues: labels, predictionValues: predictions } = table;
  if (!labels || !predictions) return null;
  if (id === 'mean_absolute_error') return () => mean(rowLosses(labels, predictions, Math.abs));
  const squares = () => rowLosses(labels, predictions, (error) => error * error);
  if (id === 'mean_squared_error') return () => mean(squares());
  if (id === 'root_mean_squared_error') {
    return () => {
      const meanSquare = mean(squares());
      return (weights) => Math.sqrt(meanSquare(weights));
    };
  }
  return id === 'r2' ? () => determination(labels, squares()) : null;
}

/** Weighted mean of one number per row; NaN without weight. */
export function mean(values: Float64Array): Computation {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const weight = weights[row] as number;
      sum += weight * (values[row] as number);
      total += weight;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
}

function rowLosses(
  labels: Float64Array,
  predictions: Float64Array,
  loss: (error: number) => number,
): Float64Array {
  return labels.map((label, row) => loss(label - (predictions[row] as number)));
}

/** 1 − Σw(y − ŷ)² / Σw(y − ȳ)²; NaN when all labels are equal, which includes a single row. */
function determination(labels: Float64Array, squares: Float64Array): Computation {
  const centre = mean(labels);
  return (weights) => {
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
}
