import type { Evidence } from '../core/gate/types.ts';
import type { Metric } from '../core/metrics/types.ts';
import { decimalsFor, formatDelta, formatNumber, stateWord } from './numbers.ts';

/** Decimals common to a row: by the interval where there is one, else by the difference. */
export function rowDecimals(
  values: readonly (number | null)[],
  delta: number | null,
  interval: readonly [number, number] | null,
): number {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const magnitude = Math.max(0, ...finite.map(Math.abs));
  const byMagnitude = decimalsFor(null, magnitude);
  if (interval !== null && interval[1] > interval[0])
    return decimalsFor((interval[1] - interval[0]) / 2, magnitude);
  if (delta === null || delta === 0) return byMagnitude;
  return Math.max(decimalsFor(Math.abs(delta), magnitude), byMagnitude);
}

export function numberCell(value: number | null, decimals: number): string {
  return value === null ? '–' : formatNumber(value, decimals);
}

export function deltaCell(delta: number | null, decimals: number): string {
  return delta === null ? '–' : formatDelta(delta, decimals);
}

/** A metric's number, or the word for why it has none; `–` where the side does not have the metric. */
export function metricCell(metric: Metric | null, decimals: number): string {
  if (metric === null) return '–';
  return metric.value === null ? `**${stateWord(metric.state)}**` : formatNumber(metric.value, decimals);
}

export function intervalCell(evidence: Evidence, decimals: number): string {
  if (evidence.interval === null) return '–';
  const [low, high] = evidence.interval;
  return `${formatNumber(low, decimals)} to ${formatNumber(high, decimals)}`;
}

const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars of eight heights, lowest to highest; a flat line in the middle. Values that are no number leave a gap. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      const at = range > 0 ? Math.round(((value - low) / range) * (BARS.length - 1)) : 3;
      return BARS[at] ?? '·';
    })
    .join('');
}
