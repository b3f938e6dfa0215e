import { refreshPulls } from './build-pulls.ts';
import { issueNumbered } from './comments.ts';
import { commitAt, compareCommits } from './git-history.ts';
import { putObject, signatureOf } from './git-objects.ts';
import { mergeTrees } from './git-trees.ts';
import { type Repository, type State, timestamp, userNamed } from './state.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** Merges an open pull request as the button does; gives the commit the base branch is on then. */
export function mergePull(state: State, repository: Repository, number: number, method: MergeMethod): string {
  const issue = issueNumbered(repository, number);
  const pull = issue.pull;
  if (!pull || issue.state !== 'open') throw new Error(`#${number} is no open pull request`);
  const { objects, refs } = repository;
  const ref = `refs/heads/${pull.base}`;
  const base = refs.get(ref) as string;
  const common = compareCommits(objects, base, pull.head.sha);
  const who = signatureOf(repository.owner, `${repository.owner}@example.org`, state.now());
  const apply = (onto: string, from: string, to: string, parents: string[], message: string) => {
    const tree = mergeTrees(
      objects,
      commitAt(objects, from).tree,
      commitAt(objects, onto).tree,
      commitAt(objects, to).tree,
    );
    if (tree === null) throw new Error(`#${number} conflicts`);
    return putObject(objects, { type: 'commit', tree, parents, author: who, committer: who, message });
  };
  const fork = common.mergeBase ?? base;
  const title = `${issue.title} (#${number})`;
  let sha = base;
  if (method === 'merge')
    sha = apply(base, fork, pull.head.sha, [base, pull.head.sha], `Merge pull request #${number}`);
  else if (method === 'squash') sha = apply(base, fork, pull.head.sha, [base], title);
  else for (const c of common.ahead) sha = apply(sha, c.parents[0] ?? fork, c.sha, [sha], c.message);
  refs.set(ref, sha);
  const now = timestamp(state.now());
  Object.assign(issue, { state: 'closed', closed: now, updated: now });
  Object.assign(pull, { merged: now, mergedBy: userNamed(state, repository.owner), mergeSha: sha });
  refs.delete(`refs/pull/${number}/merge`);
  refreshPulls(state);
  return sha;
}

/**
 * What the merge queue puts together for a pull request: its squashed change on the base branch, on a branch of its own
 * (`gh-readonly-queue/<base>/pr-<number>-<base commit>`), which is given.
 */
export function makeMergeGroup(state: State, repository: Repository, number: number): string {
  const { pull, title } = issueNumbered(repository, number);
  if (!pull) throw new Error(`#${number} is no pull request`);
  const { objects, refs } = repository;
  const base = refs.get(`refs/heads/${pull.base}`) as string;
  const fork = compareCommits(objects, base, pull.head.sha).mergeBase ?? base;
  const [from, onto, to] = [fork, base, pull.head.sha].map((sha) => commitAt(objects, sha).tree) as [
    string,
    string,
    string,
  ];
  const tree = mergeTrees(objects, from, onto, to);
  if (tree === null) throw new Error(`#${number} conflicts`);
  const who = signatureOf('GitHub', 'noreply@github.com', state.now());
  const message = `${title} (#${number})`;
  const sha = putObject(objects, {
    type: 'commit',
    tree,
    parents: [base],
    author: who,
    committer: who,
    message,
  });
  const branch = `gh-readonly-queue/${pull.base}/pr-${number}-${base}`;
  refs.set(`refs/heads/${branch}`, sha);
  return branch;
}
