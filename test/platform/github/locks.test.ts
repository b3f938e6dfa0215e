import { afterAll, expect, test } from '@jest/globals';
import { createGitHubLocks } from '../../../src/platform/github/locks.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, type GitHub, jobRuntime, type Repository, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

function job(github: GitHub, repository: Repository, status = 'in_progress') {
  const run = github.workflowRun(repository, { headSha: 'a'.repeat(40), event: 'release', status });
  const locks = createGitHubLocks(clientFor(github, jobRuntime()), { runId: run.id, attempt: 1 });
  const holder = {
    ...{ token: `token-${run.id}`, purpose: 'deploy churn 1.2.0', since: '2026-01-01T00:00:00.000Z' },
    ...{ life: locks.life(), url: null },
  };
  return { run, locks, holder };
}

test('a lock is a branch that one of several makes, and a commit from then on', async () => {
  const { github, repository } = await startSite();
  const jobs = Array.from({ length: 5 }, () => job(github, repository));
  const free = await (jobs[0] as ReturnType<typeof job>).locks.see('production');
  expect(free).toEqual({ holder: null, mark: null });

  const changes = await Promise.all(
    jobs.map(({ locks, holder }) => locks.change('production', free, holder)),
  );

  expect(changes.filter((change) => change === 'changed')).toHaveLength(1);
  const winner = jobs[changes.indexOf('changed')] as ReturnType<typeof job>;
  const seen = await winner.locks.see('production');
  expect(seen.holder).toEqual(winner.holder);
  expect(await winner.locks.change('production', seen, null)).toBe('changed');
  const again = await winner.locks.see('production');
  expect(again.holder).toBeNull();
  const claims = await Promise.all(
    jobs.map(({ locks, holder }) => locks.change('production', again, holder)),
  );
  expect(claims.filter((change) => change === 'changed')).toHaveLength(1);
});

test('of five that saw the same dead holder one takes over', async () => {
  const { github, repository } = await startSite();
  const dead = job(github, repository);
  await dead.locks.change('production', await dead.locks.see('production'), dead.holder);
  dead.run.status = 'completed';
  const jobs = Array.from({ length: 5 }, () => job(github, repository));
  const seen = await dead.locks.see('production');
  expect(await (jobs[0] as ReturnType<typeof job>).locks.lives(dead.holder)).toBe(false);

  const changes = await Promise.all(
    jobs.map(({ locks, holder }) => locks.change('production', seen, holder)),
  );

  expect(changes.filter((change) => change === 'changed')).toHaveLength(1);
});

test('taking and giving back take two requests each, but for the first claim', async () => {
  const { github, repository } = await startSite();
  const { locks, holder } = job(github, repository);
  await locks.change('production', await locks.see('production'), holder);
  github.requests.clear();

  await locks.change('production', await locks.see('production'), null);

  expect(github.requests.count()).toBe(2);
});

test('a holder lives as long as its run, in that attempt', async () => {
  const { github, repository } = await startSite();
  const { locks, holder, run } = job(github, repository);
  expect(await locks.lives(holder)).toBe(true);

  run.attempt = 2;
  expect(await locks.lives(holder)).toBe(false);
  run.attempt = 1;
  run.status = 'completed';
  expect(await locks.lives(holder)).toBe(false);
  expect(await locks.lives({ ...holder, life: { run: 999_999_999, attempt: 1 } })).toBe(false);
  expect(await locks.lives({ ...holder, life: { pid: 7 } })).toBe(true);
});

test('a branch of the user is no lock', async () => {
  const { github, repository } = await startSite();
  github.commit(repository, { branch: 'trainyard-lock/production', files: { 'lock.json': 'mine' } });
  const { locks } = job(github, repository);

  await expect(locks.see('production')).rejects.toThrow(/is no lock of Trainyard's/);
});
