import type { Limits, Measurement, Range, Reading } from './types.ts';

/**
 * What one reading says. With one condition the rest is its opposite, with both a value that meets neither is
 * inconclusive (Argo Rollouts). No data and NaN are inconclusive whatever the conditions: they say nothing of the model.
 */
export function measure(
  reading: Reading,
  { success, failure }: Pick<Limits, 'success' | 'failure'>,
): Measurement {
  if ('error' in reading) return { value: null, phase: 'error', message: reading.error };
  const { value } = reading;
  if (value === null) return { value, phase: 'inconclusive', message: 'no data' };
  if (Number.isNaN(value)) return { value: null, phase: 'inconclusive', message: 'not a number' };
  const kept = Number.isFinite(value) ? value : null;
  const text = shown(value, [success?.min, success?.max, failure?.min, failure?.max]);
  if (failure !== null && isWithin(value, failure))
    return { value: kept, phase: 'failed', message: `${text} is ${describe(failure)}` };
  if (success === null) return { value: kept, phase: 'successful', message: text };
  if (isWithin(value, success))
    return { value: kept, phase: 'successful', message: `${text} is ${describe(success)}` };
  const phase = failure === null ? 'failed' : 'inconclusive';
  return { value: kept, phase, message: `${text} is not ${describe(success)}` };
}

/** Four significant digits, and more only where fewer would put the value on the other side of a bound. */
function shown(value: number, bounds: readonly (number | null | undefined)[]): string {
  for (let digits = 4; digits < 17; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (bounds.every((bound) => bound == null || Math.sign(rounded - bound) === Math.sign(value - bound)))
      return String(rounded);
  }
  return String(value);
}

function isWithin(value: number, { min, max }: Range): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}

function describe({ min, max }: Range): string {
  if (min === null) return `at most ${max}`;
  return max === null ? `at least ${min}` : `between ${min} and ${max}`;
}
