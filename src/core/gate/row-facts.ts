import { positiveCode } from '../metrics/positive.ts';
import type { DictionaryColumn, MetricIdentity, PredictionTable } from '../metrics/types.ts';
import { type Areas, areasOf } from './area.ts';
import { predictedCodes, type Share, shareOf } from './share.ts';
import type { RowView } from './view.ts';

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

/** Metrics whose value on few rows lies to one side of that on many, whatever interval stands beside it. */
const BIASED: ReadonlyMap<string, string> = new Map([
  ['expected_calibration_error', 'calibration error in fixed bins is biased upwards on few rows'],
]);

/** `precision_at_recall` of `precision_at_recall@0.9`. */
function withoutParameter(id: string): string {
  return id.split('@', 1)[0] as string;
}

/** What is known of the rows behind an interval. `differing` and `rarer` count groups where groups are drawn. */
export interface RowsFacts
  extends Pick<RowView, 'groups' | 'effective' | 'plain' | 'identical' | 'note' | 'seed'> {
  n: number;
  /** Where the models differ in what the metric looks at; `null` without a baseline. */
  differing: number | null;
  /** Size of the rarer class; `null` where the metric does not split rows by class. */
  rarer: number | null;
  distinctScores: number;
  /** Training seeds on the side that has fewer; `null` where one artefact is judged. */
  seeds: number | null;
  /** `null` where seeds are drawn, or the metric is no share of rows. */
  share: Share | null;
  /** `null` where seeds are drawn, the metric is no ROC AUC of two classes, or rows do not count alike (see `plain`). */
  areas: Areas | null;
}

/** Counts what carries a verdict on one metric among the rows of a view. */
export function rowsFacts(view: RowView, identity: MetricIdentity, positiveLabel: string | null): RowsFacts {
  const { candidate, groups, effective, plain, identical, seed, distinctScores } = view;
  const notes = [view.note, BIASED.get(identity.id) ?? null].filter((text) => text !== null);
  const seeds = seedsOf(view);
  const share = seeds === null ? shareOf(view, identity, positiveLabel) : null;
  return {
    n: candidate.n,
    groups,
    effective,
    plain,
    identical,
    note: notes.length === 0 ? null : notes.join('; '),
    seed,
    distinctScores,
    seeds,
    differing: differingUnits(view, identity, positiveLabel, share),
    rarer: share ? null : rarerClass(candidate),
    share,
    areas: plain && seeds === null ? areasOf(view, identity, positiveLabel) : null,
  };
}

function seedsOf({ baseline, others }: RowView): number | null {
  const further = Math.min(
    others.candidate.length,
    baseline ? others.baseline.length : Number.POSITIVE_INFINITY,
  );
  return further === 0 ? null : further + 1;
}

/** Rows, or groups with such a row, where the models differ in what the metric looks at. */
function differingUnits(
  view: RowView,
  identity: MetricIdentity,
  positiveLabel: string | null,
  share: Share | null,
): number | null {
  const { candidate, baseline, others } = view;
  if (baseline === null) return null;
  const tables = share ? [] : [baseline, ...others.candidate, ...others.baseline];
  const differences = tables.map((table) => differenceOf(candidate, table, identity, positiveLabel));
  const differs = share
    ? (row: number) => share.changed[row] === 1
    : (row: number) => differences.some((isOther) => isOther(row));
  return unitsBy(candidate, (row) => (differs(row) ? 0 : null)).get(0) ?? 0;
}

function differenceOf(
  candidate: PredictionTable,
  baseline: PredictionTable,
  identity: MetricIdentity,
  positiveLabel: string | null,
): (row: number) => boolean {
  if (candidate.labelCodes === null || OF_SCORES.includes(withoutParameter(identity.id)))
    return (row) => outputsDiffer(candidate, baseline, row);
  const positive = positiveCode(candidate.classes ?? [], identity.positive_label ?? positiveLabel);
  const ours = predictedCodes(candidate, identity, positive);
  const theirs = predictedCodes(baseline, identity, positive);
  return (row) => ours?.[row] !== theirs?.[row];
}

/** Rows by key, or groups with such a row; rows with key `null` are left out. */
function unitsBy(
  { n, group }: PredictionTable,
  keyOf: (row: number) => number | null,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const met = new Map<number, Set<number>>();
  for (let row = 0; row < n; row += 1) {
    const key = keyOf(row);
    if (key === null || (group && !isNewGroup(met, key, group, row))) continue;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function isNewGroup(
  met: Map<number, Set<number>>,
  key: number,
  group: DictionaryColumn,
  row: number,
): boolean {
  const groups = met.get(key) ?? new Set<number>();
  met.set(key, groups);
  const before = groups.size;
  return groups.add(group.codes[row] as number).size > before;
}

/** Size of the smallest class; of two classes also 0, of more only among those that occur. `null` without classes. */
function rarerClass(table: PredictionTable): number | null {
  const { labelCodes, classes } = table;
  if (labelCodes === null) return null;
  const counts = unitsBy(table, (row) => labelCodes[row] as number);
  return counts.size < Math.min(2, classes?.length ?? 0) ? 0 : Math.min(...counts.values());
}

function outputsDiffer(a: PredictionTable, b: PredictionTable, row: number): boolean {
  if (a.predictionValues?.[row] !== b.predictionValues?.[row] || a.score?.[row] !== b.score?.[row])
    return true;
  return a.classScores?.some((column, k) => column[row] !== b.classScores?.[k]?.[row]) ?? false;
}
