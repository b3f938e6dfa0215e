import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Ensured, Written } from '../types.ts';

/** Folder below the root that holds everything we keep on a laptop. */
export const stateFolderName = '.trainyard';

/** Files under `.trainyard/`: whole or not at all, never part of the user's commits. */
export interface StateFolder {
  path(...parts: string[]): string;
  /** Makes the folder and tells git to overlook it. */
  prepare(): Promise<void>;
  /** Writes unless the same bytes are there already. */
  ensure(name: string, content: string): Promise<Written>;
  /** Writes only where nothing is yet, also when two try at once. */
  create(path: string, content: string): Promise<boolean>;
}

/** The state folder of the work tree at `root`. */
export function createStateFolder(runtime: Runtime, root: string): StateFolder {
  const { files } = runtime;
  const path = (...parts: string[]) => join(root, stateFolderName, ...parts);
  const prepare = async () => {
    if ((await files.info(path('.gitignore'))) === null) await files.create(path('.gitignore'), '*\n');
  };
  return {
    path,
    prepare,
    async ensure(name, content) {
      const file = path(name);
      const before = await files.readText(file);
      if (before === content) return { result: 'unchanged', url: file };
      await prepare();
      await files.write(file, content);
      const result: Ensured = before === null ? 'created' : 'updated';
      return { result, url: file };
    },
    async create(file, content) {
      await prepare();
      return files.create(file, content);
    },
  };
}

/**
 * Refuses a commit that brings its own state folder (or a link in its place): records, verdicts and cached outputs in it
 * would be believed, and a link would lead our writes elsewhere. Names are compared as file systems that ignore case do.
 */
export async function refuseCommittedState(git: Git): Promise<void> {
  const [tree] = await git.readObjects(['HEAD^{tree}']);
  const entries = tree ? Buffer.from(tree.bytes).toString('latin1') : '';
  if (!/\d{5,6} \.trainyard\0/i.test(entries)) return;
  throw new ConfigError(`${stateFolderName}/ is committed: what is in it was not made here.`, {
    place: { file: stateFolderName },
    expected: `no ${stateFolderName} in any commit`,
    hint: `Do not use it: remove it by "git rm -r --cached ${stateFolderName}", delete the folder, and commit.`,
  });
}
