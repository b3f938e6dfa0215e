import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createGit, findRoot } from '../../src/git/index.ts';
import type { Runtime } from '../../src/runtime/types.ts';
import {
  commitFile,
  git,
  makeFolder,
  makeRepository,
  makeRuntime,
  put,
  removeFolders,
} from './repository.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

/** A machine whose git is this shell script. */
function withGit(script: string): Runtime {
  const bin = makeFolder();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'git'), 0o755);
  return makeRuntime({ env: { PATH: bin } });
}

function stage(root: string, path: string, text: string): void {
  put(root, path, text);
  git(root, 'add', '--', path);
}

describe('findRoot', () => {
  test('finds the root from a folder below it', async () => {
    const root = makeRepository();
    mkdirSync(join(root, 'a b', 'ü'), { recursive: true });

    expect(await findRoot(runtime, join(root, 'a b', 'ü'))).toBe(root);
  });

  test('finds the root of a linked work tree', async () => {
    const root = makeRepository();
    commitFile(root);
    const linked = join(makeFolder(), 'linked');
    git(root, 'worktree', 'add', '--quiet', linked);

    expect(await findRoot(runtime, linked)).toBe(realpathSync(linked));
  });

  test('says that a folder is not a git repository, and what to do', async () => {
    const folder = makeFolder();

    await expect(findRoot(runtime, folder)).rejects.toMatchObject({
      name: 'ConfigError',
      message: `${folder} is not a git repository.`,
      hint: expect.stringContaining('git init'),
    });
  });

  test('refuses a bare repository, which has no work tree', async () => {
    const folder = makeRepository(['--bare']);

    await expect(findRoot(runtime, folder)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('bare'),
    });
  });

  test('names git when it is missing', async () => {
    const without = makeRuntime({ env: { PATH: makeFolder() } });

    await expect(findRoot(without, makeRepository())).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('"git"'),
    });
  });

  test('refuses a git that is too old and says which it needs', async () => {
    const old = withGit('echo git version 2.17.1');

    await expect(findRoot(old, makeRepository())).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'git version 2.17.1 is too old.',
      expected: 'git 2.34 or newer',
    });
  });

  test('explains a repository that git does not trust', async () => {
    const wary = withGit(
      'case "$*" in *version) echo git version 2.39.5;; *) echo "fatal: detected dubious ownership" >&2; exit 128;; esac',
    );

    await expect(findRoot(wary, makeRepository())).rejects.toMatchObject({
      name: 'ConfigError',
      hint: expect.stringContaining('safe.directory'),
    });
  });

  test('is not led astray by GIT_DIR of a surrounding hook', async () => {
    const root = makeRepository();
    const other = makeRepository();
    const inHook = makeRuntime({
      env: { ...runtime.env, GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: '/nowhere' },
    });

    expect(await findRoot(inHook, root)).toBe(root);
  });
});

describe('headState', () => {
  const states: [string, (root: string) => void, boolean][] = [
    ['a clean tree', () => {}, false],
    ['a changed file', (root) => put(root, 'a.txt', 'changed'), true],
    ['an untracked file', (root) => put(root, 'new file', 'x'), true],
    ['an untracked file whose name has a line break', (root) => put(root, 'new\nfile', 'x'), true],
    ['an ignored file', (root) => put(root, 'x.ignored', 'x'), false],
    ['a staged change', (root) => stage(root, 'a.txt', 'changed'), true],
    ['a file in a folder left out', (root) => put(root, '.trainyard/x', 'x'), false],
    ['a touched file with equal bytes', (root) => put(root, 'a.txt', 'same'), false],
  ];

  test.each(states)('%s', async (_name, change, dirty) => {
    const root = makeRepository();
    commitFile(root, 'a.txt', 'same');
    const head = commitFile(root, '.gitignore', '*.ignored\n');
    change(root);

    expect(await createGit(runtime, root).headState(['.trainyard'])).toEqual({ head, branch: 'main', dirty });
  });

  test('an empty repository has no head, a detached one no branch', async () => {
    const root = makeRepository();
    expect(await createGit(runtime, root).headState()).toEqual({ head: null, branch: 'main', dirty: false });

    const head = commitFile(root);
    git(root, 'checkout', '--quiet', '--detach');
    expect(await createGit(runtime, root).headState()).toEqual({ head, branch: null, dirty: false });
  });

  test('user settings that hide untracked files change nothing', async () => {
    const root = makeRepository();
    commitFile(root);
    git(root, 'config', 'status.showUntrackedFiles', 'no');
    put(root, 'new', 'x');

    expect((await createGit(runtime, root).headState()).dirty).toBe(true);
  });
});

describe('revisions of strangers', () => {
  const root = makeRepository();
  const first = commitFile(root, 'a.txt', '1', 'A subject — with ünicode');
  const second = commitFile(root, 'a.txt', '2');
  git(root, 'tag', '--annotate', '--message', 'x', 'v1.0.0', first);
  const client = createGit(runtime, root);

  test.each([
    ['HEAD', second],
    ['HEAD~1', first],
    ['main', second],
    ['v1.0.0', first],
    [first.slice(0, 10), first],
  ])('%s names a commit', async (revision, sha) => {
    expect((await client.commit(revision))?.sha).toBe(sha);
  });

  test.each([
    '',
    '--all',
    '--output=x',
    '-n1',
    'a..b',
    '^HEAD',
    'nothing',
    'HEAD:a.txt',
    'x\0y',
    'HEAD\n',
    '../x',
    '0'.repeat(40),
  ])('%j names none', async (revision) => {
    expect(await client.commit(revision)).toBeNull();
    expect(existsSync(join(root, 'x'))).toBe(false);
  });

  test('a commit comes with tree, parents, date and subject', async () => {
    const commit = await client.commit(first);

    expect(commit).toEqual({
      sha: first,
      tree: git(root, 'rev-parse', `${first}^{tree}`),
      parents: [],
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/),
      subject: 'A subject — with ünicode',
    });
  });

  test.each(['--all', 'main', '', `${'0'.repeat(40)} `, 'HEAD'])(
    '%j is refused where an id is needed',
    async (sha) => {
      await expect(client.firstParents(sha, 3)).rejects.toMatchObject({ name: 'ConfigError' });
      await expect(client.mergeBase(sha, [first])).rejects.toMatchObject({ name: 'ConfigError' });
      await expect(client.showFile(sha, 'a.txt')).rejects.toMatchObject({ name: 'ConfigError' });
      await expect(client.addWorktree(join(root, 'w'), sha)).rejects.toMatchObject({ name: 'ConfigError' });
    },
  );
});

describe('history', () => {
  test('first parents leave out what was merged', async () => {
    const root = makeRepository();
    const start = commitFile(root, 'a.txt');
    git(root, 'checkout', '--quiet', '-b', 'side');
    commitFile(root, 'b.txt');
    git(root, 'checkout', '--quiet', 'main');
    const main = commitFile(root, 'c.txt');
    git(root, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'side');
    const merge = git(root, 'rev-parse', 'HEAD');
    const client = createGit(runtime, root);

    expect((await client.firstParents(merge, 10)).map(({ sha }) => sha)).toEqual([merge, main, start]);
    expect((await client.firstParents(merge, 1)).map(({ sha }) => sha)).toEqual([merge]);
    expect(await client.writtenParents(merge)).toEqual([main, git(root, 'rev-parse', 'side')]);
    expect(await client.mergeBase(merge, [main])).toBe(main);
    expect(await client.isAncestor(start, merge)).toBe(true);
    expect(await client.isAncestor(merge, start)).toBe(false);
  });

  test('histories without a common commit have no merge base', async () => {
    const root = makeRepository();
    const one = commitFile(root);
    git(root, 'checkout', '--quiet', '--orphan', 'other');
    const two = commitFile(root, 'b.txt');

    expect(await createGit(runtime, root).mergeBase(one, [two])).toBeNull();
  });

  test('a shallow clone knows that it is one, and the parents it does not hold', async () => {
    const root = makeRepository();
    const first = commitFile(root);
    const second = commitFile(root);
    const clone = join(makeFolder(), 'clone');
    git(root, 'clone', '--quiet', '--depth=1', `file://${root}`, clone);
    const client = createGit(runtime, clone);

    expect(await client.isShallow()).toBe(true);
    expect((await client.commit('HEAD'))?.parents).toEqual([]);
    expect(await client.writtenParents(second)).toEqual([first]);
    expect(await client.commit(first)).toBeNull();
  });

  test('a configuration key is read, an unset one is null', async () => {
    const root = makeRepository();
    git(root, 'config', 'remote.origin.url', 'https://example.org/a b.git');
    const client = createGit(runtime, root);

    expect(await client.config('remote.origin.url')).toBe('https://example.org/a b.git');
    expect(await client.config('remote.origin.nothing')).toBeNull();
  });
});

describe('showFile', () => {
  const names = [
    'plain.txt',
    'with space.txt',
    'ünï/cödé 模型.txt',
    'line\nbreak.txt',
    '-dash',
    'a:b',
    '"quoted"',
    'tab\there',
    ':(top)x',
  ];

  test.each(names)('reads %j as committed, not as it lies in the work tree', async (name) => {
    const root = makeRepository();
    put(root, name, 'committed\r\n\0end');
    git(root, '--literal-pathspecs', 'add', '--', name);
    git(root, 'commit', '--quiet', '--message', 'x');
    put(root, name, 'changed');
    const client = createGit(runtime, root);

    const bytes = await client.showFile(git(root, 'rev-parse', 'HEAD'), name);

    expect(Buffer.from(bytes ?? []).toString('utf8')).toBe('committed\r\n\0end');
  });

  test.each([
    'missing',
    'folder',
    'folder/',
    './a',
    '../a',
    '/etc/passwd',
    '',
    'a\0b',
    'no\nfile',
    'folder/../folder/a',
  ])('%j is no file of the commit', async (path) => {
    const root = makeRepository();
    const sha = commitFile(root, 'folder/a');

    expect(await createGit(runtime, root).showFile(sha, path)).toBeNull();
  });

  test('a commit that is not in this clone has no file', async () => {
    expect(await createGit(runtime, makeRepository()).showFile('1'.repeat(40), 'a')).toBeNull();
  });
});

describe('commitFiles', () => {
  const request = {
    message: 'Über\n\nfrom nothing\n',
    files: [{ path: 'a/b.json', text: 'é\n' }],
    date: new Date(1_700_000_000_000),
  };
  const ref = 'refs/heads/ours';

  test('makes an orphan without touching index, work tree or HEAD, and without a user name', async () => {
    const root = makeRepository();
    commitFile(root);
    put(root, 'staged', 'x');
    git(root, 'add', 'staged');
    const before = [
      git(root, 'status', '--porcelain'),
      git(root, 'rev-parse', 'HEAD'),
      git(root, 'ls-files', '--stage'),
    ];

    const outcome = await createGit(runtime, root).commitFiles({ ...request, ref, parent: null });

    expect(outcome).toEqual({ result: 'written', sha: git(root, 'rev-parse', ref) });
    expect(git(root, 'log', '-1', '--format=%an <%ae> %cn <%ce> %ct%n%P%n%B', ref)).toBe(
      'trainyard <trainyard@localhost> trainyard <trainyard@localhost> 1700000000\n\nÜber\n\nfrom nothing',
    );
    expect(git(root, 'show', `${ref}:a/b.json`)).toBe('é');
    expect([
      git(root, 'status', '--porcelain'),
      git(root, 'rev-parse', 'HEAD'),
      git(root, 'ls-files', '--stage'),
    ]).toEqual(before);
  });

  test('keeps the other files of the parent', async () => {
    const root = makeRepository();
    const client = createGit(runtime, root);
    await client.commitFiles({ ...request, ref, parent: null });
    const parent = git(root, 'rev-parse', ref);

    await client.commitFiles({ ...request, ref, parent, files: [{ path: 'a/c', text: 'c' }] });

    expect(git(root, 'ls-tree', '-r', '--name-only', ref)).toBe('a/b.json\na/c');
    expect(git(root, 'rev-parse', `${ref}^`)).toBe(parent);
  });

  test('is a conflict when the ref moved on, and changes nothing', async () => {
    const root = makeRepository();
    const client = createGit(runtime, root);
    await client.commitFiles({ ...request, ref, parent: null });
    const parent = git(root, 'rev-parse', ref);
    await client.commitFiles({ ...request, ref, parent, files: [{ path: 'x', text: 'x' }] });
    const tip = git(root, 'rev-parse', ref);

    expect(await client.commitFiles({ ...request, ref, parent })).toMatchObject({ result: 'conflict' });
    expect(await client.commitFiles({ ...request, ref, parent: null })).toMatchObject({ result: 'conflict' });
    expect(git(root, 'rev-parse', ref)).toBe(tip);
  });

  test('is a conflict while somebody holds the lock', async () => {
    const root = makeRepository();
    writeFileSync(join(root, '.git/refs/heads/ours.lock'), '');

    const outcome = await createGit(runtime, root).commitFiles({ ...request, ref, parent: null });

    expect(outcome).toMatchObject({ result: 'conflict', reason: expect.stringContaining('ours.lock') });
  });

  test('says which branch stands in the way of the name', async () => {
    const root = makeRepository();
    commitFile(root);
    git(root, 'branch', 'ours/other');

    await expect(
      createGit(runtime, root).commitFiles({ ...request, ref, parent: null }),
    ).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('refs/heads/ours/other'),
    });
  });

  test('runs no hook', async () => {
    const root = makeRepository();
    const trace = join(root, 'ran');
    for (const hook of ['reference-transaction', 'post-checkout', 'post-commit']) {
      put(root, `.git/hooks/${hook}`, `#!/bin/sh\necho x >> '${trace}'\n`);
      chmodSync(join(root, `.git/hooks/${hook}`), 0o755);
    }
    const client = createGit(runtime, root);

    await client.commitFiles({ ...request, ref, parent: null });
    await client.addWorktree(join(makeFolder(), 'w'), git(root, 'rev-parse', ref));

    expect(existsSync(trace)).toBe(false);
  });

  test.each(['a b', '../x', '/x', 'a//b', 'a\nb', '"x"', ''])('refuses the path %j', async (path) => {
    const files = [{ path, text: 'x' }];

    await expect(
      createGit(runtime, makeRepository()).commitFiles({ ...request, ref, parent: null, files }),
    ).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('works in a repository of SHA-256 objects', async () => {
    const root = makeRepository(['--object-format=sha256', '--initial-branch=main']);
    const head = commitFile(root, 'a.txt', 'x');
    const client = createGit(runtime, root);

    const outcome = await client.commitFiles({ ...request, ref, parent: null });

    expect(outcome).toEqual({ result: 'written', sha: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Buffer.from((await client.showFile(head, 'a.txt')) ?? []).toString()).toBe('x');
  });
});
