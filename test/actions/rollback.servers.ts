import { afterAll, expect, test } from '@jest/globals';
import type { Planned } from '../rig/github/faults.ts';
import { closeReleases, makeRelease } from './released.ts';

afterAll(closeReleases);

const ledgerAndLock = ['graphql/repository', 'graphql/createCommitOnBranch'];
const shownAs = ['repos/list-deployments', 'repos/create-deployment', 'repos/create-deployment-status'];
const down = (operation: readonly string[]): Planned => ({
  ...{ fault: 'status', status: 503, operation, times: 10_000 },
});

/** Two versions are live one after the other, then a part of GitHub is gone and somebody goes back. */
async function goneWhile(faults: readonly Planned[], inputs: Record<string, string> = {}) {
  const release = await makeRelease();
  const { site, step } = release;
  for (const version of ['1.0.0', '1.1.0'])
    expect(await step('deploy', { version })).toMatchObject({ code: 0 });
  site.github.switches.plan(...faults);
  const back = await step('rollback', { reason: 'slow', ...inputs });
  site.github.switches.clear();
  const states = () => site.repository.deployments.map(({ statuses }) => statuses.at(-1)?.state);
  return { ...release, back, states };
}

test.concurrent.each<[string, Planned[]]>([
  ['answers 503', [down(ledgerAndLock)]],
  ['does not answer', [{ fault: 'slow', ms: 120_000, operation: ledgerAndLock, times: 100 }]],
])(
  'a rollback goes on where what holds ledger and lock %s, says so, and is recorded afterwards',
  async (_how, faults) => {
    const { back, step, served, states } = await goneWhile(faults);

    expect([back.code, served()]).toEqual([0, 'model 1.0.0']);
    for (const text of [back.log, back.summary]) {
      expect(text).toContain("1.0.0 is the version to go back to by GitHub's deployments.");
      expect(text).toMatch(/The ledger was not reached .* the next reconcile records this/);
      expect(text).toMatch(/No lock was held .* number 3/);
    }

    expect(await step('reconcile')).toMatchObject({ code: 0 });
    expect((await step('status')).summary).toMatch(/\| production \| churn \| 1\.0\.0 \|.*\| 1\.1\.0 \|$/m);
    expect(await step('deploy', { version: '1.1.0' })).toMatchObject({
      code: 2,
      log: expect.stringContaining('1.1.0 is blocked'),
    });
    expect(states().filter((state) => state === 'success')).toHaveLength(1);
  },
  120_000,
);

test.concurrent('with nothing but the target: the version is named, and what shows deployments follows later', async () => {
  const { back, step, served, states } = await goneWhile([down(ledgerAndLock), down(shownAs)], {
    to: 'v1.0.0',
  });

  expect([back.code, served()]).toEqual([0, 'model 1.0.0']);
  expect(back.log).toContain('1.0.0 is the version to go back to by what was asked for.');
  expect(back.log).toContain('It is not shown as a deployment yet');
  expect(states()).toEqual(['inactive', 'success']);

  expect(await step('reconcile')).toMatchObject({ code: 0 });
  expect(states()).toEqual(['inactive', 'inactive', 'success']);
}, 120_000);
