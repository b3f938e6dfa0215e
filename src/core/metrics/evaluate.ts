import type { MetricDeclaration } from '../gate/types.ts';
import { directionOf, metricKey, type ParsedMetricName, parseMetricName } from './names.ts';
import { positiveCode } from './positive.ts';
import { canCompute, needsPositiveLabel, prepareMetric } from './prepare.ts';
import { listSlices, sliceWeights } from './slices.ts';
import type { Metric, MetricIdentity, PredictionTable } from './types.ts';

export interface EvaluateRequest {
  /** Metrics to compute, as users write them; those the table cannot answer are left out. Default: `defaultMetricNames`. */
  names?: readonly string[];
  positiveLabel: string | null;
  /** Slice columns. */
  slices: readonly string[];
  /** Slices with fewer rows are left out. */
  minSliceRows: number;
  /** Directions and identities declared by the user, by metric name. */
  declarations?: Readonly<Record<string, MetricDeclaration>>;
}

interface Weighted {
  slice: string | null;
  weights: Float64Array;
  n: number;
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
 * Metrics of a table with source `rows`: over all rows in the order asked, then per class (of a multiclass table,
 * the classes behind each macro average of precision, recall or F), then per slice by name. `n` counts the rows
 * that carry weight. Values that are not defined on their rows have state `undefined` and no number.
 */
export function evaluateMetrics(table: PredictionTable, request: EvaluateRequest): Metric[] {
  const metrics = requestedMetrics(table, request);
  const prepared = metrics.map(({ identity }) => prepareMetric(identity, table, request.positiveLabel));
  const evaluate = ({ slice, weights, n }: Weighted): Metric[] =>
    metrics.map(({ name, identity, direction }, index) => {
      const value = prepared[index]?.evaluate(weights) ?? { value: null, state: 'missing' as const };
      return { name, identity, slice, class: null, direction, n, source: 'rows', ...value };
    });
  const all = weightedRows(table, null);
  const slices = listSlices(table, request.slices, request.minSliceRows);
  return [
    ...evaluate(all),
    ...metrics.flatMap((metric) => perClassMetrics(table, metric, all)),
    ...slices.flatMap(({ slice }) => evaluate(weightedRows(table, slice))),
  ];
}

type RequestedMetric = ParsedMetricName & Pick<Metric, 'direction'>;

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

function weightedRows(table: PredictionTable, slice: string | null): Weighted {
  const weights = sliceWeights(table, slice) ?? new Float64Array(table.n);
  let n = 0;
  for (const weight of weights) if (weight > 0) n += 1;
  return { slice, weights, n };
}

/** The values a macro average is the mean of: the table seen as this class against the rest. */
function perClassMetrics(table: PredictionTable, metric: RequestedMetric, all: Weighted): Metric[] {
  const { identity, direction } = metric;
  const { classes, labelCodes, predictionCodes } = table;
  if (table.task !== 'multiclass' || identity.average !== 'macro' || identity.id.startsWith('roc_auc'))
    return [];
  if (!classes || !labelCodes || !predictionCodes) return [];
  const plain: MetricIdentity = { ...identity, average: null };
  const name = metric.name.replace('_macro', '');
  const used = new Uint8Array(classes.length);
  for (const code of labelCodes) used[code] = 1;
  for (const code of predictionCodes) used[code] = 1;
  return classes.flatMap((label, code) => {
    if (used[code] === 0) return [];
    const score = table.classScores?.[code] ?? null;
    const asBinary: PredictionTable = { ...table, task: 'binary', score };
    const value = prepareMetric({ ...plain, positive_label: label }, asBinary, label).evaluate(all.weights);
    return [
      {
        name,
        identity: plain,
        slice: null,
        class: label,
        direction,
        n: all.n,
        source: 'rows' as const,
        ...value,
      },
    ];
  });
}
