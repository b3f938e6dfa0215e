import { classMetric } from '../metrics/counts.ts';
import { positiveCode } from '../metrics/positive.ts';
import type { DictionaryColumn, MetricIdentity, PredictionTable } from '../metrics/types.ts';
import { type Areas, areasOf } from './area.ts';
import type { RowPair } from './pair.ts';

/** Metrics that look at scores; all others of a classification look at predicted labels alone. */
const OF_SCORES: readonly string[] = [
  'roc_auc',
  'roc_auc_ovr',
  'roc_auc_ovo',
  'average_precision',
  'precision_at_recall',
  'recall_at_precision',
  'top_k_accuracy',
  'expected_calibration_error',
  'log_loss',
  'brier',
];

/** `precision_at_recall` of `precision_at_recall@0.9`. */
function withoutParameter(id: string): string {
  return id.split('@', 1)[0] as string;
}

/** A metric that is a share of rows: how many there are, the candidate's right ones, and who alone is right where. */
export interface Share {
  n: number;
  right: number;
  /** Rows that only the baseline has right, and rows that only the candidate has; 0 without a baseline. */
  lost: number;
  won: number;
}

/** What is known of the rows behind an interval. `differing` and `rarer` count groups where groups are drawn. */
export interface RowsFacts {
  /** Rows that carry weight. */
  n: number;
  /** Groups among them; `null` where rows are drawn one by one. */
  groups: number | null;
  /** Rows of equal weight that would say as much, (Σw)² / Σw² (Kish 1965). */
  effective: number;
  /** Where the models differ in what the metric looks at; `null` without a baseline. */
  differing: number | null;
  /** Size of the rarer class; `null` where the metric does not split rows by class. */
  rarer: number | null;
  distinctScores: number;
  /** `null` where the metric is no share of rows. */
  share: Share | null;
  /** `null` where the metric is no ROC AUC of two classes, or rows do not count alike (see `plain`). */
  areas: Areas | null;
  /** Rows are drawn one by one and weigh the same, so that a share of them is one of plain counts. */
  plain: boolean;
  identical: boolean;
  seed: string;
  note: string | null;
}

/** Counts what carries a verdict on one metric among the rows that have weight. */
export function rowsFacts(
  pair: RowPair,
  weights: Float64Array,
  identity: MetricIdentity,
  positiveLabel: string | null,
): RowsFacts {
  const { candidate, baseline, identical, seed, note } = pair;
  const { group } = candidate;
  const rows = Uint32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  const sight = sightOf(pair, identity, positiveLabel);
  const changed = (row: number) => (sight.differs(row) ? 'yes' : null);
  const plain = group === null && rows.every((row) => weights[row] === weights[rows[0] as number]);
  return {
    n: rows.length,
    groups: group && (unitsBy(rows, group, () => 'all').get('all') ?? 0),
    effective: effectiveRows(rows, weights),
    differing: baseline && (unitsBy(rows, group, changed).get('yes') ?? 0),
    rarer: sight.inShare ? null : rarerClass(candidate, rows),
    distinctScores: distinctScores(candidate, rows),
    share: sight.inShare && shareOf(rows, sight, sight.inShare),
    areas: plain ? areasOf(pair, rows, identity, positiveLabel) : null,
    plain,
    identical,
    seed,
    note,
  };
}

/** What a metric looks at in a row. */
interface Sight {
  /** Whether the two models differ there. */
  differs(row: number): boolean;
  candidateRight(row: number): boolean;
  baselineRight(row: number): boolean;
  /** Whether the row is one of those that the metric is a share of; `null` where it is no share. */
  inShare: ((row: number) => boolean) | null;
}

function sightOf(pair: RowPair, identity: MetricIdentity, positiveLabel: string | null): Sight {
  const { candidate, baseline } = pair;
  const positive = positiveCode(candidate.classes ?? [], identity.positive_label ?? positiveLabel);
  const [ours, theirs] = [
    predictedCodes(candidate, identity, positive),
    baseline && predictedCodes(baseline, identity, positive),
  ];
  const labels = candidate.labelCodes;
  const ofScores = labels === null || OF_SCORES.includes(withoutParameter(identity.id));
  const inShare = ofScores ? null : shareRows(identity, pair, positive, ours);
  const candidateRight = (row: number) => labels !== null && ours?.[row] === labels[row];
  const baselineRight = (row: number) => labels !== null && theirs?.[row] === labels[row];
  const differs = (row: number) => {
    if (baseline === null) return false;
    if (ofScores) return outputsDiffer(candidate, baseline, row);
    if (inShare) return inShare(row) && candidateRight(row) !== baselineRight(row);
    return ours?.[row] !== theirs?.[row];
  };
  return { differs, candidateRight, baselineRight, inShare };
}

/** Accuracy is a share of all rows, recall of the positive ones, precision (a bar on it) of those called positive. */
function shareRows(
  { id, average, labels: chosen }: MetricIdentity,
  { candidate, baseline }: RowPair,
  positive: number,
  predicted: Uint32Array | null,
): ((row: number) => boolean) | null {
  // Micro averages over all classes of one label a row are accuracy.
  if (average === 'micro' && chosen === null && classMetric(id)) return () => true;
  if (average !== null) return null;
  if (id === 'accuracy') return () => true;
  if (candidate.task !== 'binary' || positive < 0) return null;
  if (id === 'recall') return (row) => candidate.labelCodes?.[row] === positive;
  return id === 'precision' && baseline === null ? (row) => predicted?.[row] === positive : null;
}

function predictedCodes(
  { predictionCodes, score }: PredictionTable,
  { threshold }: MetricIdentity,
  positive: number,
): Uint32Array | null {
  if (threshold === null || score === null || positive < 0) return predictionCodes;
  return Uint32Array.from(score, (value) => (value >= threshold ? positive : 1 - positive));
}

function shareOf(rows: Uint32Array, sight: Sight, inShare: NonNullable<Sight['inShare']>): Share {
  const share = { n: 0, right: 0, lost: 0, won: 0 };
  for (const row of rows) {
    if (!inShare(row)) continue;
    const [ours, theirs] = [sight.candidateRight(row), sight.baselineRight(row)];
    share.n += 1;
    if (ours) share.right += 1;
    if (ours && !theirs) share.won += 1;
    if (theirs && !ours) share.lost += 1;
  }
  return share;
}

/** Rows by key, or groups with such a row; rows with key `null` are left out. */
function unitsBy<Key>(
  rows: Uint32Array,
  group: DictionaryColumn | null,
  keyOf: (row: number) => Key | null,
): Map<Key, number> {
  const counts = new Map<Key, number>();
  const met = new Map<Key, Set<number>>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const units = met.get(key) ?? new Set<number>();
    met.set(key, units);
    const unit = group?.codes[row];
    if (unit !== undefined && units.has(unit)) continue;
    if (unit !== undefined) units.add(unit);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Size of the smallest class; of two classes also 0, of more only among those that occur. `null` without classes. */
function rarerClass({ labelCodes, classes, group }: PredictionTable, rows: Uint32Array): number | null {
  if (labelCodes === null) return null;
  const counts = unitsBy(rows, group, (row) => labelCodes[row] as number);
  return counts.size < Math.min(2, classes?.length ?? 0) ? 0 : Math.min(...counts.values());
}

function effectiveRows(rows: Uint32Array, weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const row of rows) {
    const weight = weights[row] as number;
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

function distinctScores(table: PredictionTable, rows: Uint32Array): number {
  const scores = new Set<number>();
  for (const row of rows) {
    const score = scoreOf(table, row);
    if (score !== undefined) scores.add(score);
  }
  return scores.size;
}

function scoreOf({ score, predictionValues, classScores }: PredictionTable, row: number): number | undefined {
  return score?.[row] ?? predictionValues?.[row] ?? classScores?.[0]?.[row];
}

function outputsDiffer(a: PredictionTable, b: PredictionTable, row: number): boolean {
  if (a.predictionValues?.[row] !== b.predictionValues?.[row] || a.score?.[row] !== b.score?.[row])
    return true;
  return a.classScores?.some((column, k) => column[row] !== b.classScores?.[k]?.[row]) ?? false;
}
