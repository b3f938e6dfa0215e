import { afterAll, expect, test } from '@jest/globals';
import { createGitHubDeployments } from '../../../src/platform/github/deployments.ts';
import { noticeOf } from '../../../src/release/notice.ts';
import type { DeploymentRecord } from '../../../src/schema/deployment.types.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, jobRuntime, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const created = new Date().toISOString();

function record(changed: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    ...{ schema: 'trainyard/deployment', version: 1, id: '1'.repeat(20), environment: 'production' },
    ...{
      model: 'churn',
      kind: 'deploy',
      from: null,
      target: 'directory',
      fence: 1,
      state: 'held',
      ending: null,
    },
    candidate: { version: '1.2.0', digest: 'a'.repeat(64), commit: null, run: null, verdict: 'pass' },
    by: { actor: 'mona', url: 'https://github.com/octo/flights/actions/runs/7' },
    ...{ reason: 'no data', created, finished: null, measurements: [] },
    journal: [{ step: 'shift', weight: 5, begun: created, done: null }],
    ...changed,
  };
}

async function site(permissions: Parameters<typeof clientFor>[2] = { checks: 'write', issues: 'write' }) {
  const { github, repository } = await startSite();
  const sha = repository.refs.get('refs/heads/main') as string;
  const runtime = jobRuntime();
  const client = clientFor(github, runtime, permissions);
  const deployments = createGitHubDeployments(runtime, client, { sha, runUrl: 'https://github.test/run' });
  return {
    ...{ github, repository, sha },
    check: async (of: DeploymentRecord) => (await deployments.ensureCheck(noticeOf(of))).result,
    comment: async (of: DeploymentRecord, issue: number | 'tracking') =>
      (await deployments.ensureComment(noticeOf(of), issue)).result,
    bodies: () => repository.comments.map(({ issue, body }) => [issue, body.split('\n')[1]]),
  };
}

test('the check follows a deployment that was held', async () => {
  const { check, repository, sha } = await site();

  expect(await check(record())).toBe('created');
  expect(await check(record())).toBe('unchanged');
  expect(repository.checks).toMatchObject([
    { headSha: sha, name: 'deploy / production / churn', conclusion: 'action_required' },
  ]);
  expect(await check(record({ state: 'succeeded' }))).toBe('updated');
  expect(repository.checks).toMatchObject([
    { conclusion: 'success', title: 'churn 1.2.0 is live in production.' },
  ]);
});

test.each([
  ['rolled-back', 'failure'],
  ['failed', 'failure'],
  ['aborted', 'cancelled'],
] as const)('the check of one that is %s says %s, and why', async (state, conclusion) => {
  const { check, repository } = await site();

  await check(record({ state }));

  expect(repository.checks).toMatchObject([{ conclusion, title: 'no data; nothing is live.' }]);
});

test("a deployment has one comment on the environment's own issue, another has another", async () => {
  const { comment, repository, bodies } = await site();

  expect(await comment(record(), 'tracking')).toBe('created');
  expect(await comment(record(), 'tracking')).toBe('unchanged');
  expect(await comment(record({ state: 'aborted' }), 'tracking')).toBe('updated');
  expect(await comment(record({ id: '2'.repeat(20) }), 'tracking')).toBe('created');

  expect([...repository.issues.values()].map(({ title }) => title)).toEqual(['deployments: production']);
  expect(bodies()).toEqual([
    [1, '### churn 1.2.0 to production: aborted'],
    [1, '### churn 1.2.0 to production: held'],
  ]);
});

test('an issue that was closed is left closed, and environments do not share one', async () => {
  const { comment, repository, bodies } = await site();
  await comment(record(), 'tracking');
  await comment(record({ environment: 'staging' }), 'tracking');
  const [first] = [...repository.issues.values()];
  if (first) first.state = 'closed';

  await comment(record({ id: '2'.repeat(20) }), 'tracking');

  expect(bodies().map(([issue]) => issue)).toEqual([1, 2, 3]);
});

test('what others wrote with our first line is not ours', async () => {
  const { comment, repository, github } = await site();
  github.commit(repository, { branch: 'change', files: { 'a.txt': '1' } });
  const { number } = github.pullRequest(repository, { head: 'change' });
  await comment(record(), number);
  const body = repository.comments[0]?.body ?? '';
  repository.comments.length = 0;
  github.comment(repository, number, { login: 'mona', body });

  expect(await comment(record(), number)).toBe('created');
  expect(await comment(record(), number)).toBe('unchanged');
  expect(repository.comments).toHaveLength(2);
});

test('comments are read back to the beginning of the deployment, and no further', async () => {
  const { comment, repository, github } = await site();
  await comment(record(), 'tracking');
  const [mine] = repository.comments;
  if (!mine) throw new Error('no comment');
  const old = { ...mine, body: 'old', created: '2020-01-01T00:00:00Z' };
  repository.comments.unshift(...Array.from({ length: 250 }, (_, id) => ({ ...old, id })));
  github.requests.clear();

  expect(await comment(record(), 'tracking')).toBe('unchanged');

  expect(github.requests.count()).toBe(2);
});

test('of two that are ours the older one stays', async () => {
  const { comment, repository } = await site();
  await comment(record(), 'tracking');
  const [mine] = repository.comments;
  if (mine) repository.comments.push({ ...mine, id: mine.id + 1 });

  expect(await comment(record({ state: 'aborted' }), 'tracking')).toBe('updated');

  expect(repository.comments.map(({ id }) => id)).toEqual([mine?.id]);
});

test.each(['graphql/createIssue', 'issues/create-comment'])(
  'an answer to %s that is lost doubles nothing',
  async (operation) => {
    const { comment, repository, github } = await site();
    github.switches.plan({ fault: 'lost-answer', operation });

    await comment(record(), 'tracking');

    expect(github.switches.pending()).toBe(0);
    expect(repository.issues.size).toBe(1);
    expect(repository.comments).toHaveLength(1);
  },
);

test('no such issue, and no permission: said with the remedy', async () => {
  const { comment } = await site();
  await expect(comment(record(), 7)).rejects.toMatchObject({
    message: 'GitHub shows no issue or pull request #7 to this token.',
  });

  const { comment: silent, check } = await site({ contents: 'read' });
  await expect(silent(record(), 'tracking')).rejects.toMatchObject({ permission: 'issues: write' });
  await expect(check(record())).rejects.toMatchObject({ permission: 'checks: write' });
});
