import { basename, dirname, join, normalize } from 'node:path';
import type { Git } from '../git/types.ts';
import type { Worktrees } from '../platform/types.ts';
import type { ProcessIdentity, Runtime } from '../runtime/types.ts';

/**
 * Checkouts of other commits, detached, in folders of their own below `folder`; no branch is made. Each has an owner
 * file beside it, so that the next `add` of any process clears away what a killed one left, and only that.
 */
export function createWorktrees(runtime: Runtime, git: Git, folder: string): Worktrees {
  const { files } = runtime;
  const ownerFile = (name: string) => join(folder, `${name}.json`);
  const remove = async (name: string) => {
    const path = join(folder, name);
    await files.remove(path);
    await git.forgetWorktree(path);
    await files.remove(ownerFile(name));
  };
  return {
    async add(sha) {
      for (const name of await abandoned(runtime, git, folder)) await remove(name);
      const name = Buffer.from(runtime.random.bytes(8)).toString('hex');
      await files.write(ownerFile(name), JSON.stringify(runtime.processes.self()));
      try {
        await git.addWorktree(join(folder, name), sha);
      } catch (error) {
        await remove(name);
        throw error;
      }
      const path = join(folder, name);
      return {
        path,
        bring: (paths) => bringUntracked(runtime, git, path, paths),
        remove: () => remove(name),
      };
    },
  };
}

async function bringUntracked(
  runtime: Runtime,
  git: Git,
  worktree: string,
  paths: readonly string[],
): Promise<string[]> {
  const { files } = runtime;
  const brought: string[] = [];
  for (const path of await git.untracked(paths)) {
    const [from, to] = [join(git.root, path), join(worktree, path)];
    const info = await files.info(from);
    if (info === null || (info.kind !== 'file' && info.kind !== 'link')) continue;
    if ((await files.info(to)) !== null) continue;
    await files.makeFolder(dirname(to));
    if (info.kind === 'file') await files.copy(from, to);
    else await files.makeLink(await files.readLink(from), to);
    brought.push(path);
  }
  return brought;
}

/** Names of work trees of ours whose process is gone, or of which only git's note is left. */
async function abandoned(runtime: Runtime, git: Git, folder: string): Promise<string[]> {
  const known = (await git.worktrees()).map(normalize).filter((path) => dirname(path) === normalize(folder));
  const entries = [...((await runtime.files.list(folder)) ?? []), ...known.map((path) => basename(path))];
  const names = new Set(
    entries
      .map((entry) => /^([0-9a-f]{16})(?:\.json)?$/.exec(entry)?.[1])
      .filter((name) => name !== undefined),
  );
  const dead: string[] = [];
  for (const name of names) {
    const owner = ownerOf(await runtime.files.readText(join(folder, `${name}.json`)));
    if (owner === null || !runtime.processes.isRunning(owner)) dead.push(name);
  }
  return dead;
}

function ownerOf(text: string | null): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    const owner = value as ProcessIdentity | null;
    return Number.isInteger(owner?.pid) && typeof owner?.host === 'string' ? owner : null;
  } catch {
    return null;
  }
}
