import type { ValueState } from '../core/metrics/types.ts';

const MOST_DECIMALS = 8;
const MINUS = '\u2212';
const NARROW = '\u00a0';

const STATE_WORDS: Readonly<Record<ValueState, string>> = {
  ok: 'ok',
  nan: 'not a number',
  inf: 'infinite',
  missing: 'missing',
  undefined: 'undefined',
};

/** Word for a value that has no number. */
export function stateWord(state: ValueState): string {
  return STATE_WORDS[state];
}

/**
 * Decimals that say as much as is known: two significant digits of `spread` (half the interval's width, or |Δ|),
 * without a spread four of `magnitude`. Between 0 and 8.
 */
export function decimalsFor(spread: number | null, magnitude: number): number {
  const known = spread !== null && Number.isFinite(spread) && spread > 0;
  const order = Math.floor(Math.log10(known ? spread : Math.abs(magnitude)));
  if (!Number.isFinite(order)) return 4;
  return Math.min(MOST_DECIMALS, Math.max(0, (known ? 1 : 3) - order));
}

/** A number for people: U+2212 for minus, thousands separated, exponent form when very large or very small. */
export function formatNumber(value: number, decimals: number): string {
  if (Number.isNaN(value)) return STATE_WORDS.nan;
  if (!Number.isFinite(value)) return STATE_WORDS.inf;
  const size = Math.abs(value);
  if (size >= 1e15 || (size !== 0 && size < 1e-4 && decimals > MOST_DECIMALS - 2)) return exponent(value);
  const fixed = size.toFixed(decimals);
  const dot = fixed.indexOf('.');
  const whole = dot < 0 ? fixed : fixed.slice(0, dot);
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (dot < 0 ? '' : fixed.slice(dot));
  return value < 0 && Number(fixed) !== 0 ? `${MINUS}${text}` : text;
}

function exponent(value: number): string {
  return value.toExponential(2).replaceAll('-', MINUS).replace('e+', 'e');
}

/** A difference with its sign: `+0.0120`, `−0.0031`, `0` when there is none. */
export function formatDelta(delta: number, decimals: number): string {
  if (delta === 0) return '0';
  const text = formatNumber(delta, decimals);
  return /^[\d.,]*[1-9]/.test(text) ? `+${text}` : text;
}

/** A number as its author wrote it, for margins and parameters: shortest form that reads back the same. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value, 0);
  const [whole = '', fraction] = String(Math.abs(value)).split('.');
  const grouped = /^\d+$/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole.replaceAll('-', MINUS);
  const text = fraction === undefined ? grouped : `${grouped}.${fraction.replaceAll('-', MINUS)}`;
  return value < 0 ? `${MINUS}${text}` : text;
}

/** A fraction as a percentage: 0.02 → `2 %`. Digits beyond twelve are noise of the multiplication. */
export function formatPercent(fraction: number): string {
  return `${formatExact(Number((fraction * 100).toPrecision(12)))}${NARROW}%`;
}

/** A whole number with thousands separated. */
export function formatCount(count: number): string {
  return formatNumber(Math.round(count), 0);
}

/** `1 metric`, `2,000 metrics`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const DURATIONS: readonly [limit: number, unit: number, one: string][] = [
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
];

/** Time something took, from seconds: `0.4 s`, `59 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'unknown';
  if (seconds < 0.05) return '0 s';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  for (const [limit, unit, name] of DURATIONS) {
    if (seconds < limit) return `${shortest(seconds / unit)} ${name}`;
  }
  return `${shortest(seconds / 86_400)} days`;
}

function shortest(value: number): string {
  return value < 9.95 ? String(Number(value.toFixed(1))) : formatCount(value);
}

const AGES: readonly [limit: number, unit: number, one: string][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [86_400 * 60, 86_400, 'day'],
  [86_400 * 730, 86_400 * 30.44, 'month'],
];

/** How long ago, from seconds: `just now`, `12 minutes`, `3 days`, `2 years`; rounded down. */
export function formatAge(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 60) return 'just now';
  for (const [limit, unit, one] of AGES) {
    if (seconds < limit) return countOf(Math.floor(seconds / unit), one);
  }
  return countOf(Math.floor(seconds / (86_400 * 365.25)), 'year');
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A size, from bytes: `512 B`, `1.5 KiB`, `23 MiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(value) : shortest(value)} ${BYTE_UNITS[unit]}`;
}
