import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createLocalPlatform } from '../../src/platform/local/index.ts';
import type { RunContext } from '../../src/platform/types.ts';
import {
  commitFile,
  git,
  makeFolder,
  makeRepository,
  makeRuntime,
  put,
  removeFolders,
} from '../git/repository.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

function contextOf(root: string): Promise<RunContext> {
  return createLocalPlatform(runtime, root).context();
}

function clone(origin: string, ...flags: string[]): string {
  const folder = join(makeFolder(), 'clone');
  git(origin, 'clone', '--quiet', ...flags, `file://${origin}`, folder);
  return folder;
}

/** Two commits on `main`, then one on `feature`, which is checked out. */
function featureBranch(main = 'main'): { root: string; first: string; fork: string; head: string } {
  const root = makeRepository([`--initial-branch=${main}`]);
  const first = commitFile(root);
  const fork = commitFile(root);
  git(root, 'checkout', '--quiet', '-b', 'feature');
  return { root, first, fork, head: commitFile(root, 'b.txt') };
}

describe('on the default branch', () => {
  test('a clean commit is judged against its first parent', async () => {
    const root = makeRepository();
    const parent = commitFile(root);
    git(root, 'checkout', '--quiet', '-b', 'side');
    commitFile(root, 'b.txt');
    git(root, 'checkout', '--quiet', 'main');
    git(root, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'side');
    const head = git(root, 'rev-parse', 'HEAD');

    expect(await contextOf(root)).toEqual({
      event: 'local',
      headSha: head,
      builtSha: head,
      tree: git(root, 'rev-parse', 'HEAD^{tree}'),
      baseSha: parent,
      pullRequest: null,
      workflowPath: null,
      attempt: 1,
      branch: 'main',
      defaultBranch: 'main',
      dirty: false,
      onDefaultBranch: true,
      trust: { level: 'local', event: 'local', token: 'none', protected_branch: false, imported: false },
      repositoryUrl: null,
      runId: null,
      runUrl: null,
      notes: [],
    });
  });

  test('a dirty tree is judged against HEAD', async () => {
    const root = makeRepository();
    commitFile(root);
    const head = commitFile(root);
    put(root, 'a.txt', 'changed');

    expect(await contextOf(root)).toMatchObject({
      headSha: head,
      baseSha: head,
      dirty: true,
      onDefaultBranch: true,
    });
  });

  test('the root commit has no base, and that is no problem', async () => {
    const root = makeRepository();
    commitFile(root);

    const context = await contextOf(root);

    expect(context).toMatchObject({ baseSha: null, onDefaultBranch: true });
    expect(context).not.toHaveProperty('baseProblem');
  });

  test('an empty repository has no commit at all', async () => {
    const context = await contextOf(makeRepository());

    expect(context).toMatchObject({
      headSha: null,
      builtSha: null,
      tree: null,
      baseSha: null,
      branch: 'main',
      dirty: false,
    });
    expect(context).not.toHaveProperty('baseProblem');
  });

  test('a detached HEAD on one of its commits counts as being on it', async () => {
    const root = makeRepository();
    const first = commitFile(root);
    const second = commitFile(root);
    commitFile(root);
    git(root, 'checkout', '--quiet', '--detach', second);

    expect(await contextOf(root)).toMatchObject({
      headSha: second,
      baseSha: first,
      branch: null,
      onDefaultBranch: true,
    });
  });

  test('what lies under .trainyard never makes the tree dirty, for git neither', async () => {
    const root = makeRepository();
    commitFile(root);
    const platform = createLocalPlatform(runtime, root);
    await platform.writeSummary('x');

    expect((await platform.context()).dirty).toBe(false);
    expect(git(root, 'status', '--porcelain', '--untracked-files=all')).toBe('');
  });
});

describe('on a branch', () => {
  test('the base is where it left the default branch, also when that moved on', async () => {
    const { root, fork, head } = featureBranch();
    git(root, 'checkout', '--quiet', 'main');
    commitFile(root, 'c.txt');
    git(root, 'checkout', '--quiet', 'feature');

    expect(await contextOf(root)).toMatchObject({
      headSha: head,
      baseSha: fork,
      branch: 'feature',
      onDefaultBranch: false,
    });
  });

  test('a dirty tree keeps that base', async () => {
    const { root, fork } = featureBranch();
    put(root, 'new', 'x');

    expect(await contextOf(root)).toMatchObject({ baseSha: fork, dirty: true, onDefaultBranch: false });
  });

  test('without a remote or main, master is the default branch', async () => {
    const { root, fork } = featureBranch('master');

    expect(await contextOf(root)).toMatchObject({ baseSha: fork, defaultBranch: 'master' });
  });

  test('the default branch is what the remote says, whatever its name', async () => {
    const { root: origin, fork } = featureBranch('trunk/ünï');
    git(origin, 'checkout', '--quiet', 'trunk/ünï');
    const root = clone(origin);
    git(root, 'branch', 'main');
    git(root, 'checkout', '--quiet', 'feature');

    expect(await contextOf(root)).toMatchObject({
      baseSha: fork,
      defaultBranch: 'trunk/ünï',
      onDefaultBranch: false,
    });
  });

  test('a stale local default branch does not move the base back', async () => {
    const origin = makeRepository();
    commitFile(origin);
    const root = clone(origin);
    const newer = commitFile(origin);
    git(root, 'fetch', '--quiet');
    git(root, 'checkout', '--quiet', '-b', 'feature', 'origin/main');
    commitFile(root, 'b.txt');

    expect(await contextOf(root)).toMatchObject({ baseSha: newer });
  });

  test('a local default branch ahead of the remote counts too', async () => {
    const origin = makeRepository();
    commitFile(origin);
    const root = clone(origin);
    const unpushed = commitFile(root);
    git(root, 'checkout', '--quiet', '-b', 'feature');
    commitFile(root, 'b.txt');

    expect(await contextOf(root)).toMatchObject({ baseSha: unpushed });
  });

  test('a clone that holds the default branch only as fetched has its base from there', async () => {
    const { root: origin, fork } = featureBranch();
    const root = clone(origin, '--branch=feature');
    git(root, 'remote', 'set-head', 'origin', '--delete');

    expect(await contextOf(root)).toMatchObject({ baseSha: fork, defaultBranch: 'main', branch: 'feature' });
  });

  test('a clone of a bare origin works the same', async () => {
    const { root: source, fork } = featureBranch();
    const bare = join(makeFolder(), 'bare.git');
    git(source, 'clone', '--quiet', '--bare', source, bare);
    const root = clone(bare, '--branch=feature');

    expect(await contextOf(root)).toMatchObject({ baseSha: fork, branch: 'feature' });
  });
});

describe('without a base the context says why', () => {
  test('in a shallow clone whose parent was cut off', async () => {
    const { root: origin } = featureBranch();
    git(origin, 'checkout', '--quiet', 'main');
    const root = clone(origin, '--depth=1');

    expect(await contextOf(root)).toMatchObject({
      baseSha: null,
      onDefaultBranch: true,
      baseProblem: expect.stringContaining('git fetch --unshallow'),
    });
  });

  test('in a shallow clone that does not reach the fork', async () => {
    const { root: origin, head } = featureBranch();
    git(origin, 'checkout', '--quiet', 'main');
    commitFile(origin, 'c.txt');
    git(origin, 'checkout', '--quiet', 'feature');
    const root = clone(origin, '--depth=1', '--no-single-branch');

    expect(await contextOf(root)).toMatchObject({
      headSha: head,
      baseSha: null,
      baseProblem: expect.stringContaining('git fetch --unshallow'),
    });
  });

  test('when histories have nothing in common', async () => {
    const root = makeRepository();
    commitFile(root);
    git(root, 'checkout', '--quiet', '--orphan', 'other');
    commitFile(root, 'b.txt');

    expect(await contextOf(root)).toMatchObject({
      baseSha: null,
      baseProblem: expect.stringContaining('no commit in common'),
    });
  });

  test('when no default branch can be told', async () => {
    const root = makeRepository(['--initial-branch=development']);
    commitFile(root);

    expect(await contextOf(root)).toMatchObject({
      baseSha: null,
      defaultBranch: null,
      onDefaultBranch: false,
      baseProblem: expect.stringContaining('No default branch'),
    });
  });
});
