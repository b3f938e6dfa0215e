import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createGit } from '../../src/git/index.ts';
import type { Worktrees } from '../../src/platform/types.ts';
import { createWorktrees } from '../../src/stores/index.ts';
import { compileSources } from '../git/compiled.ts';
import {
  bareEnvironment,
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

function worktreesIn(root: string, abort?: AbortController): Worktrees {
  const own = abort ? { ...runtime, signal: abort.signal } : runtime;
  return createWorktrees(own, createGit(own, root), folderIn(root));
}

function folderIn(root: string): string {
  return join(root, '.trainyard', 'worktrees');
}

/** All a user may notice of a repository. */
function look(root: string): string[] {
  return [
    git(root, 'worktree', 'list', '--porcelain'),
    git(root, 'for-each-ref'),
    git(root, 'status', '--porcelain=v2', '--branch'),
    readFileSync(join(root, '.git/HEAD'), 'utf8'),
  ];
}

function repositoryWithPast(): { root: string; past: string } {
  const root = makeRepository();
  const past = commitFile(root, 'ünï cödé/a file.txt', 'past');
  commitFile(root, 'ünï cödé/a file.txt', 'present');
  put(root, '.trainyard/.gitignore', '*\n');
  return { root, past };
}

test('a commit is checked out beside the work tree, and removing it leaves the repository as it was', async () => {
  const { root, past } = repositoryWithPast();
  put(root, 'ünï cödé/a file.txt', 'being edited');
  const before = look(root);

  const worktree = await worktreesIn(root).add(past);
  expect(readFileSync(join(worktree.path, 'ünï cödé/a file.txt'), 'utf8')).toBe('past');
  put(worktree.path, 'made by a stage.bin', 'x');
  await worktree.remove();

  expect(look(root)).toEqual(before);
  expect(readdirSync(folderIn(root))).toEqual([]);
  expect(readFileSync(join(root, 'ünï cödé/a file.txt'), 'utf8')).toBe('being edited');
  expect(existsSync(join(root, '.git/worktrees'))).toBe(false);
});

test('removing twice is fine, also after somebody else removed the folder', async () => {
  const { root, past } = repositoryWithPast();
  const before = look(root);
  const worktree = await worktreesIn(root).add(past);
  rmSync(worktree.path, { recursive: true });

  await worktree.remove();
  await worktree.remove();

  expect(look(root)).toEqual(before);
});

test('removing works after the user asked to stop', async () => {
  const { root, past } = repositoryWithPast();
  const before = look(root);
  const abort = new AbortController();
  const worktree = await worktreesIn(root, abort).add(past);

  abort.abort();
  await worktree.remove();

  expect(look(root)).toEqual(before);
});

test('a commit that is not there leaves nothing behind', async () => {
  const { root } = repositoryWithPast();
  const before = look(root);

  await expect(worktreesIn(root).add('1'.repeat(40))).rejects.toMatchObject({ name: 'UpstreamError' });

  expect(look(root)).toEqual(before);
  expect(readdirSync(folderIn(root))).toEqual([]);
});

test('the next one clears away what a killed process left, and only that', async () => {
  const { root, past } = repositoryWithPast();
  const own = join(makeFolder(), 'of the user');
  git(root, 'worktree', 'add', '--quiet', '--detach', own);
  rmSync(own, { recursive: true });
  const before = look(root);
  const living = await worktreesIn(root).add(past);
  const dead = await leftByKilledProcess(root, past);
  expect(existsSync(dead)).toBe(true);

  const next = await worktreesIn(root).add(past);

  expect(existsSync(dead)).toBe(false);
  expect(existsSync(living.path)).toBe(true);
  await next.remove();
  await living.remove();
  expect(look(root)).toEqual(before);
}, 60_000);

test("the next one forgets git's note of a work tree whose state folder was deleted", async () => {
  const { root, past } = repositoryWithPast();
  const before = look(root);
  await worktreesIn(root).add(past);
  rmSync(folderIn(root), { recursive: true });

  const next = await worktreesIn(root).add(past);
  await next.remove();

  expect(look(root)).toEqual(before);
});

/** A process that makes a work tree and is killed; returns the folder of the work tree. */
async function leftByKilledProcess(root: string, sha: string): Promise<string> {
  const compiled = compileSources();
  const script = `
    const load = (path) => import(process.argv[1] + '/' + path);
    const { createRuntime } = await load('runtime/node/index.js');
    const { createGit } = await load('git/index.js');
    const { createWorktrees } = await load('stores/index.js');
    const runtime = createRuntime();
    const [root, folder, sha] = process.argv.slice(2);
    const { path } = await createWorktrees(runtime, createGit(runtime, root), folder).add(sha);
    process.stdout.write(path);
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '--eval', script, compiled, root, folderIn(root), sha];
  const child = spawn(process.execPath, args, {
    env: bareEnvironment(makeFolder()),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  return String(path);
}
