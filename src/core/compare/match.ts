import { metricKey } from '../metrics/names.ts';
import type { Metric, MetricIdentity } from '../metrics/types.ts';

/**
 * Whether two metrics may be the same thing: id, average, k, slice and class are equal and nothing else that both
 * state differs. A file rarely states its positive label or threshold; what it leaves open matches.
 */
export function sameMetric(a: Metric, b: Metric): boolean {
  if (a.slice !== b.slice || a.class !== b.class) return false;
  const { identity: x } = a;
  const { identity: y } = b;
  if (x.id !== y.id || x.average !== y.average || x.k !== y.k) return false;
  return (
    open(x, y, 'positive_label') &&
    open(x, y, 'threshold') &&
    open(x, y, 'split') &&
    open(x, y, 'dataset') &&
    labelsAgree(x, y)
  );
}

function open(
  a: MetricIdentity,
  b: MetricIdentity,
  field: 'positive_label' | 'threshold' | 'split' | 'dataset',
): boolean {
  return a[field] === null || b[field] === null || a[field] === b[field];
}

function labelsAgree({ labels: a }: MetricIdentity, { labels: b }: MetricIdentity): boolean {
  return a === null || b === null || [...a].sort().join('\0') === [...b].sort().join('\0');
}

/** The metric on the other side: of equal key, else the only one that may be the same. */
export function counterpart(metric: Metric, others: MetricIndex): Metric | null {
  const exact = others.byKey.get(metricKey(metric));
  if (exact) return exact;
  const near = (others.byId.get(metric.identity.id) ?? []).filter((other) => sameMetric(metric, other));
  return near.length === 1 ? (near[0] ?? null) : null;
}

export interface MetricIndex {
  byKey: ReadonlyMap<string, Metric>;
  byId: ReadonlyMap<string, readonly Metric[]>;
}

/** Metrics of one side, ready to be looked up. */
export function indexMetrics(metrics: readonly Metric[]): MetricIndex {
  const byKey = new Map<string, Metric>();
  const byId = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const key = metricKey(metric);
    if (!byKey.has(key)) byKey.set(key, metric);
    const list = byId.get(metric.identity.id);
    if (list) list.push(metric);
    else byId.set(metric.identity.id, [metric]);
  }
  return { byKey, byId };
}

/**
 * The metrics of one side that count: where rows answer, the value from a file is dropped, and a file value that
 * differs becomes a warning: by more than 1e-9 relative and more than rounding to the decimals it was written with
 * explains, three decimals at least.
 */
export function settleMetrics(
  metrics: readonly Metric[],
  side: string,
): { metrics: Metric[]; warnings: string[] } {
  const rows = indexMetrics(metrics.filter((metric) => metric.source === 'rows'));
  const warnings: string[] = [];
  const settled = metrics.filter((metric) => {
    if (metric.source === 'rows') return true;
    const computed = counterpart(metric, rows);
    if (computed === null) return true;
    if (differs(metric, computed)) warnings.push(warning(metric, computed, side));
    return false;
  });
  return { metrics: settled, warnings };
}

/** `1` may have been written as `1.000`: a number with fewer decimals is not taken for a coarser rounding. */
const FEWEST_DECIMALS = 3;

function differs(file: Metric, rows: Metric): boolean {
  if (file.value === null || rows.value === null) return file.state !== rows.state;
  const gap = Math.abs(file.value - rows.value);
  if (gap <= 1e-9 * Math.max(1, Math.abs(rows.value))) return false;
  return gap > 0.5000001 * 10 ** -Math.max(FEWEST_DECIMALS, decimalsWritten(file.value));
}

/** Decimals in the shortest text of a number; exponents count as exact. */
function decimalsWritten(value: number): number {
  const text = String(value);
  if (text.includes('e')) return 15;
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

function warning(file: Metric, rows: Metric, side: string): string {
  const where = file.slice === null ? '' : ` (${file.slice})`;
  const text = (metric: Metric) =>
    metric.value === null ? metric.state : String(Number(metric.value.toPrecision(6)));
  return `${file.name}${where} of the ${side} is ${text(file)} in the metrics file and ${text(rows)} from the predictions; the predictions count.`;
}
