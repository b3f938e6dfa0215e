import { thresholded } from './counts.ts';
import { type FairnessName, parseFairnessName } from './fairness-name.ts';
import { columnOf } from './slices.ts';
import { resting } from './statistic.ts';
import type { Computation, DictionaryColumn, MetricIdentity, PredictionTable } from './types.ts';

/** Groups with fewer rows are left out: their rates say little, and the largest difference would be theirs. */
export const FEWEST_IN_GROUP = 30;

/**
 * Fairness of a binary table between the values of a slice column with at least 30 rows, as fairlearn defines it:
 * `demographic_parity_difference@column` and `_ratio`, of the share of rows called positive; `equalized_odds_…`, the
 * worse of that of the true and of the false positive rate. Undefined below two groups, where a group has no row to take
 * a rate of, and for a ratio of 0 to 0. `null` for other metrics, and for a column the table does not have.
 */
export function prepareFairness(
  { id, average, k, threshold }: MetricIdentity,
  table: PredictionTable,
  positive: number,
): (() => Computation) | null {
  const name = parseFairnessName(id);
  if (name === null || average !== null || k !== null || table.task !== 'binary') return null;
  const { labelCodes, predictionCodes, score } = table;
  const column = columnOf(table, name.column);
  if (!column || !labelCodes || !predictionCodes || (threshold !== null && !score)) return null;
  return () => {
    const decided = threshold !== null && score ? thresholded(score, threshold, positive) : predictionCodes;
    return fairness(name, column, labelCodes, decided, positive);
  };
}

/** Weights of a group's rows by label and prediction: actual × 2 + predicted. */
const CELLS = 4;

function fairness(
  name: FairnessName,
  { codes, values }: DictionaryColumn,
  labels: Uint32Array,
  predictions: Uint32Array,
  positive: number,
): Computation {
  const sizes = new Uint32Array(values.length);
  for (const code of codes) sizes[code] = (sizes[code] as number) + 1;
  const groups = [...sizes.keys()].filter((code) => (sizes[code] as number) >= FEWEST_IN_GROUP);
  const cells = codes.map((code, row) => {
    const actual = labels[row] === positive ? 2 : 0;
    return code * CELLS + actual + (predictions[row] === positive ? 1 : 0);
  });
  const size = values.length * CELLS;
  const value = (sums: Float64Array) => {
    if (groups.length < 2) return Number.NaN;
    return compared(
      name,
      groups.map((code) => sums.subarray(code * CELLS, (code + 1) * CELLS)),
    );
  };
  const sums = new Float64Array(size);
  const compute = (weights: Float64Array) => {
    sums.fill(0);
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row] as number;
      sums[cell] = (sums[cell] as number) + (weights[row] as number);
    }
    return value(sums);
  };
  return resting(compute, () => ({ kind: 'cells', codes: cells, size, value }));
}

/** The rates of all groups compared; of two kinds of rates the less fair counts. */
function compared({ kind, how }: FairnessName, groups: readonly Float64Array[]): number {
  const rates =
    kind === 'demographic_parity' ? [groups.map(selected)] : [groups.map(hit), groups.map(alarmed)];
  const found = rates.map((each) => {
    const [least, most] = [Math.min(...each), Math.max(...each)];
    return how === 'difference' ? most - least : least / most;
  });
  return how === 'difference' ? Math.max(...found) : Math.min(...found);
}

type Cells = Float64Array;

function selected([a = 0, b = 0, c = 0, d = 0]: Cells): number {
  return (b + d) / (a + b + c + d);
}

/** True positive rate. */
function hit([, , missed = 0, found = 0]: Cells): number {
  return found / (missed + found);
}

/** False positive rate. */
function alarmed([quiet = 0, alarms = 0]: Cells): number {
  return alarms / (quiet + alarms);
}
