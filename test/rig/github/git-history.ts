import { type Commit, getObject, type ObjectStore } from './git-objects.ts';

/** A commit with its id. */
export interface CommitAt extends Commit {
  sha: string;
}

/** Throws when the store has no such commit: callers resolve names first. */
export function commitAt(store: ObjectStore, sha: string): CommitAt {
  const commit = getObject(store, 'commit', sha);
  if (!commit) throw new Error(`no commit ${sha}`);
  return { ...commit, sha };
}

/** A commit and everything it descends from. */
export function ancestorsOf(store: ObjectStore, sha: string): Set<string> {
  const seen = new Set<string>();
  const queue = [sha];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...commitAt(store, next).parents);
  }
  return seen;
}

/** Commits as `git log` lists them: newest committer date first, no parent before all of its children. */
export function historyOf(store: ObjectStore, sha: string): CommitAt[] {
  const reachable = ancestorsOf(store, sha);
  const children = new Map<string, number>();
  for (const id of reachable)
    for (const parent of commitAt(store, id).parents) children.set(parent, (children.get(parent) ?? 0) + 1);
  const ready = [commitAt(store, sha)];
  const ordered: CommitAt[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    ordered.push(next);
    for (const parent of next.parents) {
      const left = (children.get(parent) ?? 1) - 1;
      children.set(parent, left);
      if (left === 0) ready.push(commitAt(store, parent));
    }
    ready.sort((a, b) => b.committer.seconds - a.committer.seconds);
  }
  return ordered;
}

/** Newest commit that both descend from and that no other such commit descends from; `null` for unrelated histories. */
export function mergeBase(store: ObjectStore, base: string, head: string): string | null {
  const inBase = ancestorsOf(store, base);
  const common = historyOf(store, head).filter(({ sha }) => inBase.has(sha));
  return common[0]?.sha ?? null;
}

/** How `head` stands to `base`, as GitHub's comparison says it; `ahead` holds the commits of head alone, oldest first. */
export function compareCommits(store: ObjectStore, base: string, head: string) {
  const [inBase, inHead] = [ancestorsOf(store, base), ancestorsOf(store, head)];
  const ahead = historyOf(store, head)
    .filter(({ sha }) => !inBase.has(sha))
    .reverse();
  const behind = [...inBase].filter((sha) => !inHead.has(sha)).length;
  return { ahead, behind, mergeBase: mergeBase(store, base, head), status: statusOf(ahead.length, behind) };
}

function statusOf(ahead: number, behind: number): 'identical' | 'ahead' | 'behind' | 'diverged' {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
