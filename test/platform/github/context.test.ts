import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeFolder, put, removeFolders } from '../../git/repository.ts';
import { digits } from '../../ledger/records.ts';
import { platformOf, pullRequestJob, startSite, stopSites, workflow } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

/** `main` moved on after the branch `change` left it. */
async function withPull() {
  const { github, repository } = await startSite();
  const fork = repository.refs.get('refs/heads/main') as string;
  github.commit(repository, { branch: 'change', files: { 'train.py': 'x' } });
  const main = github.commit(repository, { files: { 'docs.md': 'x' } });
  const { number } = github.pullRequest(repository, { head: 'change' });
  return { github, repository, number, fork, main };
}

const tip = (repository: { refs: Map<string, string> }, branch: string) =>
  repository.refs.get(`refs/heads/${branch}`) as string;

describe('a pull request', () => {
  test('built by its merge ref is judged against what it was merged with', async () => {
    const { github, repository, number, main } = await withPull();
    const { platform, headSha, mergeSha } = pullRequestJob(github, repository, number);

    const context = await platform.context();

    const run = String(repository.runs.at(-1)?.id);
    expect(context).toEqual({
      event: 'pull_request',
      headSha,
      builtSha: mergeSha,
      tree: (await platform.commit(mergeSha))?.tree,
      baseSha: main,
      pullRequest: number,
      workflowPath: workflow,
      attempt: 1,
      branch: 'change',
      defaultBranch: 'main',
      dirty: false,
      onDefaultBranch: false,
      trust: {
        level: 'pull_request',
        event: 'pull_request',
        token: 'write',
        protected_branch: false,
        imported: false,
      },
      repositoryUrl: 'https://github.test/octo/flights',
      baseBranch: 'main',
      runId: run,
      runUrl: `https://github.test/octo/flights/actions/runs/${run}`,
      notes: [],
    });
  });

  test('retargeted or with a moved base after the event is judged against the merge it built', async () => {
    const { github, repository, number, main } = await withPull();
    const { platform } = pullRequestJob(github, repository, number);
    github.commit(repository, { files: { 'docs.md': 'later' } });

    expect((await platform.context()).baseSha).toBe(main);
  });

  test('whose head was checked out is judged against the merge base', async () => {
    const { github, repository, number, fork } = await withPull();
    const folder = makeFolder();
    put(folder, '.git/HEAD', `${tip(repository, 'change')}\n`);
    const { platform, headSha } = pullRequestJob(github, repository, number, {
      env: { GITHUB_WORKSPACE: folder },
    });

    expect(await platform.context()).toMatchObject({ builtSha: headSha, baseSha: fork });
  });

  test('of a read-only token says so, and leaves nothing behind', async () => {
    const { github, repository, number } = await withPull();
    const { platform } = pullRequestJob(github, repository, number, { permissions: 'read-all' });

    expect((await platform.context()).trust.token).toBe('read');
    expect(repository.checks).toEqual([]);
  });
});

describe('a push', () => {
  test.each([
    ['main', false, 'protected', true],
    ['main', true, 'protected', true],
    ['release', true, 'protected', false],
    ['topic', false, 'branch', false],
  ] as const)('to %s (protected: %s) has trust %s', async (branch, isProtected, level, onDefaultBranch) => {
    const { github, repository } = await startSite();
    const before = tip(repository, 'main');
    const after = github.commit(repository, { branch, files: { a: 'x' } });
    if (isProtected) repository.protected.add(`refs/heads/${branch}`);
    const ref = `refs/heads/${branch}`;
    const { platform } = platformOf(github, repository, {
      event: 'push',
      sha: after,
      ref,
      payload: { before, after },
    });

    expect(await platform.context()).toMatchObject({
      headSha: after,
      builtSha: after,
      baseSha: before,
      pullRequest: null,
      branch,
      onDefaultBranch,
      trust: { level, event: 'push', protected_branch: isProtected },
    });
  });

  test('that made the branch is judged against its first parent', async () => {
    const { github, repository } = await startSite();
    const parent = tip(repository, 'main');
    const after = github.commit(repository, { branch: 'new', files: { a: 'x' } });
    const payload = { before: '0'.repeat(40), after };
    const { platform } = platformOf(github, repository, {
      event: 'push',
      sha: after,
      ref: 'refs/heads/new',
      payload,
    });

    expect((await platform.context()).baseSha).toBe(parent);
  });

  test('of a first commit has no base', async () => {
    const { github, repository } = await startSite();
    const sha = tip(repository, 'main');
    const { platform } = platformOf(github, repository, {
      event: 'push',
      sha,
      payload: { before: '0'.repeat(40), after: sha },
    });

    expect((await platform.context()).baseSha).toBeNull();
  });
});

describe('the merge queue', () => {
  test('is judged against the newest commit of the default branch, not against the group before it', async () => {
    const { github, repository } = await startSite();
    const main = tip(repository, 'main');
    const first = github.commit(repository, { branch: 'gh-readonly-queue/main/pr-1', files: { a: '1' } });
    repository.refs.set('refs/heads/gh-readonly-queue/main/pr-2', first);
    const second = github.commit(repository, { branch: 'gh-readonly-queue/main/pr-2', files: { b: '1' } });
    const ref = 'refs/heads/gh-readonly-queue/main/pr-2';
    const payload = {
      merge_group: { head_sha: second, base_sha: first, head_ref: ref, base_ref: 'refs/heads/main' },
    };
    const { platform } = platformOf(github, repository, { event: 'merge_group', sha: second, ref, payload });

    expect(await platform.context()).toMatchObject({
      headSha: second,
      builtSha: second,
      baseSha: main,
      onDefaultBranch: false,
      trust: { level: 'pull_request', event: 'merge_group' },
    });
  });
});

describe('other events', () => {
  test.each(['workflow_dispatch', 'schedule'])(
    '%s on main is judged against the first parent',
    async (event) => {
      const { github, repository } = await startSite();
      const parent = tip(repository, 'main');
      const sha = github.commit(repository, { files: { a: 'x' } });
      const { platform } = platformOf(github, repository, { event, sha, payload: {} });

      expect(await platform.context()).toMatchObject({
        headSha: sha,
        baseSha: parent,
        onDefaultBranch: true,
      });
    },
  );

  test('a dispatch on a branch is judged against where it left the default branch', async () => {
    const { github, repository, fork } = await withPull();
    const sha = tip(repository, 'change');
    const { platform } = platformOf(github, repository, {
      event: 'workflow_dispatch',
      sha,
      ref: 'refs/heads/change',
    });

    expect(await platform.context()).toMatchObject({
      baseSha: fork,
      branch: 'change',
      onDefaultBranch: false,
    });
  });

  test('a release of a commit of the default branch is on it; one of a side branch is not', async () => {
    const { github, repository, main } = await withPull();
    const of = async (sha: string) => {
      const seed = {
        event: 'release',
        sha,
        ref: 'refs/tags/v1.0.0',
        payload: { release: { tag_name: 'v1.0.0' } },
      };
      return (await platformOf(github, repository, seed).platform.context()).onDefaultBranch;
    };

    expect(await of(main)).toBe(true);
    expect(await of(tip(repository, 'change'))).toBe(false);
  });
});

describe('a run that reports on another', () => {
  const payloadFor = (event: string, sha: string, owner = 'octo', branch = 'change') => ({
    workflow_run: {
      id: 77,
      event,
      head_sha: sha,
      head_branch: branch,
      head_repository: { owner: { login: owner } },
    },
  });

  test('knows the pull request of a fork by its head', async () => {
    const { github, repository } = await startSite();
    const main = tip(repository, 'main');
    const fork = github.repository('mona/flights', { forkOf: repository });
    const head = github.commit(fork, { branch: 'change', files: { 'train.py': 'x' } });
    const { number } = github.pullRequest(repository, { head: 'change', from: fork });
    const payload = payloadFor('pull_request', head, 'mona');
    const { platform } = platformOf(github, repository, { event: 'workflow_run', sha: main, payload });

    expect(await platform.context()).toMatchObject({
      event: 'workflow_run',
      headSha: head,
      builtSha: repository.refs.get(`refs/pull/${number}/merge`),
      baseSha: main,
      pullRequest: number,
      onDefaultBranch: false,
      trust: { level: 'pull_request', event: 'pull_request' },
    });
  });

  test("whose head is not the pull request's any more says so", async () => {
    const { github, repository } = await withPull();
    const old = tip(repository, 'change');
    github.commit(repository, { branch: 'change', files: { 'train.py': 'newer' } });
    const payload = payloadFor('pull_request', old);
    const { platform } = platformOf(github, repository, {
      event: 'workflow_run',
      sha: tip(repository, 'main'),
      payload,
    });

    expect(await platform.context()).toMatchObject({
      pullRequest: null,
      baseSha: null,
      baseProblem: expect.any(String),
    });
  });
});

describe('a payload', () => {
  test.each(['pull_request', 'merge_group', 'workflow_run'])(
    'of %s without its commits is a ConfigError',
    async (event) => {
      const { github, repository } = await startSite();
      const { platform } = platformOf(github, repository, {
        event,
        sha: tip(repository, 'main'),
        payload: { [event]: {} },
      });

      await expect(platform.context()).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringContaining(event),
      });
    },
  );

  test('that is missing is a ConfigError', async () => {
    const { github, repository } = await startSite();
    const env = { GITHUB_EVENT_PATH: join(makeFolder(), 'nothing.json') };
    const { platform } = platformOf(github, repository, { event: 'push', sha: digits('x'), env });

    await expect(platform.context()).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('without the default branch has it asked for', async () => {
    const { github, repository } = await startSite();
    const seed = { event: 'schedule', sha: tip(repository, 'main'), payload: { repository: null } };

    expect((await platformOf(github, repository, seed).platform.context()).defaultBranch).toBe('main');
  });
});
