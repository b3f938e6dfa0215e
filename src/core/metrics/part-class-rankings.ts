import type { Slots } from './division.ts';
import { sortRows } from './order.ts';
import { positiveRows } from './part-rankings.ts';
import type { Asked, PartValues } from './part-values.ts';
import { Area, AveragePrecision, PositiveWeight } from './ranked-metrics.ts';
import { type RankedStart, rankedValues } from './ranked-sums.ts';
import type { PredictionTable } from './types.ts';

/** A mean over classes of a metric of one class against the rest. */
interface ClassMean {
  asked: Asked;
  start: RankedStart;
  weighted: boolean;
}

/**
 * Values of the means over classes of the area under the ROC curve (one against the rest) and of average precision:
 * each class's scores are sorted once for all of them and all parts. See `prepareOneVsRest`, `prepareClassPrecision`.
 */
export function classRankingValues(
  asked: readonly Asked[],
  { task, classScores, labelCodes, weight }: PredictionTable,
  slots: Slots,
): Map<Asked, PartValues> {
  const means = asked.flatMap(meanOf);
  if (task !== 'multiclass' || !classScores || !labelCodes || means.length === 0) return new Map();
  const weights: RankedStart = { start: () => new PositiveWeight(), needsTotals: false };
  const starts = [weights, ...means.map(({ start }) => start)];
  const byClass = classScores.map((score, code) => {
    const positive = positiveRows(labelCodes, code);
    return rankedValues({ sorted: sortRows(score), positive, weights: weight }, slots, starts);
  });
  const valueAt = (code: number, metric: number, division: number, part: number) =>
    byClass[code]?.[metric]?.[division]?.[part] as number;
  const meanAt = ({ weighted }: ClassMean, metric: number, division: number, part: number) => {
    let sum = 0;
    let total = 0;
    for (let code = 0; code < byClass.length; code++) {
      const share = weighted ? valueAt(code, 0, division, part) : 1;
      if (share === 0) continue;
      sum += share * valueAt(code, metric + 1, division, part);
      total += share;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
  return new Map(
    means.map((mean, metric) => [
      mean.asked,
      slots.divisions.map(({ parts }, division) =>
        Float64Array.from({ length: parts }, (_, part) => meanAt(mean, metric, division, part)),
      ),
    ]),
  );
}

function meanOf(asked: Asked): ClassMean[] {
  const { id, average, k } = asked.identity;
  const weighted = average === 'weighted';
  if (k !== null) return [];
  if (id === 'roc_auc_ovr' && (average === null || average === 'macro' || weighted))
    return [{ asked, start: { start: (slots) => new Area(slots), needsTotals: false }, weighted }];
  if (id === 'average_precision' && (average === 'macro' || weighted))
    return [
      { asked, start: { start: (slots) => new AveragePrecision(slots), needsTotals: false }, weighted },
    ];
  return [];
}
