/** Metrics that read one number off the ordered rows. The jackknife says nothing of their variance (Miller 1974). */
const QUANTILE_LIKE: ReadonlySet<string> = new Set([
  'median_absolute_error',
  'max_error',
  'precision_at_recall',
  'recall_at_precision',
]);

/** How the ends of an interval are read off the draws of a metric: BCa where it is smooth, else percentile. */
export function methodOf(id: string): 'bca' | 'percentile' {
  return QUANTILE_LIKE.has(id.split('@', 1)[0] as string) ? 'percentile' : 'bca';
}
