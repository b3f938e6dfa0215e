import type { Issue, Repository, WorkflowRun } from '../github/index.ts';

/** What makes a workflow run, as the runner tells its jobs. */
export interface WorkflowEvent {
  name: string;
  payload: Record<string, unknown>;
  /** GITHUB_SHA: what is built, and where the workflow's text is taken from. */
  sha: string;
  /** GITHUB_REF. */
  ref: string;
  headRef?: string;
  baseRef?: string;
  /** As the run's `head_sha` and `head_branch` are shown by the API. */
  headSha: string;
  headBranch: string;
  headRepository: Repository;
  pulls: readonly number[];
  actor: string;
  /** Tokens may only read: forks and Dependabot. */
  readOnly: boolean;
}

const dependabot = 'dependabot[bot]';

/** A pull request's event; its test merge is what is built, as it is now. `more`: such as `changes` when it was edited. */
export function pullRequestEvent(
  repository: Repository,
  { number, title, body, user, labels, pull, state }: Issue,
  action = 'synchronize',
  more: Readonly<Record<string, unknown>> = {},
): WorkflowEvent {
  const ref = `refs/pull/${number}/merge`;
  const sha = repository.refs.get(ref);
  if (!pull || sha === undefined) throw new Error(`#${number} is no pull request that can be merged`);
  const { head } = pull;
  const end = (of: Repository, branch: string, commit: string) => ({
    ref: branch,
    sha: commit,
    label: `${of.owner}:${branch}`,
    repo: repositoryPayload(of),
    user: { login: of.owner },
  });
  const payload = {
    ...more,
    action,
    number,
    pull_request: {
      ...{ number, title, body, state, draft: pull.draft, merged: pull.merged !== null },
      merge_commit_sha: sha,
      user: { login: user.login },
      labels: labels.map((name) => ({ name })),
      head: end(head.repository, head.ref, head.sha),
      base: end(repository, pull.base, pull.baseSha),
    },
  };
  return {
    ...base(repository, 'pull_request', payload, user.login),
    ...{ sha, ref, headRef: head.ref, baseRef: pull.base, headSha: head.sha, headBranch: head.ref },
    headRepository: head.repository,
    pulls: head.repository === repository ? [number] : [],
    readOnly: head.repository !== repository || user.login === dependabot,
  };
}

/** A push that brought `branch` to where it is now, from `before` (its first parent when left out). */
export function pushEvent(repository: Repository, branch: string, before?: string): WorkflowEvent {
  const ref = `refs/heads/${branch}`;
  const sha = tipOf(repository, ref);
  const from = before ?? firstParent(repository, sha) ?? '0'.repeat(40);
  const payload = {
    ...{ ref, before: from, after: sha, created: /^0+$/.test(from), deleted: false, forced: false },
    head_commit: { id: sha },
  };
  const event = base(repository, 'push', payload, repository.owner);
  return { ...event, sha, ref, headSha: sha, headBranch: branch };
}

/** A tag was pushed; an annotated one is followed to its commit. */
export function tagEvent(repository: Repository, tag: string): WorkflowEvent {
  const ref = `refs/tags/${tag}`;
  const sha = commitOf(repository, ref);
  const payload = {
    ...{ ref, before: '0'.repeat(40), after: tipOf(repository, ref), created: true, deleted: false },
    head_commit: { id: sha },
  };
  const event = base(repository, 'push', payload, repository.owner);
  return { ...event, sha, ref, headSha: sha, headBranch: tag };
}

/** A person published a release, as the API shows it. */
export function releaseEvent(
  repository: Repository,
  release: { tag_name: string },
  action = 'published',
): WorkflowEvent {
  const ref = `refs/tags/${release.tag_name}`;
  const sha = commitOf(repository, ref);
  const event = base(repository, 'release', { action, release }, repository.owner);
  return { ...event, sha, ref, headSha: sha, headBranch: release.tag_name };
}

/** The clock struck; schedules run on the default branch. */
export function scheduleEvent(repository: Repository, schedule: string): WorkflowEvent {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = tipOf(repository, ref);
  const event = base(repository, 'schedule', { schedule }, repository.owner);
  return { ...event, sha, ref, headSha: sha, headBranch: repository.defaultBranch };
}

/** A merge queue's request to check a group; `group` is the branch made by the builder `mergeGroup`. */
export function mergeGroupEvent(repository: Repository, group: string): WorkflowEvent {
  const ref = `refs/heads/${group}`;
  const sha = tipOf(repository, ref);
  const baseRef = `refs/heads/${repository.defaultBranch}`;
  const merge_group = {
    ...{ head_sha: sha, head_ref: ref, base_ref: baseRef },
    base_sha: firstParent(repository, sha),
    head_commit: { id: sha },
  };
  const event = base(
    repository,
    'merge_group',
    { action: 'checks_requested', merge_group },
    'github-merge-queue[bot]',
  );
  return { ...event, sha, ref, headSha: sha, headBranch: group };
}

/** Somebody pressed the button on a branch. */
export function dispatchEvent(
  repository: Repository,
  inputs: Readonly<Record<string, string>> = {},
  branch = repository.defaultBranch,
): WorkflowEvent {
  const ref = `refs/heads/${branch}`;
  const sha = tipOf(repository, ref);
  const event = base(repository, 'workflow_dispatch', { inputs, ref }, repository.owner);
  return { ...event, sha, ref, headSha: sha, headBranch: branch };
}

/** Another run ended; this one runs on the default branch, with that branch's rights. */
export function workflowRunEvent(
  repository: Repository,
  run: WorkflowRun,
  name: string,
  action = 'completed',
): WorkflowEvent {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = tipOf(repository, ref);
  const workflow_run = {
    ...{ id: run.id, name, path: run.path, event: run.event, status: run.status, conclusion: run.conclusion },
    ...{
      head_sha: run.headSha,
      head_branch: run.headBranch,
      run_attempt: run.attempt,
      run_number: run.number,
    },
    workflow_id: run.workflowId,
    actor: { login: run.actor.login },
    head_repository: repositoryPayload(run.headRepository),
    repository: repositoryPayload(repository),
    // GitHub lists no pull requests for runs from forks.
    pull_requests: run.headRepository === repository ? run.pulls.map((number) => ({ number })) : [],
  };
  const event = base(repository, 'workflow_run', { action, workflow_run }, run.actor.login);
  return { ...event, sha, ref, headSha: sha, headBranch: repository.defaultBranch };
}

function base(
  repository: Repository,
  name: string,
  payload: Record<string, unknown>,
  actor: string,
): Omit<WorkflowEvent, 'sha' | 'ref' | 'headSha' | 'headBranch'> {
  const common = { repository: repositoryPayload(repository), sender: { login: actor } };
  return {
    name,
    payload: { ...payload, ...common },
    ...{ headRepository: repository, pulls: [], actor, readOnly: actor === dependabot },
  };
}

function repositoryPayload(repository: Repository) {
  const { id, name, owner, fullName, defaultBranch, fork } = repository;
  return {
    ...{ id, name, full_name: fullName, default_branch: defaultBranch, fork, private: repository.private },
    owner: { login: owner },
  };
}

function tipOf({ fullName, refs }: Repository, ref: string): string {
  const sha = refs.get(ref);
  if (sha === undefined) throw new Error(`${fullName} has no ${ref}`);
  return sha;
}

function commitOf(repository: Repository, ref: string): string {
  const sha = tipOf(repository, ref);
  const object = repository.objects.get(sha);
  return object?.type === 'tag' ? object.object : sha;
}

function firstParent({ objects }: Repository, sha: string): string | undefined {
  const commit = objects.get(sha);
  return commit?.type === 'commit' ? commit.parents[0] : undefined;
}
