import { afterAll, expect, test } from '@jest/globals';
import { createGitHubDeployments } from '../../../src/platform/github/deployments.ts';
import type { DeploymentRecord } from '../../../src/schema/deployment.types.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, type GitHub, jobRuntime, type Repository, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const first = '1'.repeat(20);
const second = '2'.repeat(20);
const created = '2026-01-01T00:00:00.000Z';

function record(id: string, changed: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    ...{ schema: 'trainyard/deployment', version: 1, id, environment: 'production', model: 'churn' },
    ...{ kind: 'deploy', from: null, target: 'directory', fence: 1, state: 'running', ending: null },
    candidate: { version: '1.2.0', digest: 'a'.repeat(64), commit: null, run: null, verdict: 'pass' },
    by: { actor: 'mona', url: 'https://github.com/octo/flights/actions/runs/7' },
    ...{ reason: null, created, finished: null, measurements: [] },
    journal: [{ step: 'shift', weight: 5, begun: created, done: null }],
    ...changed,
  };
}

async function site(): Promise<{
  github: GitHub;
  repository: Repository;
  ensure: (of: DeploymentRecord) => Promise<string>;
  states: () => string[][];
}> {
  const { github, repository } = await startSite();
  const sha = repository.refs.get('refs/heads/main') as string;
  const runtime = jobRuntime();
  const deployments = createGitHubDeployments(runtime, clientFor(github, runtime), {
    sha,
    runUrl: 'https://github.test/run',
  });
  return {
    ...{ github, repository },
    ensure: async (of) => (await deployments.ensure(of, 'https://models.example.org')).result,
    states: () => repository.deployments.map(({ statuses }) => statuses.map(({ state }) => state)),
  };
}

test('a deployment is shown once, with a status for what changed', async () => {
  const { ensure, states, repository } = await site();

  expect(await ensure(record(first))).toBe('created');
  expect(await ensure(record(first))).toBe('unchanged');
  expect(await ensure(record(first, { state: 'held', reason: 'no data' }))).toBe('updated');
  expect(await ensure(record(first, { state: 'succeeded' }))).toBe('updated');

  expect(states()).toEqual([['in_progress', 'pending', 'success']]);
  expect(repository.deployments[0]).toMatchObject({
    ...{ task: 'deploy', environment: 'production' },
    payload: { schema: 'trainyard/deployment', id: first, version: '1.2.0' },
    statuses: [
      { description: 'churn 1.2.0 running at shift 5 %' },
      { description: 'churn 1.2.0 held at shift 5 %: no data' },
      { description: 'churn 1.2.0 succeeded' },
    ],
  });
});

test('what was live before becomes inactive, also in production', async () => {
  const { ensure, states } = await site();
  await ensure(record(first, { state: 'succeeded' }));
  const from = { deployment: first, version: '1.2.0', digest: 'a'.repeat(64) };
  await ensure(record(second, { from }));
  expect(states()).toEqual([['success'], ['in_progress']]);

  await ensure(record(second, { from, state: 'succeeded' }));
  await ensure(record(second, { from, state: 'succeeded' }));

  expect(states()).toEqual([
    ['success', 'inactive'],
    ['in_progress', 'success'],
  ]);
});

test.each<[DeploymentRecord['state'], string]>([
  ['rolled-back', 'failure'],
  ['failed', 'error'],
  ['aborted', 'error'],
])('one that is %s is shown as %s', async (state, shown) => {
  const { ensure, states } = await site();

  await ensure(record(first, { state, kind: 'rollback', reason: 'x'.repeat(500) }));

  expect(states()).toEqual([[shown]]);
});

test('deployments of others are left alone', async () => {
  const { ensure, repository, github } = await site();
  const client = clientFor(github, jobRuntime());
  const body = {
    ref: 'main',
    environment: 'production',
    payload: JSON.stringify({ id: first }),
    required_contexts: [],
  };
  await client.rest({
    method: 'POST',
    path: '/repos/octo/flights/deployments',
    body,
    needs: 'deployments: write',
  });

  expect(await ensure(record(first))).toBe('created');

  expect(repository.deployments).toHaveLength(2);
  expect(repository.deployments[0]?.statuses).toEqual([]);
});
