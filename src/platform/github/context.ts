import { isRefusal, MissingPermission, orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { CommitInfo, RunContext } from '../types.ts';
import { relate } from './ancestry.ts';
import { notesOf } from './notes.ts';
import { type Payload, payloadOf } from './payload.ts';
import { findPullRequests } from './pulls.ts';
import { checkedOut, type Runner, readPayload } from './runner.ts';
import { type Subject, subjectOf } from './subject.ts';

type TokenKind = RunRecord['trust']['token'];

/** What the job's event says, with the branch that the pull request asks to be merged into. */
export type JobContext = RunContext & { baseBranch: string | null };

/**
 * What the runner's event says about the commits at hand. Trust: `pull_request` for every proposal (its event or that of
 * the run reported on), `protected` for the default branch and protected ones, `branch` elsewhere; `token` is what the
 * job's token can do, found out by asking (not by where the change comes from) when it is not given.
 */
export async function githubContext(
  runtime: Runtime,
  client: GitHubClient,
  runner: Runner,
  given: { commit: (sha: string) => Promise<CommitInfo | null>; token: TokenKind | undefined },
): Promise<JobContext> {
  const { commit } = given;
  const payload = payloadOf(runner.event, await readPayload(runtime));
  const defaultBranch = payload.text('repository.default_branch') ?? (await askDefaultBranch(client));
  const subject = await subjectOf({
    ...{ runner, payload, defaultBranch, commit },
    checkedOut: await checkedOut(runtime),
    relate: (from, to) => relate(client, from, to),
    findPullRequests: (head) => findPullRequests(client, head),
  });
  const { branch } = subject;
  const unprotected = isProposal(subject) || branch === null;
  const [built, isProtected, token, onDefaultBranch] = await Promise.all([
    subject.builtSha === null ? null : commit(subject.builtSha),
    unprotected ? false : (runner.refProtected ?? isProtectedBranch(client, branch)),
    given.token ?? tokenKind(client),
    isProposal(subject) ? false : isOnDefault(client, subject, defaultBranch),
  ]);
  const tree = built?.tree ?? null;
  return jobContext({ runner, payload, subject, defaultBranch, tree, isProtected, token, onDefaultBranch });
}

/** Whether the run is for a change that is not on its branch yet. */
export function isProposal({ event }: Subject): boolean {
  return /^pull_request|^merge_group/.test(event);
}

/** The context of a job from what was found out about its event, wherever that was looked up. */
export function jobContext(facts: {
  runner: Runner;
  payload: Payload;
  subject: Subject;
  defaultBranch: string;
  tree: string | null;
  isProtected: boolean;
  token: TokenKind;
  onDefaultBranch: boolean;
}): JobContext {
  const { runner, payload, subject, defaultBranch, tree, isProtected, token, onDefaultBranch } = facts;
  const { event: judged, baseBranch = null, ...commits } = subject;
  const trusted = isProtected || subject.branch === defaultBranch;
  const reported = runner.event === 'workflow_run';
  const runId = String(reported ? payload.needNumber('workflow_run.id') : runner.runId);
  const repositoryUrl = `${runner.serverUrl}/${runner.repository}`;
  return {
    ...commits,
    baseBranch,
    event: runner.event,
    tree,
    workflowPath: runner.workflowPath,
    attempt: runner.attempt,
    defaultBranch,
    dirty: false,
    onDefaultBranch,
    trust: {
      level: isProposal(subject) ? 'pull_request' : trusted ? 'protected' : 'branch',
      event: reported ? judged : runner.event,
      token,
      protected_branch: isProtected,
      imported: false,
    },
    repositoryUrl,
    runId,
    runUrl: `${repositoryUrl}/actions/runs/${runId}`,
    notes: notesOf(runner, payload, subject),
  };
}

async function askDefaultBranch(client: GitHubClient): Promise<string> {
  const path = at`/repos/${client.owner}/${client.repo}`;
  const call = { method: 'GET', path, needs: 'contents: read' } as const;
  return (await client.rest<{ default_branch: string }>(call)).data.default_branch;
}

async function isProtectedBranch({ owner, repo, rest }: GitHubClient, branch: string): Promise<boolean> {
  const path = at`/repos/${owner}/${repo}/branches/${branch}`;
  const answer = await orNull(
    rest<{ protected: boolean }>({ method: 'GET', path, needs: 'contents: read' }),
    404,
  );
  return answer?.data.protected === true;
}

/** A tag's commit lies on the default branch when that contains it. */
async function isOnDefault(client: GitHubClient, subject: Subject, defaultBranch: string): Promise<boolean> {
  if (subject.branch !== null || subject.builtSha === null) return subject.branch === defaultBranch;
  return (await relate(client, subject.builtSha, defaultBranch))?.contained === true;
}

/** No commit has this id. */
const nobody = '0'.repeat(40);

/**
 * Asks for a check on a commit that cannot be: a token that may write is told that there is no such commit, one that may
 * only read is refused. Nothing is written.
 */
async function tokenKind({ owner, repo, rest }: GitHubClient): Promise<'read' | 'write'> {
  const path = at`/repos/${owner}/${repo}/check-runs`;
  const body = { name: 'trainyard', head_sha: nobody };
  try {
    await rest({ method: 'POST', path, body, needs: 'checks: write' });
  } catch (error) {
    if (error instanceof MissingPermission || isRefusal(error, 403, 404)) return 'read';
    if (!isRefusal(error, 422)) throw error;
  }
  return 'write';
}
