import { expect, test } from '@jest/globals';
import { type CheckedAgainst, check, lastGood } from '../../src/release/checks.ts';
import { emptyState } from '../../src/release/state.ts';
import type { EnvironmentState, LiveVersion } from '../../src/schema/environment.types.ts';
import type { ModelManifest } from '../../src/schema/manifest.types.ts';

const since = '2026-01-01T00:00:00.000Z';

function good(version: string, digest = version): LiveVersion {
  return { deployment: 'a'.repeat(20), version, digest, commit: null, verdict: 'pass', since };
}

function manifest(version: string, kind: string | null = 'pass', digest = version): ModelManifest {
  const verdict = kind === null ? null : ({ verdict: null, kind } as ModelManifest['verdict']);
  return {
    ...{ schema: 'trainyard/manifest', version: 1, model: 'churn', model_version: version, digest },
    ...{ resources: [], commit: null, run: null, verdict, created: since },
  };
}

const state: EnvironmentState = {
  ...emptyState('production', 'churn'),
  live: good('1.2.0'),
  good: [good('1.2.0'), good('1.1.0'), good('1.0.0')],
  blocked: [{ version: '1.3.0', digest: 'x', reason: 'slow', since }],
};

function refused(of: ModelManifest, changed: Partial<CheckedAgainst> = {}): string[] {
  const against = {
    kind: 'deploy',
    state,
    freeze: [],
    now: 0,
    allowLower: false,
    blockInconclusive: false,
  } as const;
  return check(of, { ...against, ...changed }).refusals.map(({ message }) => message);
}

test.each<[string, ModelManifest, Partial<CheckedAgainst>, RegExp | null]>([
  ['a higher version that passed', manifest('1.4.0'), {}, null],
  ['a warning', manifest('1.4.0', 'warn'), {}, null],
  ['one that failed', manifest('1.4.0', 'fail'), {}, /verdict on version 1.4.0 is "fail"/],
  ['an error', manifest('1.4.0', 'error'), {}, /is "error"/],
  ['a gate that was cancelled', manifest('1.4.0', 'cancelled'), {}, /is "cancelled"/],
  ['no verdict', manifest('1.4.0', null), {}, /There is no verdict/],
  ['inconclusive', manifest('1.4.0', 'inconclusive'), {}, null],
  [
    'inconclusive where that blocks',
    manifest('1.4.0', 'inconclusive'),
    { blockInconclusive: true },
    /blocks here/,
  ],
  ['adoption', manifest('1.4.0', 'adoption'), {}, null],
  ['a lower one', manifest('1.1.5'), {}, /lower than 1.2.0/],
  ['a pre-release of the live one', manifest('1.2.0-rc.1'), {}, /lower than 1.2.0/],
  ['a lower one that is wanted', manifest('1.1.5'), { allowLower: true }, null],
  ['10 is above 9', manifest('1.10.0'), {}, null],
  ['a blocked one', manifest('1.3.0'), {}, /blocked in production since 2026-01-01T00:00:00.000Z: slow/],
  ['a blocked one by rollback', manifest('1.3.0'), { kind: 'rollback' }, /blocked/],
  ['other bytes', manifest('1.1.0', 'pass', 'other'), { allowLower: true }, /with other bytes/],
  ['a rollback to what failed', manifest('1.0.0', 'fail'), { kind: 'rollback' }, null],
  [
    'frozen',
    manifest('1.4.0'),
    { freeze: [{ from: 0, to: 1, days: [], reason: 'sale' }] },
    /frozen now: sale/,
  ],
  [
    'a rollback in a frozen time',
    manifest('1.0.0'),
    { kind: 'rollback', freeze: [{ from: 0, to: 1, days: [], reason: null }] },
    null,
  ],
])('%s', (_name, of, changed, message) => {
  const found = refused(of, changed);

  if (message === null) expect(found).toEqual([]);
  else expect(found.join('\n')).toMatch(message);
});

test('what was not judged is deployed with a warning', () => {
  for (const kind of ['inconclusive', 'adoption', 'no-rules', 'not-judged', 'dry-run']) {
    const against = {
      kind: 'deploy',
      state,
      freeze: [],
      now: 0,
      allowLower: false,
      blockInconclusive: false,
    } as const;
    expect(check(manifest('1.4.0', kind), against)).toMatchObject({
      refusals: [],
      warnings: [expect.any(String)],
    });
  }
});

test.each<[string, Partial<EnvironmentState>, string | null]>([
  ['the newest that is not live', {}, '1.1.0'],
  ['past one that is blocked', { blocked: [{ version: '1.1.0', digest: '', reason: '', since }] }, '1.0.0'],
  ['the newest, where what is live was not good', { live: good('1.9.0') }, '1.2.0'],
  ['none', { good: [good('1.2.0')] }, null],
  ['none before anything was deployed', { live: null, good: [] }, null],
])('the last good version: %s', (_name, changed, version) => {
  expect(lastGood({ ...state, ...changed })?.version ?? null).toBe(version);
});
