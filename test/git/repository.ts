import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRuntime } from '../../src/runtime/node/index.ts';
import type { Log, Runtime } from '../../src/runtime/types.ts';

const silent = () => {};
const silentLog: Log = {
  info: silent,
  warn: silent,
  error: silent,
  debug: silent,
  group: silent,
  endGroup: silent,
  output: silent,
  progress: silent,
};

const made: string[] = [];

/** A temporary folder, removed by `removeFolders`. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-test-')));
  made.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Environment of a machine where git was never set up: no name, no settings. */
export function bareEnvironment(home: string): Record<string, string> {
  const { PATH = '' } = process.env;
  return { PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(home, 'no-such-file') };
}

/** The real runtime, silent, with the environment of `bareEnvironment`. */
export function makeRuntime(changes: Partial<Runtime> = {}): Runtime {
  const runtime = createRuntime({ signal: new AbortController().signal, log: silentLog });
  return { ...runtime, env: bareEnvironment(makeFolder()), ...changes };
}

/** Runs the git of this machine as a user would; returns what it printed, trimmed at the end. */
export function git(folder: string, ...args: string[]): string {
  const env = {
    ...bareEnvironment(folder),
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const options = { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] satisfies StdioOptions };
  return execFileSync('git', args, options).toString('utf8').trimEnd();
}

export function makeRepository(flags: readonly string[] = ['--initial-branch=main']): string {
  const folder = makeFolder();
  git(folder, 'init', '--quiet', ...flags);
  return folder;
}

export function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Commits a file and returns the commit's id. */
export function commitFile(
  folder: string,
  path = 'a.txt',
  text = `${Math.random()}`,
  message = `Change ${path}`,
): string {
  put(folder, path, text);
  git(folder, 'add', '--', path);
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}
