import { takeRows } from '../compare/join.ts';
import { type Division, rowsByPart } from './division.ts';
import type { Asked, PartValues } from './part-values.ts';
import { prepareMetric } from './prepare.ts';
import type { PredictionTable } from './types.ts';

/** Values of any metric: each part is made a table of its own. O(rows) for a division, whatever its parts. */
export function valuesByTable(
  asked: readonly Asked[],
  table: PredictionTable,
  positiveLabel: string | null,
  divisions: readonly Division[],
): Map<Asked, PartValues> {
  const values = new Map(asked.map((each) => [each, divisions.map(({ parts }) => new Float64Array(parts))]));
  if (asked.length === 0) return values;
  divisions.forEach((division, index) => {
    let part = 0;
    for (const own of partTables(table, division)) {
      const weights = own.weight ?? new Float64Array(own.n).fill(1);
      for (const [{ identity }, found] of values) {
        const { value, state } = prepareMetric(identity, own, positiveLabel).evaluate(weights);
        (found[index] as Float64Array)[part] =
          value ?? (state === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN);
      }
      part += 1;
    }
  });
  return values;
}

function* partTables(table: PredictionTable, division: Division): Generator<PredictionTable> {
  if (division.codes === null) {
    yield table;
    return;
  }
  const { rows, starts } = rowsByPart(division, table.n);
  for (let part = 0; part < division.parts; part++)
    yield takeRows({ ...table, ids: null }, rows.subarray(starts[part], starts[part + 1]));
}
