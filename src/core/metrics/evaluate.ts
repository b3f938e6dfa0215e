import type { MetricDeclaration } from '../gate/types.ts';
import { classMetrics } from './class-metrics.ts';
import { type Division, WHOLE } from './division.ts';
import { directionOf, metricKey, type ParsedMetricName, parseMetricName } from './names.ts';
import { partMetrics } from './part-metrics.ts';
import { positiveCode } from './positive.ts';
import { canCompute, metricValue, needsPositiveLabel } from './prepare.ts';
import type { SliceDeclaration } from './slice-declaration.ts';
import { slicing } from './slicing.ts';
import type { Metric, MetricIdentity, PredictionTable } from './types.ts';

export interface EvaluateRequest {
  /** Metrics to compute, as users write them; those the table cannot answer are left out. Default: `defaultMetricNames`. */
  names?: readonly string[];
  positiveLabel: string | null;
  slices: readonly SliceDeclaration[];
  /** Slices with fewer rows are left out. */
  minSliceRows: number;
  /** Directions and identities declared by the user, by metric name. */
  declarations?: Readonly<Record<string, MetricDeclaration>>;
}

/** What a table of this task is measured by when nobody says otherwise; score metrics only where there are scores. */
export function defaultMetricNames(table: PredictionTable): string[] {
  if (table.task === 'regression') return ['mean_absolute_error', 'root_mean_squared_error', 'r2'];
  if (table.task === 'binary') {
    return [
      'accuracy',
      'precision',
      'recall',
      'f1',
      ...(table.score ? ['roc_auc', 'log_loss', 'brier'] : []),
    ];
  }
  const scored = table.classScores ? ['log_loss', 'roc_auc_ovr'] : [];
  return ['accuracy', 'precision_macro', 'recall_macro', 'f1_macro', ...scored];
}

/**
 * Metrics of a table with source `rows`: over all rows in the order asked, then per class (the classes behind each
 * average of precision, recall, specificity, F or average precision), then per slice by name. `n` counts the rows that
 * carry weight. Values that are not defined on their rows have state `undefined` and no number.
 */
export function evaluateMetrics(table: PredictionTable, request: EvaluateRequest): Metric[] {
  const metrics = requestedMetrics(table, request);
  const { slices, divisions, placeOf } = slicing(table, request.slices, request.minSliceRows);
  const all = [WHOLE, ...divisions];
  const values = partMetrics(
    metrics.map(({ identity }) => identity),
    table,
    request.positiveLabel,
    all,
  );
  const rows = weighedRows(table, all);
  const valuesAt = (division: number, part: number, slice: string | null): Metric[] =>
    metrics.map(({ name, identity, direction }, index) => ({
      name,
      identity,
      slice,
      class: null,
      direction,
      n: rows[division]?.[part] ?? 0,
      source: 'rows',
      ...metricValue(values[index]?.[division]?.[part] ?? Number.NaN),
    }));
  return [
    ...valuesAt(0, 0, null),
    ...classMetrics(table, metrics, rows[0]?.[0] ?? 0),
    ...slices.flatMap(({ slice }, index) => {
      const { division, part } = placeOf(index);
      return valuesAt(division + 1, part, slice);
    }),
  ];
}

export type RequestedMetric = ParsedMetricName & Pick<Metric, 'direction'>;

function requestedMetrics(table: PredictionTable, request: EvaluateRequest): RequestedMetric[] {
  const found = new Map<string, RequestedMetric>();
  for (const written of request.names ?? defaultMetricNames(table)) {
    const declaration = declarationOf(written, request.declarations ?? {});
    const parsed = parseMetricName(written, declaration);
    if (!canCompute(parsed.identity, table)) continue;
    const identity = withPositiveLabel(parsed.identity, table, request.positiveLabel);
    const direction = declaration?.direction ?? directionOf(identity);
    const key = metricKey({ identity, slice: null, class: null });
    if (!found.has(key)) found.set(key, { ...parsed, identity, direction });
  }
  return [...found.values()];
}

/** What the user declared for a metric, under the name as written or any other spelling of it. */
function declarationOf(
  written: string,
  declarations: Readonly<Record<string, MetricDeclaration>>,
): MetricDeclaration | undefined {
  if (Object.hasOwn(declarations, written)) return declarations[written];
  const { name } = parseMetricName(written);
  return Object.entries(declarations).find(([key]) => parseMetricName(key).name === name)?.[1];
}

/** The identity says which label was counted as positive, also when nobody configured it. */
function withPositiveLabel(
  identity: MetricIdentity,
  table: PredictionTable,
  configured: string | null,
): MetricIdentity {
  if (identity.positive_label !== null || !needsPositiveLabel(identity, table)) return identity;
  const code = positiveCode(table.classes ?? [], configured);
  return { ...identity, positive_label: table.classes?.[code] ?? null };
}

/** Rows with weight in each part of each division. */
function weighedRows({ n, weight }: PredictionTable, divisions: readonly Division[]): Uint32Array[] {
  return divisions.map(({ parts, codes }) => {
    const counts = new Uint32Array(parts + 1);
    for (let row = 0; row < n; row++) {
      if (weight !== null && !((weight[row] as number) > 0)) continue;
      const part = codes === null ? 0 : (codes[row] as number);
      counts[part] = (counts[part] as number) + 1;
    }
    return counts;
  });
}
