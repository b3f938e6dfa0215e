import type { Slots } from './division.ts';
import { type Asked, type PartValues, undefinedValues } from './part-values.ts';
import { BINS, brierTerm, calibrationBins, logLossTerm, topKHits } from './probability.ts';
import { regressionTerm } from './regression.ts';
import { binnedGaps, rowMeans, weightSums } from './row-means.ts';
import type { PredictionTable, RowTerm } from './types.ts';

/** Values of the metrics that are means over rows, or sums over bins of rows: one pass each for all parts. */
export function lossValues(
  asked: readonly Asked[],
  table: PredictionTable,
  slots: Slots,
): Map<Asked, PartValues> {
  const { n, weight } = table;
  const values = new Map<Asked, PartValues>();
  if (asked.length === 0) return values;
  const totals = weightSums(n, weight, slots);
  for (const each of asked) {
    const { id } = each.identity;
    const scores = scoresOf(each, table);
    if (id === 'expected_calibration_error' && scores) {
      const binned = calibrationBins(scores.columns, scores.labels, scores.positive);
      values.set(
        each,
        binned
          ? binnedGaps(binned.bins, BINS, binned.gap, weight, slots, totals)
          : undefinedValues(slots.divisions),
      );
      continue;
    }
    const term = termOf(each, table);
    if (term === null) continue;
    const means =
      term === 'undefined' ? undefinedValues(slots.divisions) : rowMeans(n, term, weight, slots, totals);
    values.set(each, id === 'root_mean_squared_error' ? means.map((part) => part.map(Math.sqrt)) : means);
  }
  return values;
}

/** The term of one row; `undefined` where scores are no probabilities, `null` where the metric is no mean. */
function termOf(asked: Asked, table: PredictionTable): RowTerm | 'undefined' | null {
  const { id, average, k } = asked.identity;
  if (average !== null) return null;
  if (table.task === 'regression')
    return regressionTerm(id === 'root_mean_squared_error' ? 'mean_squared_error' : id, table);
  const scores = scoresOf(asked, table);
  if (scores === null) return null;
  const { columns, labels, positive } = scores;
  if (id === 'top_k_accuracy' && k !== null && positive === null) {
    const hits = topKHits(columns, labels, k);
    return (row) => hits[row] as number;
  }
  if (id === 'log_loss') return logLossTerm(columns, labels, positive) ?? 'undefined';
  return id === 'brier' ? (brierTerm(columns, labels, positive) ?? 'undefined') : null;
}

function scoresOf({ identity, positive }: Asked, { task, score, classScores, labelCodes }: PredictionTable) {
  if (!labelCodes || identity.average !== null) return null;
  if (task === 'binary' && score) return { columns: [score], labels: labelCodes, positive };
  return task === 'multiclass' && classScores
    ? { columns: classScores, labels: labelCodes, positive: null }
    : null;
}
