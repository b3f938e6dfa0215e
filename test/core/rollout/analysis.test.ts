import { expect, test } from '@jest/globals';
import { assess, worstPhase } from '../../../src/core/rollout/analysis.ts';
import { measure } from '../../../src/core/rollout/measure.ts';
import type { AnalysisPhase, Limits, Phase, Reading } from '../../../src/core/rollout/types.ts';

const limits: Limits = {
  ...{
    success: null,
    failure: null,
    count: null,
    failureLimit: 0,
    inconclusiveLimit: 0,
    errorLimit: 4,
    dryRun: false,
  },
};
const letters: Record<string, Phase> = { s: 'successful', f: 'failed', i: 'inconclusive', e: 'error' };

function assessed(taken: string, changed: Partial<Limits> = {}): AnalysisPhase {
  const measurements = [...taken].map((letter) => ({
    ...{ value: null, message: letter, phase: letters[letter] as Phase },
  }));
  return assess({ ...limits, ...changed }, measurements, 3).phase;
}

/** Measurements (s, f, i, e), limits, and what Argo Rollouts makes of them. */
test.each<[string, Partial<Limits>, AnalysisPhase]>([
  ['', {}, 'running'],
  ['ss', {}, 'running'],
  ['sss', {}, 'successful'],
  ['f', {}, 'failed'],
  ['sf', { failureLimit: 1 }, 'running'],
  ['sfs', { failureLimit: 1 }, 'successful'],
  ['ff', { failureLimit: 1 }, 'failed'],
  ['fff', { failureLimit: -1 }, 'successful'],
  ['i', {}, 'inconclusive'],
  ['iss', { inconclusiveLimit: 1 }, 'successful'],
  ['ii', { inconclusiveLimit: 1 }, 'inconclusive'],
  ['eeee', {}, 'running'],
  ['eeeee', {}, 'error'],
  ['eeeeseeee', { errorLimit: 4 }, 'running'],
  ['eeeesss', {}, 'successful'],
  ['sse', {}, 'running'],
  ['e', { errorLimit: 0 }, 'error'],
  ['fi', { failureLimit: 0, inconclusiveLimit: 0 }, 'inconclusive'],
])('%j with %j is %s', (taken, changed, phase) => {
  expect(assessed(taken, changed)).toBe(phase);
});

test.each<[AnalysisPhase[], AnalysisPhase]>([
  [[], 'successful'],
  [['successful', 'running'], 'running'],
  [['running', 'inconclusive'], 'inconclusive'],
  [['inconclusive', 'error'], 'error'],
  [['error', 'failed', 'successful'], 'failed'],
])('the worst of %j is %s', (phases, worst) => {
  expect(worstPhase(phases)).toBe(worst);
});

const below = { min: null, max: 0.1 };
const above = { min: 0.5, max: null };

test.each<[string, Reading, Partial<Limits>, Phase, number | null]>([
  ['good alone', { value: 0.1 }, { success: below }, 'successful', 0.1],
  ['all else is bad', { value: 0.11 }, { success: below }, 'failed', 0.11],
  ['bad alone', { value: 0.5 }, { failure: above }, 'failed', 0.5],
  ['all else is good', { value: 0.49 }, { failure: above }, 'successful', 0.49],
  ['neither', { value: 0.3 }, { success: below, failure: above }, 'inconclusive', 0.3],
  ['both: bad counts', { value: 0.5 }, { success: above, failure: above }, 'failed', 0.5],
  ['no data', { value: null }, { success: below }, 'inconclusive', null],
  ['not a number', { value: Number.NaN }, { success: below }, 'inconclusive', null],
  ['not a number, bad alone', { value: Number.NaN }, { failure: above }, 'inconclusive', null],
  ['infinite', { value: Number.POSITIVE_INFINITY }, { success: below }, 'failed', null],
  ['an error', { error: 'refused' }, { success: below }, 'error', null],
  ['within two bounds', { value: 2 }, { success: { min: 1, max: 3 } }, 'successful', 2],
])('a reading: %s', (_name, reading, changed, phase, value) => {
  expect(measure(reading, { ...limits, ...changed })).toMatchObject({ phase, value });
});

/** Few digits, and enough of them to be on the same side of the bound as the value. */
test.each<[number, string]>([
  [34.56711625267992, '34.57 is not at most 0.1'],
  [0.1, '0.1 is at most 0.1'],
  [0.10000000000000002, '0.10000000000000002 is not at most 0.1'],
  [0.1000123, '0.10001 is not at most 0.1'],
  [0.09999999, '0.09999999 is at most 0.1'],
  [-1e-9, '-1e-9 is at most 0.1'],
  [Number.POSITIVE_INFINITY, 'Infinity is not at most 0.1'],
  [123456.789, '123500 is not at most 0.1'],
])('of %d is said that %s', (value, said) => {
  expect(measure({ value }, { ...limits, success: below }).message).toBe(said);
});
