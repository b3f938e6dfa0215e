import { commitAt, mergeBase } from './git-history.ts';
import { putObject } from './git-objects.ts';
import { mergeTrees } from './git-trees.ts';
import { type Issue, type Pull, type Repository, type State, stamp, timestamp, userNamed } from './state.ts';

export interface PullSeed {
  /** Branch with the change, in `from` when it is a fork. */
  head: string;
  from?: Repository;
  base?: string;
  title?: string;
  body?: string;
  login?: string;
  draft?: boolean;
  labels?: readonly string[];
}

/** A pull request, with `refs/pull/<number>/head` and the test merge GitHub makes at `…/merge`. */
export function openPull(state: State, repository: Repository, seed: PullSeed): Issue {
  const from = seed.from ?? repository;
  const base = seed.base ?? repository.defaultBranch;
  const [headSha, baseSha] = [
    from.refs.get(`refs/heads/${seed.head}`),
    repository.refs.get(`refs/heads/${base}`),
  ];
  if (headSha === undefined || baseSha === undefined) throw new Error(`no branch ${seed.head} or ${base}`);
  const pull: Pull = {
    base,
    baseSha,
    head: { repository: from, ref: seed.head, sha: headSha },
    draft: seed.draft ?? false,
    merged: null,
    mergedBy: null,
    mergeSha: null,
  };
  const issue: Issue = {
    ...stamp(state),
    number: repository.issues.size + 1,
    title: seed.title ?? seed.head,
    body: seed.body ?? '',
    user: userNamed(state, seed.login ?? from.owner),
    state: 'open',
    closed: null,
    locked: false,
    labels: [...(seed.labels ?? [])],
    pull,
  };
  repository.issues.set(issue.number, issue);
  refreshPull(state, repository, issue, pull);
  return issue;
}

/** What people change about a pull request on its page. */
export interface PullChange {
  /** Another base branch. */
  base?: string;
  state?: 'open' | 'closed';
  draft?: boolean;
  locked?: boolean;
  title?: string;
  labels?: readonly string[];
}

/** Changes a pull request; one that is opened again catches up with its branches. */
export function changePull(state: State, repository: Repository, number: number, change: PullChange): Issue {
  const issue = repository.issues.get(number);
  const pull = issue?.pull;
  if (!issue || !pull || pull.merged !== null) throw new Error(`#${number} is no pull request to be changed`);
  issue.updated = timestamp(state.now());
  if (change.state !== undefined && change.state !== issue.state) {
    issue.state = change.state;
    issue.closed = change.state === 'closed' ? issue.updated : null;
  }
  if (change.base !== undefined) {
    const sha = repository.refs.get(`refs/heads/${change.base}`);
    if (sha === undefined) throw new Error(`no branch ${change.base}`);
    Object.assign(pull, { base: change.base, baseSha: sha });
  }
  pull.draft = change.draft ?? pull.draft;
  issue.locked = change.locked ?? issue.locked;
  issue.title = change.title ?? issue.title;
  issue.labels = [...(change.labels ?? issue.labels)];
  if (issue.state === 'open') refreshPull(state, repository, issue, pull);
  return issue;
}

/** Brings open pull requests to where their branches are now, as GitHub does after a push. */
export function refreshPulls(state: State): void {
  for (const repository of state.repositories.values())
    for (const issue of repository.issues.values())
      if (issue.pull && issue.state === 'open') refreshPull(state, repository, issue, issue.pull);
}

function refreshPull(state: State, repository: Repository, issue: Issue, pull: Pull): void {
  const base = repository.refs.get(`refs/heads/${pull.base}`);
  const head = pull.head.repository.refs.get(`refs/heads/${pull.head.ref}`);
  if (base === undefined || head === undefined) return;
  if (head !== pull.head.sha) {
    pull.head.sha = head;
    pull.baseSha = base;
    issue.updated = timestamp(state.now());
  }
  repository.refs.set(`refs/pull/${issue.number}/head`, head);
  const merge = testMerge(repository, base, head);
  pull.mergeSha = merge;
  const ref = `refs/pull/${issue.number}/merge`;
  if (merge === null) repository.refs.delete(ref);
  else repository.refs.set(ref, merge);
}

/** The merge of head into base, or `null` when they conflict; the same two always give the same commit. */
function testMerge({ objects }: Repository, base: string, head: string): string | null {
  const common = mergeBase(objects, base, head);
  if (common === null) return null;
  const [ours, theirs] = [commitAt(objects, base), commitAt(objects, head)];
  const tree = mergeTrees(objects, commitAt(objects, common).tree, ours.tree, theirs.tree);
  if (tree === null) return null;
  const later = ours.committer.seconds > theirs.committer.seconds ? ours : theirs;
  const committer = {
    name: 'GitHub',
    email: 'noreply@github.com',
    seconds: later.committer.seconds,
    zone: '+0000',
  };
  const message = `Merge ${head} into ${base}`;
  return putObject(objects, {
    type: 'commit',
    tree,
    parents: [base, head],
    author: theirs.author,
    committer,
    message,
  });
}
