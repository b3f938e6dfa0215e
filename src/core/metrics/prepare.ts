import { prepareCounts } from './counts.ts';
import { positiveCode } from './positive.ts';
import { prepareBrier, prepareLogLoss } from './probability.ts';
import { prepareAveragePrecision, prepareOneVsRest, prepareRocAuc } from './ranking.ts';
import { prepareRegression } from './regression.ts';
import type { Computation, MetricIdentity, MetricValue, PredictionTable } from './types.ts';

/** A metric bound to the rows of one model, ready to be computed many times. */
export interface PreparedMetric {
  /**
   * The value when row `i` counts `weights[i]` times (≥ 0, finite; 0 leaves the row out). Slices, sample weights and
   * resampling multiplicities are all weights. Not defined on these rows → `undefined`, never 0.
   * Uses scratch of its own: one call at a time.
   */
  evaluate(weights: Float64Array): MetricValue;
}

const BINARY_LABEL = ['precision', 'recall', 'f1'];
const BINARY_SCORE = ['roc_auc', 'average_precision', 'log_loss', 'brier'];

/** Whether the positive label is part of what the metric is, for this table. */
export function needsPositiveLabel(identity: MetricIdentity, table: PredictionTable): boolean {
  if (table.task !== 'binary') return false;
  const onLabels = BINARY_LABEL.includes(identity.id) || identity.id.startsWith('fbeta@');
  return (
    BINARY_SCORE.includes(identity.id) ||
    identity.threshold !== null ||
    (onLabels && identity.average === null)
  );
}

/**
 * Whether the rows of this table can answer a metric: its task fits and the scores it needs are there. A metric that
 * can be prepared may still be `undefined`, for instance without a positive label.
 */
export function canPrepare(identity: MetricIdentity, table: PredictionTable): boolean {
  return computationFor(identity, table, null, null) !== null;
}

/**
 * Binds a metric to a table: sorting and coding happen once, here. Positive label: the identity's, else
 * `positiveLabel`, else the label that reads as `1` or `true`; where none is found, metrics that need one are
 * `undefined`. A metric the table cannot answer (see `canPrepare`) is `missing`.
 * `within`: rows where it is 0 will never carry weight (a slice), so that ranking can leave them out.
 */
export function prepareMetric(
  identity: MetricIdentity,
  table: PredictionTable,
  positiveLabel: string | null,
  within: Float64Array | null = null,
): PreparedMetric {
  const computation = computationFor(identity, table, positiveLabel, within);
  if (computation === null) return { evaluate: () => ({ value: null, state: 'missing' }) };
  const compute = computation();
  return { evaluate: (weights) => metricValue(compute(weights)) };
}

function metricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return { value, state: 'ok' };
  return { value: null, state: Number.isNaN(value) ? 'undefined' : 'inf' };
}

function computationFor(
  identity: MetricIdentity,
  table: PredictionTable,
  positiveLabel: string | null,
  within: Float64Array | null,
): (() => Computation) | null {
  if (identity.k !== null) return null;
  if (table.task === 'regression') return prepareRegression(identity.id, table);
  const positive = positiveCode(table.classes ?? [], identity.positive_label ?? positiveLabel);
  const prepared =
    table.task === 'binary'
      ? binaryScoreMetric(identity, table, positive, within)
      : multiclassScoreMetric(identity, table);
  if (!prepared) return prepareCounts(identity, table, positive);
  return positive < 0 && needsPositiveLabel(identity, table) ? () => () => Number.NaN : prepared;
}

function binaryScoreMetric(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
  within: Float64Array | null,
): (() => Computation) | null {
  const { score, labelCodes } = table;
  if (!score || !labelCodes || identity.average !== null) return null;
  if (identity.id === 'roc_auc') return () => prepareRocAuc(score, labelCodes, positive, within);
  if (identity.id === 'average_precision')
    return () => prepareAveragePrecision(score, labelCodes, positive, within);
  if (identity.id === 'log_loss') return () => prepareLogLoss([score], labelCodes, positive);
  if (identity.id === 'brier') return () => prepareBrier([score], labelCodes, positive);
  return null;
}

function multiclassScoreMetric(identity: MetricIdentity, table: PredictionTable): (() => Computation) | null {
  const { classScores, labelCodes } = table;
  if (!classScores || !labelCodes) return null;
  if (identity.id === 'roc_auc_ovr') return prepareOneVsRest(classScores, labelCodes, identity.average);
  if (identity.average !== null) return null;
  if (identity.id === 'log_loss') return () => prepareLogLoss(classScores, labelCodes, null);
  if (identity.id === 'brier') return () => prepareBrier(classScores, labelCodes, null);
  return null;
}
