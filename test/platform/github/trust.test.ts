import { describe, expect, test } from '@jest/globals';
import type { WorkflowRun } from '../../../src/platform/github/artifacts.ts';
import { acceptsTrust, believed } from '../../../src/platform/github/trust.ts';
import type { RunRecord } from '../../../src/schema/run.types.ts';
import { digits, makeCommit, makeRecord } from '../../ledger/records.ts';

const path = '.github/workflows/trainyard.yml';
const pushed: RunRecord['trust'] = {
  level: 'protected',
  event: 'push',
  token: 'write',
  protected_branch: true,
  imported: false,
};
const run: WorkflowRun = {
  id: 1,
  event: 'push',
  path,
  status: 'completed',
  headSha: digits('head'),
  headBranch: 'main',
  repository: 10,
  headRepository: 10,
};

function claiming(commit: Partial<RunRecord['commit']> = {}, trust = pushed): RunRecord {
  const identity = makeCommit(digits('head'), { event: 'push', workflow_path: path, ...commit });
  return makeRecord('head', { commit: identity, trust });
}

describe('what a record claims', () => {
  test('is believed as far as its run bears it out', () => {
    expect(believed(claiming(), run)).toEqual(claiming());
  });

  test.each([
    ['another head', claiming({ head_sha: digits('other') }), 'another head'],
    ['no head', claiming({ head_sha: null }), 'another head'],
    ['another workflow', claiming({ workflow_path: 'evil.yml' }), 'another workflow'],
    ['another event', claiming({ event: 'schedule' }), 'another event'],
  ])('is not when it is %s', (_name, record, why) => {
    expect(believed(record, run)).toContain(why);
  });

  test.each([
    ['of a proposal', { ...run, event: 'pull_request' }, 'pull_request'],
    ['of the queue', { ...run, event: 'merge_group' }, 'merge_group'],
    ['of a fork', { ...run, headRepository: 99 }, 'push'],
    ['of a fork that is gone', { ...run, headRepository: null }, 'push'],
  ])('counts for no more than a proposal when its run is one %s', (_name, foreign, event) => {
    const told = believed(claiming({ event }), foreign) as RunRecord;

    expect(told.trust).toMatchObject({ level: 'pull_request', protected_branch: false });
    expect(acceptsTrust(told.trust)).toBe(false);
  });
});

describe('a baseline', () => {
  test.each([
    ['protected', 'push', true],
    ['protected', 'schedule', false],
    ['protected', 'workflow_dispatch', false],
    ['protected', 'pull_request', false],
    ['branch', 'push', false],
    ['pull_request', 'push', false],
    ['local', 'push', false],
    ['local', 'local', false],
    ['protected', null, false],
  ] as const)('from %s by %s is accepted: %s', (level, event, accepted) => {
    expect(acceptsTrust({ ...pushed, level, event })).toBe(accepted);
  });
});
