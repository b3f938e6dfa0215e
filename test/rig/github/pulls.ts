import { type Call, type Handlers, repositoryOf } from './call.ts';
import { issueNumbered } from './comments.ts';
import { fileShapes } from './commits.ts';
import { ancestorsOf, commitAt, compareCommits } from './git-history.ts';
import { changesBetween } from './git-trees.ts';
import { labelShape } from './issues.ts';
import { listed } from './paging.ts';
import { notFound, unprocessable } from './refusals.ts';
import { resolveCommit } from './revisions.ts';
import { fullRepository, nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import { withLinks } from './spec.ts';
import { type Issue, type Pull, type Repository, userNamed } from './state.ts';

export type PullIssue = Issue & { pull: Pull };

function endShape(call: Call, repository: Repository, ref: string, sha: string) {
  const user = userShape(call.places, userNamed(call.state, repository.owner));
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user,
    repo: fullRepository(call.places, repository),
  };
}

function simpleShape(call: Call, repository: Repository, issue: PullIssue): Record<string, unknown> {
  const base = repositoryUrl(call.places, repository);
  const [url, page] = [
    `${base}/pulls/${issue.number}`,
    `${repositoryPage(call.places, repository)}/pull/${issue.number}`,
  ];
  const links = [
    'comments',
    'commits',
    'statuses',
    'html',
    'issue',
    'review_comments',
    'review_comment',
    'self',
  ];
  const { pull } = issue;
  return withLinks('pull-request-simple', url, {
    ...{ id: issue.id, node_id: nodeId('PR', issue.id), number: issue.number, url, html_url: page },
    issue_url: `${base}/issues/${issue.number}`,
    comments_url: `${base}/issues/${issue.number}/comments`,
    statuses_url: `${base}/statuses/${pull.head.sha}`,
    _links: Object.fromEntries(
      links.map((name) => [name, { href: name === 'html' ? page : `${url}/${name}` }]),
    ),
    ...{ title: issue.title, body: issue.body, state: issue.state, locked: issue.locked, draft: pull.draft },
    user: userShape(call.places, issue.user),
    labels: issue.labels.map((name) => labelShape(call, repository, name)),
    head: endShape(call, pull.head.repository, pull.head.ref, pull.head.sha),
    base: endShape(call, repository, pull.base, pull.baseSha),
    ...{ assignee: null, milestone: null, auto_merge: null, author_association: 'CONTRIBUTOR' },
    merge_commit_sha: pull.mergeSha,
    ...{
      created_at: issue.created,
      updated_at: issue.updated,
      closed_at: issue.closed,
      merged_at: pull.merged,
    },
  });
}

/** A pull request as `pulls/get` shows it. */
export function fullShape(call: Call, repository: Repository, issue: PullIssue): Record<string, unknown> {
  const { pull } = issue;
  const files = filesOfPull(call, repository, pull);
  const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
  const mergeable = pull.merged === null && pull.mergeSha !== null;
  return {
    ...simpleShape(call, repository, issue),
    ...{ additions: sum('additions'), deletions: sum('deletions'), changed_files: files.length },
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    commits: compareCommits(repository.objects, pull.baseSha, pull.head.sha).ahead.length,
    ...{
      mergeable,
      mergeable_state: mergeable ? 'clean' : 'dirty',
      maintainer_can_modify: false,
      review_comments: 0,
    },
    merged: pull.merged !== null,
    merged_by: pull.mergedBy ? userShape(call.places, pull.mergedBy) : null,
  };
}

function filesOfPull(call: Call, repository: Repository, { baseSha, head }: Pull) {
  const { objects } = repository;
  const from = compareCommits(objects, baseSha, head.sha).mergeBase;
  const before = from === null ? null : commitAt(objects, from).tree;
  return fileShapes(
    call,
    repository,
    head.sha,
    changesBetween(objects, before, commitAt(objects, head.sha).tree),
  );
}

function pullsOf(repository: Repository): PullIssue[] {
  return [...repository.issues.values()].filter((issue): issue is PullIssue => issue.pull !== null);
}

function pullNumbered(call: Call): PullIssue {
  const issue = issueNumbered(repositoryOf(call), call.path['pull_number']);
  if (!issue.pull) throw notFound();
  return issue as PullIssue;
}

function listPulls(call: Call) {
  const repository = repositoryOf(call);
  const { state = 'open', head, base, sort = 'created', direction } = call.query;
  const fitting = pullsOf(repository).filter(
    ({ state: own, pull }) =>
      (state === 'all' || own === state) &&
      (base === undefined || pull.base === base) &&
      (head === undefined || `${pull.head.repository.owner}:${pull.head.ref}` === head),
  );
  const key = (issue: PullIssue) => (sort === 'updated' ? issue.updated : issue.created);
  fitting.sort((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  if (direction !== 'asc') fitting.reverse();
  return listed(call, call.state.visibility.shown(fitting), (issue) => simpleShape(call, repository, issue));
}

/** The pull request that brought a commit to the default branch, else the open ones whose head holds it. */
function pullsWithCommit(call: Call) {
  const repository = repositoryOf(call);
  const { objects, defaultBranch } = repository;
  const sha = resolveCommit(repository, String(call.path['commit_sha']));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${call.path['commit_sha']}`);
  const main = repository.refs.get(`refs/heads/${defaultBranch}`);
  const onMain = main !== undefined && ancestorsOf(objects, main).has(sha);
  const brought = ({ pull }: PullIssue) => {
    const own = compareCommits(objects, pull.baseSha, pull.head.sha).ahead.some(
      (commit) => commit.sha === sha,
    );
    return onMain ? pull.merged !== null && (own || pull.mergeSha === sha) : own;
  };
  return listed(call, pullsOf(repository).filter(brought), (issue) => simpleShape(call, repository, issue));
}

export const pulls: Handlers = {
  'pulls/get': (call) => ({ status: 200, body: fullShape(call, repositoryOf(call), pullNumbered(call)) }),
  'pulls/list': listPulls,
  'pulls/list-files': (call) => {
    const files = filesOfPull(call, repositoryOf(call), pullNumbered(call).pull);
    return listed(call, files, (file) => file);
  },
  'repos/list-pull-requests-associated-with-commit': pullsWithCommit,
};
