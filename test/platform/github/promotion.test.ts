import { afterAll, describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../../src/schema/run.types.ts';
import { removeFolders } from '../../git/repository.ts';
import { makeCommit, makeRecord } from '../../ledger/records.ts';
import {
  type GitHub,
  platformOf,
  pullRequestJob,
  type Repository,
  type Run,
  startSite,
  stopSites,
  workflow,
} from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

async function withPull(files: Record<string, string> = {}) {
  const { github, repository } = await startSite({ 'notes.txt': '1', '.github/x': '1', ...files });
  github.commit(repository, { branch: 'change', files: { 'train.py': 'x' } });
  const { number } = github.pullRequest(repository, { head: 'change' });
  return { github, repository, number };
}

/** The record a pull request's run would make, kept in that run. */
async function keepRun(
  github: GitHub,
  repository: Repository,
  number: number,
  changes: {
    commit?: Partial<RunRecord['commit']>;
    trust?: Partial<RunRecord['trust']>;
    run?: Partial<Run>;
    status?: RunRecord['status'];
  } = {},
): Promise<RunRecord> {
  const head = repository.issues.get(number)?.pull?.head;
  const run = github.workflowRun(repository, {
    headSha: head?.sha ?? '',
    event: 'pull_request',
    headBranch: 'change',
  });
  Object.assign(run, changes.run);
  const { platform, headSha, mergeSha } = pullRequestJob(github, repository, number, { run });
  const { tree } = await platform.context();
  const commit = makeCommit(mergeSha, {
    head_sha: headSha,
    tree,
    event: 'pull_request',
    workflow_path: workflow,
    ...changes.commit,
  });
  const trust = {
    level: 'pull_request',
    event: 'pull_request',
    token: 'write',
    protected_branch: false,
    imported: false,
  } as const;
  const { status = 'succeeded' } = changes;
  const record = makeRecord(`run ${run.id}`, { commit, status, trust: { ...trust, ...changes.trust } });
  await platform.keepRecord(record);
  return record;
}

async function promotableOn(github: GitHub, repository: Repository, sha: string, before: string) {
  const { platform } = platformOf(github, repository, {
    event: 'push',
    sha,
    payload: { before, after: sha },
  });
  const context = await platform.context();
  github.requests.clear();
  const found = await platform.promotable('churn', context);
  return { found, requests: github.requests.count() };
}

const tip = (repository: Repository) => repository.refs.get('refs/heads/main') as string;

describe('a merge', () => {
  test.each(['merge', 'squash', 'rebase'] as const)(
    'by %s takes the record of the pull request',
    async (method) => {
      const { github, repository, number } = await withPull();
      const record = await keepRun(github, repository, number);
      const before = tip(repository);
      const sha = github.merge(repository, number, method);

      const { found, requests } = await promotableOn(github, repository, sha, before);

      expect(found).toEqual([record]);
      expect(requests).toBeLessThanOrEqual(8);
    },
  );

  test('onto a base that advanced by docs takes it too; the trees tell the caller', async () => {
    const { github, repository, number } = await withPull();
    const record = await keepRun(github, repository, number);
    const before = github.commit(repository, { files: { 'docs.md': 'x' } });
    const sha = github.merge(repository, number, 'merge');

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([record]);
  });

  test('takes the run that succeeded, although a later one on the same head failed', async () => {
    const { github, repository, number } = await withPull();
    const record = await keepRun(github, repository, number);
    const failed = await keepRun(github, repository, number, { status: 'failed' });
    const before = tip(repository);
    const sha = github.merge(repository, number, 'merge');

    const { found } = await promotableOn(github, repository, sha, before);

    expect(found).toContainEqual(record);
    expect(found).toContainEqual(failed);
  });

  test('onto a base whose workflows changed does not', async () => {
    const { github, repository, number } = await withPull();
    await keepRun(github, repository, number);
    const before = github.commit(repository, { files: { '.github/x': '2' } });
    const sha = github.merge(repository, number, 'merge');

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([]);
  });

  test("by the queue takes the record of the queue's own run", async () => {
    const { github, repository, number } = await withPull();
    const before = tip(repository);
    const sha = github.merge(repository, number, 'merge');
    const run = github.workflowRun(repository, { headSha: sha, event: 'merge_group' });
    const { platform } = platformOf(github, repository, { event: 'push', sha, run });
    const tree = (await platform.commit(sha))?.tree ?? null;
    const commit = makeCommit(sha, { tree, event: 'merge_group', workflow_path: workflow });
    const trust = {
      level: 'pull_request',
      event: 'merge_group',
      token: 'read',
      protected_branch: false,
      imported: false,
    } as const;
    const record = makeRecord('queue', { commit, trust });
    await platform.keepRecord(record);

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([record]);
  });
});

describe('a record is refused', () => {
  test.each([
    [
      'of another workflow',
      { run: { path: '.github/workflows/other.yml' }, commit: { workflow_path: null } },
    ],
    ['of another event', { run: { event: 'workflow_dispatch' } }],
    ['of a run on another head', { run: { headSha: 'f'.repeat(40) } }],
    ['claiming another head', { commit: { head_sha: 'f'.repeat(40) } }],
    ['claiming another tree', { commit: { tree: 'e'.repeat(40) } }],
    ['claiming a commit that is not there', { commit: { built_sha: 'd'.repeat(40) } }],
    ['of a dirty tree', { commit: { dirty: true } }],
    ['made by hand', { commit: { event: 'local' }, trust: { level: 'local', event: 'local' } as const }],
  ])('%s', async (_name, changes) => {
    const { github, repository, number } = await withPull();
    await keepRun(github, repository, number, changes);
    const before = tip(repository);
    const sha = github.merge(repository, number, 'squash');

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([]);
  });

  test('that claims to be built from a commit which is no merge of its head', async () => {
    const { github, repository, number } = await withPull();
    const before = tip(repository);
    const { platform } = platformOf(github, repository, { event: 'push', sha: before });
    const tree = (await platform.commit(before))?.tree ?? null;
    await keepRun(github, repository, number, { commit: { built_sha: before, tree } });
    const sha = github.merge(repository, number, 'squash');

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([]);
  });

  test('of a fork, whose code may have written it', async () => {
    const { github, repository } = await startSite();
    const fork = github.repository('mona/flights', { forkOf: repository });
    github.commit(fork, { branch: 'change', files: { 'train.py': 'x' } });
    const { number } = github.pullRequest(repository, { head: 'change', from: fork });
    await keepRun(github, repository, number, { run: { headRepository: fork } });
    const before = tip(repository);
    const sha = github.merge(repository, number, 'merge');

    expect((await promotableOn(github, repository, sha, before)).found).toEqual([]);
  });
});

describe('a standing verdict', () => {
  const key = 'ab'.repeat(32);

  test("is not one that a fork's run or another workflow called so", async () => {
    const { github, repository } = await startSite();
    const sha = tip(repository);
    const fork = github.repository('mona/flights', { forkOf: repository });
    const runs = [
      github.workflowRun(repository, { headSha: sha, headRepository: fork }),
      github.workflowRun(repository, { headSha: sha, path: '.github/workflows/other.yml' }),
    ];
    for (const run of runs) {
      await platformOf(github, repository, { event: 'push', sha, run }).platform.keepVerdict(key, {
        verdict: 'pass',
      });
    }
    const { platform } = platformOf(github, repository, { event: 'push', sha });
    expect(await platform.standingVerdict(key)).toBeNull();

    await platform.keepVerdict(key, { verdict: 'fail' });

    expect(await platform.standingVerdict(key)).toEqual({ verdict: 'fail' });
  });

  test("of several runs is the oldest one's", async () => {
    const { github, repository } = await startSite();
    const job = () => platformOf(github, repository, { event: 'push', sha: tip(repository) }).platform;
    for (const verdict of ['fail', 'pass', 'inconclusive']) await job().keepVerdict(key, { verdict });

    expect(await job().standingVerdict(key)).toEqual({ verdict: 'fail' });
  });

  test('which lets something through is none where the check of its run, which only our jobs write, says otherwise', async () => {
    const { github, repository } = await startSite();
    const sha = tip(repository);
    const run = github.workflowRun(repository, { headSha: sha, event: 'pull_request' });
    const planted = { conclusion: 'success', models: [{ model: 'churn' }] };
    const { platform } = platformOf(github, repository, { event: 'push', sha, run });
    await platform.keepVerdict(key, planted);
    const check = {
      name: 'trainyard',
      headSha: sha,
      externalId: String(run.id),
      status: 'completed',
    } as const;
    const said = { title: '', summary: '', text: '', annotations: [] };

    expect(await platform.standingVerdict(key)).toBeNull();
    await platform.ensureCheck({ ...check, conclusion: 'failure', ...said });
    expect(await platform.standingVerdict(key)).toBeNull();
    await platform.ensureCheck({ ...check, conclusion: 'success', ...said });
    expect(await platform.standingVerdict(key)).toEqual(planted);
  });

  test('is found behind any number of artifacts that forks called so', async () => {
    const { github, repository } = await startSite();
    const sha = tip(repository);
    const fork = github.repository('mona/flights', { forkOf: repository });
    for (let i = 0; i < 12; i += 1) {
      const run = github.workflowRun(repository, { headSha: sha, headRepository: fork });
      github.artifact(run, { name: `trainyard-verdict-${key}`, files: { 'verdict.json': '{}' } });
    }
    const { platform } = platformOf(github, repository, { event: 'push', sha });
    await platform.keepVerdict(key, { verdict: 'fail' });

    expect(await platform.standingVerdict(key)).toEqual({ verdict: 'fail' });
  });
});

describe('records of runs', () => {
  test('are found behind any number of artifacts that forks called so, and are none of theirs', async () => {
    const { github, repository } = await startSite();
    const sha = tip(repository);
    const { platform } = platformOf(github, repository, { event: 'push', sha });
    const commit = makeCommit(sha, { event: 'push', workflow_path: workflow });
    const ours = makeRecord('ours', { commit });
    await platform.keepRecord(ours);
    const fork = github.repository('mona/flights', { forkOf: repository });
    const run = github.workflowRun(repository, { headSha: sha, headRepository: fork, event: 'push' });
    for (let i = 0; i < 7; i += 1) {
      const theirs =
        i === 0 ? makeRecord('theirs', { id: ours.id, commit }) : makeRecord(`theirs ${i}`, { commit });
      github.artifact(run, {
        name: `trainyard-run-churn-${theirs.id}`,
        files: { 'run.json': JSON.stringify(theirs) },
      });
    }

    expect((await platform.promotable('churn', null)).map(({ id }) => id)).toEqual([ours.id]);
    expect((await platform.runById(ours.id))?.trust.level).not.toBe('pull_request');
  });
});
