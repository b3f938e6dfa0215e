import type { Slots } from './division.ts';
import { sortRows } from './order.ts';
import type { Asked, PartValues } from './part-values.ts';
import { Area, AveragePrecision, PrecisionAtRecall, RecallAtPrecision } from './ranked-metrics.ts';
import { type RankedStart, rankedValues } from './ranked-sums.ts';
import type { PredictionTable } from './types.ts';

/** Values of the metrics of one ranking of a binary table: scores are sorted once for all of them and all parts. */
export function rankedPartValues(
  asked: readonly Asked[],
  { task, score, labelCodes, weight }: PredictionTable,
  slots: Slots,
): Map<Asked, PartValues> {
  const values = new Map<Asked, PartValues>();
  if (task !== 'binary' || !score || !labelCodes) return values;
  const byPositive = new Map<number, Map<Asked, RankedStart>>();
  for (const each of asked) {
    const start = startOf(each);
    if (start === null) continue;
    byPositive.set(each.positive, (byPositive.get(each.positive) ?? new Map()).set(each, start));
  }
  if (byPositive.size === 0) return values;
  const sorted = sortRows(score);
  for (const [code, starts] of byPositive) {
    const positive = positiveRows(labelCodes, code);
    const found = rankedValues({ sorted, positive, weights: weight }, slots, [...starts.values()]);
    [...starts.keys()].forEach((each, i) => {
      values.set(each, found[i] as PartValues);
    });
  }
  return values;
}

/** 1 for the rows of a class, else 0. */
export function positiveRows(labels: Uint32Array, code: number): Uint8Array {
  const positive = new Uint8Array(labels.length);
  for (let row = 0; row < positive.length; row++) positive[row] = labels[row] === code ? 1 : 0;
  return positive;
}

function startOf({ identity: { id, average, k } }: Asked): RankedStart | null {
  if (average !== null || k !== null) return null;
  if (id === 'roc_auc') return { start: (slots) => new Area(slots), needsTotals: false };
  if (id === 'average_precision')
    return { start: (slots) => new AveragePrecision(slots), needsTotals: false };
  const [name, written] = id.split('@');
  const least = Number(written);
  if (name === 'precision_at_recall')
    return { start: (slots, totals) => new PrecisionAtRecall(slots, totals, least), needsTotals: true };
  if (name === 'recall_at_precision')
    return { start: (slots) => new RecallAtPrecision(slots, least), needsTotals: false };
  return null;
}
