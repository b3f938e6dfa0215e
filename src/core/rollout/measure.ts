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
  const shown = Number.isFinite(value) ? value : null;
  if (failure !== null && isWithin(value, failure))
    return { value: shown, phase: 'failed', message: `${value} is ${describe(failure)}` };
  if (success === null) return { value: shown, phase: 'successful', message: `${value}` };
  if (isWithin(value, success))
    return { value: shown, phase: 'successful', message: `${value} is ${describe(success)}` };
  const phase = failure === null ? 'failed' : 'inconclusive';
  return { value: shown, phase, message: `${value} is not ${describe(success)}` };
}

function isWithin(value: number, { min, max }: Range): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}

function describe({ min, max }: Range): string {
  if (min === null) return `at most ${max}`;
  return max === null ? `at least ${min}` : `between ${min} and ${max}`;
}
