import type { RunGit } from './command.ts';
import { requireSha } from './names.ts';
import type { Git } from './types.ts';

type WorktreeCommands = Pick<Git, 'addWorktree' | 'worktrees' | 'forgetWorktree'>;

/** Work trees of this clone. Submodules are not checked out; filters such as LFS run as the user configured them. */
export function createWorktreeCommands(run: RunGit): WorktreeCommands {
  return {
    async addWorktree(path, sha) {
      await run(['worktree', 'add', '--quiet', '--detach', '--force', '--', path, requireSha(sha)]);
    },

    async worktrees() {
      const { stdout } = await run(['worktree', 'list', '--porcelain'], { uncancelled: true });
      return [...stdout.toString('utf8').matchAll(/^worktree (.+)$/gm)].map((match) => match[1] as string);
    },

    async forgetWorktree(path) {
      const args = ['worktree', 'remove', '--force', '--force', '--', path];
      await run(args, { answers: [128], uncancelled: true });
    },
  };
}
