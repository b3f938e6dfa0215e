import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createGitHubDocuments } from '../../src/ledger/github/documents.ts';
import { createGitHubDeployments } from '../../src/platform/github/deployments.ts';
import { createGitHubLocks } from '../../src/platform/github/locks.ts';
import type { ReleaseSite } from '../../src/release/site.ts';
import { deploy } from '../../src/verbs/deploy.ts';
import { reconcile } from '../../src/verbs/reconcile.ts';
import { rollback } from '../../src/verbs/rollback.ts';
import { status } from '../../src/verbs/status.ts';
import { makeFolder, removeFolders } from '../git/repository.ts';
import { clientFor, type GitHub, type Repository, startSite, stopSites } from '../platform/github/site.ts';
import { registerVersion } from './manifests.ts';
import { quickRuntime, releaseSite } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const config = `version: 1
model: churn
deploy: { production: { target: { directory: { path: srv } }, url: 'https://models.example.org' } }
`;
const asked = { model: null, environment: null };
const version = (wanted: string) => ({ ...asked, version: wanted, allowLower: false });

/** A job of its own in the same project, and its run. */
function job(
  github: GitHub,
  repository: Repository,
  folder: string,
  ahead = 0,
): { site: ReleaseSite; end(): void } {
  const run = github.workflowRun(repository, {
    headSha: 'a'.repeat(40),
    event: 'release',
    status: 'in_progress',
  });
  const runtime = quickRuntime(ahead);
  const client = clientFor(github, runtime, {
    ...{ contents: 'write', deployments: 'write', actions: 'read', checks: 'write' },
  });
  const sha = repository.refs.get('refs/heads/main') as string;
  const site = releaseSite(folder, config, {
    runtime,
    documents: createGitHubDocuments(client),
    locks: createGitHubLocks(client, { runId: run.id, attempt: 1 }),
    deployments: createGitHubDeployments(runtime, client, { sha, runUrl: 'https://github.test/run' }),
  });
  return {
    site,
    end: () => {
      run.status = 'completed';
    },
  };
}

async function start() {
  const { github, repository } = await startSite();
  const folder = makeFolder();
  for (const one of ['1.0.0', '1.1.0', '1.2.0']) registerVersion(folder, one, { commit: null });
  const served = () => readFileSync(join(folder, 'srv/current/model.bin'), 'utf8');
  return { github, repository, folder, served };
}

test('a deployment on GitHub: what is asked, written and shown', async () => {
  const { github, repository, folder, served } = await start();
  await deploy(job(github, repository, folder).site, version('1.0.0'));
  github.requests.clear();

  const { result } = await deploy(job(github, repository, folder).site, version('1.1.0'));

  expect(result).toBe('succeeded');
  expect(served()).toBe('model 1.1.0');
  expect(github.requests.count()).toBeLessThanOrEqual(28);
  expect(repository.deployments.map(({ statuses }) => statuses.map(({ state }) => state))).toEqual([
    ['in_progress', 'success', 'inactive'],
    ['in_progress', 'success'],
  ]);
  const [shown] = await status(job(github, repository, folder).site, { ...asked, target: false });
  expect(shown).toMatchObject({ live: { version: '1.1.0' }, open: null });
});

const states = (repository: Repository) =>
  repository.deployments
    .filter(({ payload }) => (payload as { model?: string }).model === 'churn')
    .map(({ statuses }) => statuses.at(-1)?.state);

test('one version is shown as live, also where an earlier run left another so, or many models share the environment', async () => {
  const { github, repository, folder } = await start();
  await deploy(job(github, repository, folder).site, version('1.0.0'));
  await deploy(job(github, repository, folder).site, version('1.1.0'));
  const [first, second] = repository.deployments;
  if (first === undefined || second === undefined) throw new Error('nothing was shown');
  first.statuses.pop();
  expect(states(repository)).toEqual(['success', 'success']);
  const payload = { ...(second.payload as object), model: 'other', id: 'f'.repeat(20) };
  for (let id = 1; id <= 250; id += 1)
    repository.deployments.push({ ...second, id: 9_000_000 + id, payload, statuses: [...second.statuses] });

  await deploy(job(github, repository, folder).site, version('1.2.0'));

  expect(states(repository)).toEqual(['inactive', 'inactive', 'success']);
  expect(repository.deployments.filter(({ statuses }) => statuses.at(-1)?.state === 'success')).toHaveLength(
    251,
  );
});

test('clocks that jump by hours change neither what is live nor what is shown', async () => {
  const { github, repository, folder, served } = await start();
  const hour = 3_600_000;
  const at = (ahead: number) => job(github, repository, folder, ahead).site;
  await deploy(at(2 * hour), version('1.0.0'));
  await deploy(at(-2 * hour), version('1.1.0'));
  await deploy(at(5 * hour), version('1.2.0'));
  const newest = repository.deployments.at(-1) as (typeof repository.deployments)[number];
  const payload = { ...(newest.payload as object), model: 'other', id: 'f'.repeat(20) };
  repository.deployments.push({ ...newest, id: newest.id + 1, payload, statuses: [] });
  await reconcile(at(0), asked);
  expect(states(repository)).toEqual(['inactive', 'inactive', 'success']);
  await rollback(at(0), { ...asked, to: null, reason: 'slow' });
  await deploy(at(0), version('1.0.0')).catch(() => undefined);
  await reconcile(at(3 * hour), asked);

  expect(served()).toBe('model 1.1.0');
  expect(states(repository)).toEqual(['inactive', 'inactive', 'inactive', 'success']);
  const [shown] = await status(at(0), { ...asked, target: true });
  expect(shown).toMatchObject({ live: { version: '1.1.0' }, open: null, blocked: [{ version: '1.2.0' }] });
});

test('jobs at once take turns, and what is live is the highest', async () => {
  const { github, repository, folder, served } = await start();
  const versions = ['1.0.0', '1.1.0', '1.2.0'];

  const ends = await Promise.allSettled(
    versions.map((one) => deploy(job(github, repository, folder).site, version(one))),
  );

  for (const end of ends)
    if (end.status === 'rejected') expect(String(end.reason)).toContain('is lower than');
  expect(served()).toBe('model 1.2.0');
}, 30_000);

test('a job that dies is tidied once its run has ended, and not before', async () => {
  const { github, repository, folder, served } = await start();
  await deploy(job(github, repository, folder).site, version('1.0.0'));
  const dying = job(github, repository, folder);
  const died = deploy(
    {
      ...dying.site,
      open: async (...destination) => {
        const deps = await dying.site.open(...destination);
        return { ...deps, target: { ...deps.target, probe: () => new Promise(() => {}) } };
      },
    },
    version('1.1.0'),
  );
  died.catch(() => undefined);
  const other = job(github, repository, folder);
  while (served() !== 'model 1.1.0') await new Promise((resolve) => setTimeout(resolve, 20));
  const [busy] = await reconcile(other.site, asked);
  expect(busy).toMatchObject({
    result: 'left',
    reason: expect.stringContaining('is locked by "deploy churn 1.1.0"'),
  });

  dying.end();
  const [tidied] = await reconcile(other.site, asked);

  expect(tidied).toMatchObject({ result: 'turned-back' });
  expect(served()).toBe('model 1.0.0');
  expect(repository.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success', 'error']);
}, 30_000);

test('a rollback is a deployment of its own', async () => {
  const { github, repository, folder } = await start();
  for (const one of ['1.0.0', '1.1.0']) await deploy(job(github, repository, folder).site, version(one));

  await rollback(job(github, repository, folder).site, { ...asked, to: null, reason: 'slow' });

  expect(repository.deployments.map(({ task, statuses }) => [task, statuses.at(-1)?.state])).toEqual([
    ['deploy', 'inactive'],
    ['deploy', 'inactive'],
    ['rollback', 'success'],
  ]);
});
