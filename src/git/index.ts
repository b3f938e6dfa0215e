import { normalize } from 'node:path';
import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { gitIn, type RunGit } from './command.ts';
import { createHistory } from './history.ts';
import { createObjects } from './objects.ts';
import type { Git } from './types.ts';
import { createWorktreeCommands } from './worktrees.ts';

/** Oldest git whose manual has every flag used here. */
const minimumVersion = [2, 34] as const;

/** Plain git on the clone whose work tree is `root`. */
export function createGit(runtime: Runtime, root: string): Git {
  const run = gitIn(runtime, root);
  return { root, ...createHistory(run), ...createObjects(run), ...createWorktreeCommands(run) };
}

/**
 * Absolute root of the work tree that `folder` lies in. Not a repository, a bare one, one that belongs to somebody
 * else, git missing or older than 2.34: ConfigError with the remedy.
 */
export async function findRoot(runtime: Runtime, folder: string): Promise<string> {
  const run = gitIn(runtime, folder);
  const [, found] = await Promise.all([
    requireVersion(run),
    run(['rev-parse', '--show-toplevel'], { answers: [128] }),
  ]);
  if (found.code !== 0) throw notARoot(folder, found.stderr);
  return normalize(found.stdout.toString('utf8').replace(/\n$/, ''));
}

async function requireVersion(run: RunGit): Promise<void> {
  const text = (await run(['version'])).stdout.toString('utf8').trim();
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  const [needed, least] = minimumVersion;
  if (Number(major) > needed || (Number(major) === needed && Number(minor) >= least)) return;
  throw new ConfigError(`${text} is too old.`, {
    expected: `git ${needed}.${least} or newer`,
    hint: 'Update git: https://git-scm.com/downloads',
  });
}

function notARoot(folder: string, message: string): Error {
  const place = { file: folder };
  if (/dubious ownership/.test(message)) {
    return new ConfigError('The repository belongs to another user, so git refuses to read it.', {
      place,
      hint: 'Trust it with "git config --global --add safe.directory <its folder>", or change its owner.',
    });
  }
  if (/must be run in a work tree/.test(message)) {
    return new ConfigError('This is a bare repository or the inside of a .git folder: it has no work tree.', {
      place,
      hint: 'Run in a clone made by "git clone".',
    });
  }
  if (/not a git repository/i.test(message)) {
    return new ConfigError(`${folder} is not a git repository.`, {
      place,
      hint: 'Run in a clone of your project, or make one with "git init".',
    });
  }
  return new UpstreamError(`git could not find the root of ${folder}: ${message}`);
}
