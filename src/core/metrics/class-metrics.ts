import type { Counts } from './cells.ts';
import { classMetric, ofClass, thresholded } from './counts.ts';
import { WHOLE } from './division.ts';
import type { RequestedMetric } from './evaluate.ts';
import { metricKey } from './names.ts';
import { positiveCode } from './positive.ts';
import { metricValue } from './prepare.ts';
import { prepareAveragePrecision } from './ranking.ts';
import { countsOf, tally } from './tally.ts';
import type { Metric, MetricIdentity, PredictionTable } from './types.ts';

/** A number for each class. */
type OfClass = (code: number) => number;

/**
 * The values that averages are made of, over all rows: each class that occurs against the rest, once for all averages
 * of one metric. `n`: rows that carry weight.
 */
export function classMetrics(
  table: PredictionTable,
  metrics: readonly RequestedMetric[],
  n: number,
): Metric[] {
  const used = usedClasses(table);
  const countsAt = countsOnce(table);
  const found = new Map<string, Metric>();
  for (const metric of metrics) {
    const compute = metric.identity.average === null ? null : perClass(table, metric, countsAt);
    if (compute === null) continue;
    const identity = { ...metric.identity, average: null };
    const name = metric.name.replace(`_${metric.identity.average}`, '');
    for (const { label, code } of used) {
      if (identity.labels !== null && !identity.labels.includes(label)) continue;
      const place = { identity, slice: null, class: label };
      const key = metricKey(place);
      if (found.has(key)) continue;
      const rest = { direction: metric.direction, n, source: 'rows' as const };
      found.set(key, { name, ...place, ...rest, ...metricValue(compute(code)) });
    }
  }
  return [...found.values()];
}

function usedClasses({
  classes,
  labelCodes,
  predictionCodes,
}: PredictionTable): { label: string; code: number }[] {
  const used = new Uint8Array(classes?.length ?? 0);
  for (const codes of [labelCodes, predictionCodes])
    if (codes) for (let row = 0; row < codes.length; row++) used[codes[row] as number] = 1;
  return (classes ?? []).flatMap((label, code) => (used[code] === 1 ? [{ label, code }] : []));
}

function perClass(
  { labelCodes, classScores, weight, n }: PredictionTable,
  { identity }: RequestedMetric,
  countsAt: (identity: MetricIdentity) => Counts | null,
): OfClass | null {
  if (identity.id === 'average_precision' && labelCodes && classScores) {
    const weights = weight ?? new Float64Array(n).fill(1);
    return (code) => prepareAveragePrecision(classScores[code] as Float64Array, labelCodes, code)(weights);
  }
  const metric = classMetric(identity.id);
  const counts = metric && countsAt(identity);
  return metric && counts && ((code) => ofClass(metric, counts, code));
}

/** Counts of a table by the threshold they are judged at, each made once. */
function countsOnce(table: PredictionTable): (identity: MetricIdentity) => Counts | null {
  const made = new Map<number | null, Counts | null>();
  return (identity) => {
    const { threshold } = identity;
    const known = made.get(threshold);
    if (known !== undefined) return known;
    const counts = classCounts(table, identity);
    made.set(threshold, counts);
    return counts;
  };
}

function classCounts(
  { classes, labelCodes, predictionCodes, score, weight }: PredictionTable,
  { threshold, positive_label }: MetricIdentity,
): Counts | null {
  if (!classes || !labelCodes || !predictionCodes) return null;
  const positive = positiveCode(classes, positive_label);
  const atThreshold = () => (score && positive >= 0 ? thresholded(score, threshold ?? 0, positive) : null);
  const predictions = threshold === null ? predictionCodes : atThreshold();
  const counted = predictions && tally(labelCodes, predictions, classes.length, weight, WHOLE);
  return counted && countsOf(counted, 0);
}
