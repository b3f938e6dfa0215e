import type { CommitInfo } from '../types.ts';
import type { Relation } from './ancestry.ts';
import type { Payload } from './payload.ts';
import type { PullRequest, PullRequestHead } from './pulls.ts';
import type { Runner } from './runner.ts';

/** The commits an event is about. */
export interface Subject {
  headSha: string | null;
  builtSha: string | null;
  baseSha: string | null;
  baseProblem?: string;
  pullRequest: number | null;
  /** Branch that the pull request asks to be merged into. */
  baseBranch?: string | null;
  branch: string | null;
  /** The event of the run that is reported on: another one than the job's own for `workflow_run`. */
  event: string;
}

/** Where commits and pull requests are looked up: by GitHub's API, or in a clone. */
export interface Lookup {
  commit(sha: string): Promise<CommitInfo | null>;
  /** How one commit or branch lies to another; `null` when they have nothing in common or one is unknown. */
  relate(from: string, to: string): Promise<Relation | null>;
  /** The open pull requests with this head. */
  findPullRequests(head: PullRequestHead): Promise<PullRequest[]>;
}

/** What a subject is worked out from. */
export interface Sources extends Lookup {
  runner: Runner;
  payload: Payload;
  defaultBranch: string;
  /** Commit in the work tree, where it is known. */
  checkedOut: string | null;
}

/** Which commits are judged, by the event's own words. An event we do not know is taken as one on its commit. */
export function subjectOf(sources: Sources): Promise<Subject> {
  switch (sources.runner.event) {
    case 'pull_request':
    case 'pull_request_target':
      return ofPullRequest(sources);
    case 'merge_group':
      return ofMergeGroup(sources);
    case 'push':
      return ofPush(sources);
    case 'workflow_run':
      return ofWorkflowRun(sources);
    default:
      return ofCommit(sources);
  }
}

/** The merge ref's first parent is the base; a head that is built itself is judged against the merge base. */
async function ofPullRequest(sources: Sources): Promise<Subject> {
  const { runner, payload, checkedOut, commit } = sources;
  const headSha = payload.needSha('pull_request.head.sha');
  const base = payload.needSha('pull_request.base.sha');
  const builtSha = checkedOut === headSha || runner.event === 'pull_request_target' ? headSha : runner.sha;
  const common = {
    headSha,
    builtSha,
    pullRequest: payload.needNumber('pull_request.number'),
    baseBranch: payload.text('pull_request.base.ref'),
    branch: payload.text('pull_request.head.ref'),
    event: runner.event,
  };
  if (builtSha === headSha) return { ...common, ...(await mergeBase(sources, base, headSha)) };
  const built = await commit(builtSha);
  const [first, second] = built?.parents ?? [];
  if (first !== undefined && second === headSha) return { ...common, baseSha: first };
  return { ...common, ...(await mergeBase(sources, base, headSha)) };
}

/** The queue's base may be another group's commit: the newest ancestor on the default branch counts. */
async function ofMergeGroup(sources: Sources): Promise<Subject> {
  const { runner, payload, defaultBranch } = sources;
  const headSha = payload.needSha('merge_group.head_sha');
  const base = payload.needSha('merge_group.base_sha');
  const branch = branchOf(payload.text('merge_group.head_ref') ?? '');
  return {
    headSha,
    builtSha: headSha,
    pullRequest: null,
    branch,
    event: runner.event,
    ...(await mergeBase(sources, defaultBranch, base)),
  };
}

async function ofPush({ runner, payload, commit }: Sources): Promise<Subject> {
  const headSha = payload.sha('after') ?? runner.sha;
  const before = payload.sha('before') ?? (await commit(headSha))?.parents[0] ?? null;
  const branch = branchOf(runner.ref);
  return { headSha, builtSha: headSha, baseSha: before, pullRequest: null, branch, event: runner.event };
}

/** Release, dispatch, schedule and the like: on the default branch the first parent is the base, elsewhere the merge base. */
async function ofCommit(sources: Sources): Promise<Subject> {
  const { runner, defaultBranch, commit } = sources;
  const { sha } = runner;
  const branch = branchOf(runner.ref);
  const common = { headSha: sha, builtSha: sha, pullRequest: null, branch, event: runner.event };
  if (branch !== null && branch !== defaultBranch)
    return { ...common, ...(await mergeBase(sources, defaultBranch, sha)) };
  const [first = null] = (await commit(sha))?.parents ?? [];
  return { ...common, baseSha: first };
}

/** The run that has ended: what it built is in its bundle; here only what GitHub says of it. */
async function ofWorkflowRun(sources: Sources): Promise<Subject> {
  const { payload, commit, findPullRequests } = sources;
  const headSha = payload.needSha('workflow_run.head_sha');
  const event = payload.text('workflow_run.event') ?? 'workflow_run';
  const branch = payload.text('workflow_run.head_branch');
  const common = { headSha, branch, event };
  if (!event.startsWith('pull_request')) {
    const [first = null] = (await commit(headSha))?.parents ?? [];
    return { ...common, builtSha: headSha, baseSha: first, pullRequest: null };
  }
  const owner = payload.text('workflow_run.head_repository.owner.login');
  const [pull, ...others] = await findPullRequests({ headSha, owner, branch });
  if (pull === undefined || others.length > 0) {
    const baseProblem = noneOrMany(headSha, pull === undefined ? [] : [pull, ...others]);
    return { ...common, builtSha: null, baseSha: null, baseProblem, pullRequest: null };
  }
  const merged = pull.mergeSha === null ? null : await commit(pull.mergeSha);
  const [first, second] = merged?.parents ?? [];
  if (merged && first !== undefined && second === headSha) {
    return {
      ...common,
      builtSha: merged.sha,
      baseSha: first,
      pullRequest: pull.number,
      baseBranch: pull.baseBranch,
    };
  }
  const base = await mergeBase(sources, pull.baseSha, headSha);
  return { ...common, builtSha: null, pullRequest: pull.number, baseBranch: pull.baseBranch, ...base };
}

/** The event does not say which of several a run was for, and their bases may judge by other rules. */
function noneOrMany(headSha: string, pulls: readonly PullRequest[]): string {
  const head = `the head ${headSha.slice(0, 7)}`;
  if (pulls.length === 0) return `No open pull request has ${head} any more.`;
  const numbers = pulls.map(({ number }) => `#${number}`).join(', ');
  return `Several open pull requests (${numbers}) have ${head}: close all but one, and push again.`;
}

async function mergeBase(
  { relate }: Lookup,
  from: string,
  to: string,
): Promise<Pick<Subject, 'baseSha' | 'baseProblem'>> {
  const relation = await relate(from, to);
  if (relation) return { baseSha: relation.mergeBase };
  const baseProblem = `${to.slice(0, 7)} has no commit in common with its base, so there is nothing to compare with by itself: name a baseline.`;
  return { baseSha: null, baseProblem };
}

function branchOf(ref: string): string | null {
  const prefix = 'refs/heads/';
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : null;
}
