import type { CountMetric } from './cells.ts';
import { countMetric, thresholded } from './counts.ts';
import type { Division } from './division.ts';
import type { Asked, PartValues } from './part-values.ts';
import { countsOf, type Tally, tally } from './tally.ts';
import type { PredictionTable } from './types.ts';

/** Values of the metrics of counts: one pass for all of them with the same predictions, by label or from a threshold. */
export function countValues(
  asked: readonly Asked[],
  table: PredictionTable,
  divisions: readonly Division[],
): Map<Asked, PartValues> {
  const values = new Map<Asked, PartValues>();
  for (const metrics of byPredictions(asked, table)) {
    const each = [...metrics.keys()];
    const tallies = talliesOf(each[0] as Asked, table, divisions);
    if (tallies.includes(null)) continue;
    const found = tallies.map((counted, index) =>
      partValues(divisions[index]?.parts ?? 0, [...metrics.values()], counted as Tally),
    );
    each.forEach((metric, i) => {
      values.set(
        metric,
        found.map((those) => those[i] as Float64Array),
      );
    });
  }
  return values;
}

/** Metrics of counts, those with the same predictions together. */
function byPredictions(asked: readonly Asked[], table: PredictionTable): Iterable<Map<Asked, CountMetric>> {
  const groups = new Map<string, Map<Asked, CountMetric>>();
  for (const each of asked) {
    const { identity, positive } = each;
    const metric = identity.k === null && table.classes ? countMetric(identity, table, positive) : null;
    if (metric === null) continue;
    const key = identity.threshold === null ? '' : `${identity.threshold} ${positive}`;
    groups.set(key, (groups.get(key) ?? new Map()).set(each, metric));
  }
  return groups.values();
}

function talliesOf(
  { identity: { threshold }, positive }: Asked,
  { labelCodes, predictionCodes, score, classes, weight }: PredictionTable,
  divisions: readonly Division[],
): (Tally | null)[] {
  const predictions = threshold === null ? predictionCodes : score && thresholded(score, threshold, positive);
  return divisions.map((division) =>
    labelCodes && predictions && classes
      ? tally(labelCodes, predictions, classes.length, weight, division)
      : null,
  );
}

function partValues(parts: number, metrics: readonly CountMetric[], counted: Tally): Float64Array[] {
  const values = metrics.map(() => new Float64Array(parts));
  for (let part = 0; part < parts; part++) {
    const counts = countsOf(counted, part);
    metrics.forEach((metric, i) => {
      (values[i] as Float64Array)[part] = metric(counts);
    });
  }
  return values;
}
