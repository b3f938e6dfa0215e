import { classMetric } from '../metrics/counts.ts';
import { flags } from '../metrics/flags.ts';
import { positiveCode } from '../metrics/positive.ts';
import { topKHits } from '../metrics/probability.ts';
import type { MetricIdentity, PredictionTable } from '../metrics/types.ts';
import type { RowView } from './view.ts';

/** A metric that is a share of rows: how many there are, the candidate's right ones, and who alone is right where. */
export interface Share {
  n: number;
  right: number;
  /** Rows that only the baseline has right, and rows that only the candidate has; 0 without a baseline. */
  lost: number;
  won: number;
  /** 1 for rows that only one of the two models has right. */
  changed: Uint8Array;
}

/** Which rows a metric is a share of, and in which of them a model is right: 1 or 0 for each row. */
interface Rightness {
  members: Uint8Array;
  right(table: PredictionTable): Uint8Array;
}

/**
 * The counts behind a metric that is a share of rows: accuracy (and micro averages over all classes of one label a
 * row), top-k accuracy, recall (of the class's rows), specificity (of all other rows), and precision where there is no
 * baseline (of the rows called positive). `null` for every other metric.
 */
export function shareOf(view: RowView, identity: MetricIdentity, positiveLabel: string | null): Share | null {
  const { candidate, baseline } = view;
  const found = rightnessOf(candidate, identity, positiveLabel, baseline !== null);
  if (found === null) return null;
  const [ours, theirs] = [found.right(candidate), baseline && found.right(baseline)];
  const share = { n: 0, right: 0, lost: 0, won: 0, changed: new Uint8Array(candidate.n) };
  for (let row = 0; row < candidate.n; row += 1) {
    if (found.members[row] === 0) continue;
    const won = (ours[row] as number) - (theirs?.[row] ?? (ours[row] as number));
    share.n += 1;
    share.right += ours[row] as number;
    if (won > 0) share.won += 1;
    if (won < 0) share.lost += 1;
    share.changed[row] = Math.abs(won);
  }
  return share;
}

function rightnessOf(
  table: PredictionTable,
  identity: MetricIdentity,
  positiveLabel: string | null,
  compared: boolean,
): Rightness | null {
  const { labelCodes: labels, classes, n } = table;
  if (labels === null || classes === null) return null;
  const { id, average, k } = identity;
  const positive = positiveCode(classes, identity.positive_label ?? positiveLabel);
  const everyRow = new Uint8Array(n).fill(1);
  if (countsEveryRow(identity)) return { members: everyRow, right: hits(labels, identity, positive) };
  if (average !== null) return null;
  if (id === 'top_k_accuracy' && k !== null)
    return { members: everyRow, right: ({ classScores }) => topKHits(classScores ?? [], labels, k) };
  return positive < 0 || k !== null ? null : ofOneClass(table, labels, identity, positive, compared);
}

/** Micro averages over all classes of one label a row are accuracy, but for specificity, which counts each row often. */
function countsEveryRow({ id, average, labels }: MetricIdentity): boolean {
  if (average === 'micro') return labels === null && id !== 'specificity' && classMetric(id) !== null;
  return id === 'accuracy' && average === null;
}

function ofOneClass(
  table: PredictionTable,
  labels: Uint32Array,
  identity: MetricIdentity,
  positive: number,
  compared: boolean,
): Rightness | null {
  const predicted = (side: PredictionTable) => predictedCodes(side, identity, positive) ?? NONE;
  if (identity.id === 'recall') {
    const actual = flags(labels, (label) => label === positive);
    return { members: actual, right: hits(labels, identity, positive) };
  }
  if (identity.id === 'specificity') {
    const spared = (side: PredictionTable) => flags(predicted(side), (code) => code !== positive);
    return { members: flags(labels, (label) => label !== positive), right: spared };
  }
  if (identity.id !== 'precision' || compared) return null;
  const called = flags(predicted(table), (code) => code === positive);
  return { members: called, right: hits(labels, identity, positive) };
}

const NONE = new Uint32Array();

function hits(labels: Uint32Array, identity: MetricIdentity, positive: number): Rightness['right'] {
  return (side) =>
    flags(predictedCodes(side, identity, positive) ?? NONE, (code, row) => code === labels[row]);
}

/** Predicted classes, at the metric's own operating point where it has one. */
export function predictedCodes(
  { predictionCodes, score }: PredictionTable,
  { threshold }: MetricIdentity,
  positive: number,
): Uint32Array | null {
  if (threshold === null || score === null || positive < 0) return predictionCodes;
  const codes = new Uint32Array(score.length).fill(1 - positive);
  for (let row = 0; row < score.length; row += 1)
    if ((score[row] as number) >= threshold) codes[row] = positive;
  return codes;
}
