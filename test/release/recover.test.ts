import { expect, test } from '@jest/globals';
import type { Journal } from '../../src/release/journal.ts';
import { recover } from '../../src/release/recover.ts';
import { recoveryOf } from '../../src/release/recovery.ts';
import type { ReleaseDeps } from '../../src/release/types.ts';
import type { DeploymentRecord } from '../../src/schema/deployment.types.ts';
import type { TargetState } from '../../src/targets/types.ts';
import { quickRuntime } from './site.ts';

const own = 'a'.repeat(20);
const other = { deployment: 'b'.repeat(20), version: '1.0.0', digest: 'd' };
const record = (ending: DeploymentRecord['ending']) =>
  ({ id: own, target: 'oip', ending }) as DeploymentRecord;
const stable = (deployment: string): TargetState => ({
  ...{ stable: { ...other, deployment }, candidate: null, fence: 0 },
});

test.each<[string, DeploymentRecord['ending'], TargetState, string]>([
  ['promoted', null, stable(own), 'finish'],
  ['not promoted', null, stable(other.deployment), 'turn-back'],
  ['nothing is stable', null, { ...stable(own), stable: null }, 'turn-back'],
  ['promoted, and it had turned back', 'failed', stable(own), 'turn-back'],
])('a deployment that died: %s', (_name, ending, now, recovery) => {
  expect(recoveryOf(record(ending), now)).toBe(recovery);
});

test('a deployment that is open on another target than the configuration names is left alone', async () => {
  const journal = { books: { record: record(null) } } as unknown as Journal;
  const deps = { runtime: quickRuntime(), target: { id: 'directory' } } as unknown as ReleaseDeps;

  await expect(recover(deps, journal, 'it died')).rejects.toMatchObject({
    name: 'ConfigError',
    hint: expect.stringContaining('Put the earlier target back'),
  });
});
