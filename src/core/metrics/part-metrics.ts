import { type Division, slotsOf } from './division.ts';
import { classRankingValues } from './part-class-rankings.ts';
import { countValues } from './part-counts.ts';
import { lossValues } from './part-losses.ts';
import { rankedPartValues } from './part-rankings.ts';
import { valuesByTable } from './part-tables.ts';
import { type Asked, type PartValues, undefinedValues } from './part-values.ts';
import { positiveCode } from './positive.ts';
import { needsPositiveLabel } from './prepare.ts';
import type { MetricIdentity, PredictionTable } from './types.ts';

/**
 * Metrics that the table can answer (`canCompute`), for each part of each division: `values[metric][division][part]`.
 * What many metrics need is done once for all of them and all parts: counting, sorting scores, going over the rows.
 * The other metrics are computed part by part, on the rows of the part alone. Equal to `prepareMetric` on the weights
 * of a part.
 */
export function partMetrics(
  identities: readonly MetricIdentity[],
  table: PredictionTable,
  positiveLabel: string | null,
  divisions: readonly Division[],
): PartValues[] {
  const asked = identities.map((identity): Asked => {
    const positive = positiveCode(table.classes ?? [], identity.positive_label ?? positiveLabel);
    return { identity, positive };
  });
  const values = new Map<Asked, PartValues>();
  const open = () => asked.filter((each) => !values.has(each));
  const add = (found: ReadonlyMap<Asked, PartValues>) => {
    for (const [each, those] of found) values.set(each, those);
  };
  for (const each of asked)
    if (each.positive < 0 && needsPositiveLabel(each.identity, table))
      values.set(each, undefinedValues(divisions));
  const slots = slotsOf(divisions);
  add(countValues(open(), table, divisions));
  add(rankedPartValues(open(), table, slots));
  add(classRankingValues(open(), table, slots));
  add(lossValues(open(), table, slots));
  add(valuesByTable(open(), table, positiveLabel, divisions));
  return asked.map((each) => values.get(each) ?? undefinedValues(divisions));
}
