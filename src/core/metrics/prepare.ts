import { prepareCounts } from './counts.ts';
import { prepareFairness } from './fairness.ts';
import { parseFairnessName } from './fairness-name.ts';
import { prepareClassPrecision, prepareOneVsRest } from './multiclass-ranking.ts';
import { prepareOneVsOne } from './one-vs-one.ts';
import { preparePrecisionAtRecall, prepareRecallAtPrecision } from './operating-point.ts';
import { positiveCode } from './positive.ts';
import { prepareBrier, prepareCalibrationError, prepareLogLoss, prepareTopK } from './probability.ts';
import { isQueryMetric, prepareQueries } from './queries.ts';
import { prepareAveragePrecision, prepareRocAuc } from './ranking.ts';
import { prepareRegression } from './regression.ts';
import type { Statistic } from './statistic.ts';
import type { Computation, MetricIdentity, MetricValue, PredictionTable } from './types.ts';

/** A metric bound to the rows of one model, ready to be computed many times. */
export interface PreparedMetric {
  /**
   * The value when row `i` counts `weights[i]` times (≥ 0, finite; 0 leaves the row out). Slices, sample weights and
   * resampling multiplicities are all weights. Not defined on these rows → `undefined`, never 0.
   * Uses scratch of its own: one call at a time.
   */
  evaluate(weights: Float64Array): MetricValue;
  /** What resampling may rest on instead; `null` where it has to evaluate. */
  statistic(): Statistic | null;
}

const PROBABILITY = new Map([
  ['log_loss', prepareLogLoss],
  ['brier', prepareBrier],
  ['expected_calibration_error', prepareCalibrationError],
]);
/** Metrics with a least recall or precision in (0, 1] after the `@`. */
const OPERATING_POINT = new Map([
  ['precision_at_recall', preparePrecisionAtRecall],
  ['recall_at_precision', prepareRecallAtPrecision],
]);
const CLASS_RANKING = new Map([
  ['roc_auc_ovr', prepareOneVsRest],
  ['roc_auc_ovo', prepareOneVsOne],
  ['average_precision', prepareClassPrecision],
]);
const BINARY_LABEL = ['precision', 'recall', 'f1', 'fbeta', 'specificity'];
const BINARY_SCORE = ['roc_auc', 'average_precision', ...PROBABILITY.keys(), ...OPERATING_POINT.keys()];

/** Whether the positive label is part of what the metric is, for this table. */
export function needsPositiveLabel(identity: MetricIdentity, table: PredictionTable): boolean {
  if (table.task !== 'binary') return false;
  const name = identity.id.replace(/@.*$/, '');
  const onLabels = BINARY_LABEL.includes(name) && identity.average === null;
  const grouped = isQueryMetric(identity) || parseFairnessName(identity.id) !== null;
  return onLabels || grouped || BINARY_SCORE.includes(name) || identity.threshold !== null;
}

/**
 * Whether the rows of this table can answer a metric: its task fits and the scores it needs are there. A metric that
 * can be computed may still be `undefined`, for instance without a positive label.
 */
export function canCompute(identity: MetricIdentity, table: PredictionTable): boolean {
  return computationFor(identity, table, null, null) !== null;
}

/**
 * Whether a rule on a metric can rest on rows drawn from this table. The largest error cannot, though it is computed:
 * most draws hold the very same row, and the others say nothing of errors not yet met.
 */
export function canPrepare(identity: MetricIdentity, table: PredictionTable): boolean {
  return identity.id !== 'max_error' && canCompute(identity, table);
}

/**
 * Binds a metric to a table: sorting and coding happen once, here. Positive label: the identity's, else
 * `positiveLabel`, else the label that reads as `1` or `true`; where none is found, metrics that need one are
 * `undefined`. A metric the table cannot answer (see `canCompute`) is `missing`.
 * `within`: rows where it is 0 will never carry weight (a slice), so that ranking can leave them out.
 */
export function prepareMetric(
  identity: MetricIdentity,
  table: PredictionTable,
  positiveLabel: string | null,
  within: Float64Array | null = null,
): PreparedMetric {
  const computation = computationFor(identity, table, positiveLabel, within);
  if (computation === null)
    return { evaluate: () => ({ value: null, state: 'missing' }), statistic: () => null };
  const compute = computation();
  let known: Statistic | null | undefined;
  return {
    evaluate: (weights) => metricValue(compute(weights)),
    statistic: () => {
      known ??= compute.statistic?.() ?? null;
      return known;
    },
  };
}

/** A number as a value with its state: NaN is undefined. */
export function metricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return { value, state: 'ok' };
  return { value: null, state: Number.isNaN(value) ? 'undefined' : 'inf' };
}

function computationFor(
  identity: MetricIdentity,
  table: PredictionTable,
  positiveLabel: string | null,
  within: Float64Array | null,
): (() => Computation) | null {
  const positive = positiveCode(table.classes ?? [], identity.positive_label ?? positiveLabel);
  const grouped = prepareQueries(identity, table, positive) ?? prepareFairness(identity, table, positive);
  if (table.task === 'regression')
    return grouped ?? (identity.k === null ? prepareRegression(identity.id, table) : null);
  const prepared =
    grouped ??
    (table.task === 'binary'
      ? binaryScoreMetric(identity, table, positive, within)
      : multiclassScoreMetric(identity, table));
  if (!prepared) return identity.k === null ? prepareCounts(identity, table, positive) : null;
  return positive < 0 && needsPositiveLabel(identity, table) ? () => () => Number.NaN : prepared;
}

function binaryScoreMetric(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
  within: Float64Array | null,
): (() => Computation) | null {
  const { score, labelCodes } = table;
  if (!score || !labelCodes || identity.average !== null || identity.k !== null) return null;
  const { id } = identity;
  if (id === 'roc_auc') return () => prepareRocAuc(score, labelCodes, positive, within);
  if (id === 'average_precision') return () => prepareAveragePrecision(score, labelCodes, positive, within);
  const loss = PROBABILITY.get(id);
  if (loss) return () => loss([score], labelCodes, positive);
  const [name = id, written] = id.split('@');
  const point = OPERATING_POINT.get(name);
  const least = Number(written);
  return point && least > 0 && least <= 1 ? () => point(score, labelCodes, positive, least, within) : null;
}

function multiclassScoreMetric(identity: MetricIdentity, table: PredictionTable): (() => Computation) | null {
  const { classScores, labelCodes } = table;
  if (!classScores || !labelCodes) return null;
  const { id, average, k } = identity;
  if (k !== null) {
    const asked = id === 'top_k_accuracy' && average === null;
    return asked ? () => prepareTopK(classScores, labelCodes, k) : null;
  }
  const ranking = CLASS_RANKING.get(id);
  if (ranking) return ranking(classScores, labelCodes, average);
  const loss = average === null ? PROBABILITY.get(id) : undefined;
  return loss ? () => loss(classScores, labelCodes, null) : null;
}
