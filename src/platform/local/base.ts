import type { Git, HeadState } from '../../git/types.ts';

/** Where the default branch is: its name, and its tips in this clone and as last fetched. */
export interface DefaultBranch {
  name: string;
  tips: readonly string[];
}

export interface Base {
  baseSha: string | null;
  onDefaultBranch: boolean;
  baseProblem?: string;
}

const remotePrefix = 'refs/remotes/origin/';

/** `origin/HEAD`, else `main`, else `master`, here or on the remote; `null` when there is none of them. */
export async function findDefaultBranch(git: Git): Promise<DefaultBranch | null> {
  const [head] = await git.refs([`${remotePrefix}HEAD`]);
  const pointed = head?.target?.startsWith(remotePrefix) ? head.target.slice(remotePrefix.length) : null;
  const names = pointed === null ? ['main', 'master'] : [pointed];
  const wanted = names.flatMap((name) => [`refs/heads/${name}`, `${remotePrefix}${name}`]);
  const refs = await git.refs(wanted);
  const found = names.map((name) => ({
    name,
    tips: refs
      .filter((ref) => ref.name === `refs/heads/${name}` || ref.name === remotePrefix + name)
      .map((ref) => ref.object),
  }));
  return found.find(({ tips }) => tips.length > 0) ?? null;
}

/**
 * The commit a laptop's work tree is judged against. On the default branch (or detached on a commit of it) the first
 * parent, or HEAD itself for a dirty tree; elsewhere the best common ancestor with the default branch, in this clone or
 * as last fetched, whichever is nearer: a stale local copy of it must not move the base back.
 */
export async function findBase(git: Git, state: HeadState, main: DefaultBranch | null): Promise<Base> {
  if (state.head === null)
    return { baseSha: null, onDefaultBranch: state.branch !== null && state.branch === main?.name };
  if (main === null) {
    const problem =
      'No default branch was found (origin/HEAD, main or master): name a baseline, or run "git remote set-head origin --auto".';
    return { baseSha: null, onDefaultBranch: false, baseProblem: problem };
  }
  if (state.branch === main.name || (state.branch === null && (await isOn(git, state.head, main)))) {
    return {
      onDefaultBranch: true,
      ...(state.dirty ? { baseSha: state.head } : await firstParent(git, state.head)),
    };
  }
  const baseSha = await git.mergeBase(state.head, main.tips);
  if (baseSha !== null) return { baseSha, onDefaultBranch: false };
  const problem = (await git.isShallow())
    ? `This shallow clone does not reach the commit where the branch left ${main.name}: run "git fetch --unshallow".`
    : `The branch has no commit in common with ${main.name}, so there is nothing to compare with by itself: name a baseline.`;
  return { baseSha: null, onDefaultBranch: false, baseProblem: problem };
}

async function isOn(git: Git, head: string, main: DefaultBranch): Promise<boolean> {
  for (const tip of main.tips) {
    if (await git.isAncestor(head, tip)) return true;
  }
  return false;
}

async function firstParent(git: Git, head: string): Promise<Omit<Base, 'onDefaultBranch'>> {
  const [parent] = await git.writtenParents(head);
  if (parent === undefined) return { baseSha: null };
  if ((await git.commit(parent)) !== null) return { baseSha: parent };
  const problem = `The parent of ${head.slice(0, 7)} is not in this shallow clone: run "git fetch --unshallow".`;
  return { baseSha: null, baseProblem: problem };
}
