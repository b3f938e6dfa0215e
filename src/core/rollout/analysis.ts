import type { AnalysisPhase, Limits, Measurement } from './types.ts';

/** How one metric stands after its measurements, and why. */
export interface Assessment {
  phase: AnalysisPhase;
  reason: string;
}

/**
 * Counts the measurements of one metric as Argo Rollouts does: more failures than allowed fail it, else more
 * inconclusive ones make it inconclusive, and more errors in a row than allowed an error, which counts before both. Errors
 * do not count as measurements. `count` others make it successful.
 */
export function assess(limits: Limits, measurements: readonly Measurement[], count: number): Assessment {
  const of = (phase: string) => measurements.filter((measurement) => measurement.phase === phase);
  const [failed, inconclusive] = [of('failed'), of('inconclusive')];
  const errors = trailingErrors(measurements);
  const last = measurements.at(-1)?.message ?? '';
  if (isBroken(errors, limits.errorLimit))
    return { phase: 'error', reason: `${errors} errors in a row: ${last}` };
  if (isBroken(inconclusive.length, limits.inconclusiveLimit))
    return { phase: 'inconclusive', reason: counted(inconclusive, 'inconclusive') };
  if (isBroken(failed.length, limits.failureLimit))
    return { phase: 'failed', reason: counted(failed, 'failed') };
  const counting = measurements.filter(({ phase }) => phase !== 'error').length;
  if (counting < count) return { phase: 'running', reason: `${counting} of ${count} measurements` };
  return { phase: 'successful', reason: `${counting} measurements, ${failed.length} failed` };
}

const order: readonly AnalysisPhase[] = ['successful', 'running', 'inconclusive', 'error', 'failed'];

/** The worst phase of several, as Argo Rollouts ranks them; none is successful. */
export function worstPhase(phases: readonly AnalysisPhase[]): AnalysisPhase {
  return order[Math.max(0, ...phases.map((phase) => order.indexOf(phase)))] ?? 'successful';
}

function isBroken(count: number, limit: number): boolean {
  return limit >= 0 && count > limit;
}

function trailingErrors(measurements: readonly Measurement[]): number {
  const last = measurements.findLastIndex(({ phase }) => phase !== 'error');
  return measurements.length - 1 - last;
}

function counted(measurements: readonly Measurement[], word: string): string {
  const last = measurements.at(-1)?.message ?? '';
  return `${measurements.length} measurement${measurements.length === 1 ? '' : 's'} ${word}, the last: ${last}`;
}
