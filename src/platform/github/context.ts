import { isRefusal, MissingPermission, orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { CommitInfo, RunContext } from '../types.ts';
import { relate } from './ancestry.ts';
import { payloadOf } from './payload.ts';
import { checkedOut, type Runner, readPayload } from './runner.ts';
import { type Subject, subjectOf } from './subject.ts';

/**
 * What the runner's event says about the commits at hand. Trust: `pull_request` for every proposal (its event or that of
 * the run reported on), `protected` for the default branch and protected ones, `branch` elsewhere; `token` tells what the
 * job's token can do, found out by asking, not by where the change comes from.
 */
export async function githubContext(
  runtime: Runtime,
  client: GitHubClient,
  runner: Runner,
  commit: (sha: string) => Promise<CommitInfo | null>,
): Promise<RunContext> {
  const payload = payloadOf(runner.event, await readPayload(runtime));
  const defaultBranch = payload.text('repository.default_branch') ?? (await askDefaultBranch(client));
  const sources = { client, runner, payload, defaultBranch, checkedOut: await checkedOut(runtime), commit };
  const subject = await subjectOf(sources);
  const { event: judged, ...commits } = subject;
  const proposal = /^pull_request|^merge_group/.test(judged);
  const [built, isProtected, token, onDefaultBranch] = await Promise.all([
    subject.builtSha === null ? null : commit(subject.builtSha),
    proposal || subject.branch === null ? false : isProtectedBranch(client, subject.branch),
    tokenKind(client),
    proposal ? false : isOnDefault(client, subject, defaultBranch),
  ]);
  const trusted = isProtected || subject.branch === defaultBranch;
  return {
    ...commits,
    event: runner.event,
    tree: built?.tree ?? null,
    workflowPath: runner.workflowPath,
    attempt: runner.attempt,
    defaultBranch,
    dirty: false,
    onDefaultBranch,
    trust: {
      level: proposal ? 'pull_request' : trusted ? 'protected' : 'branch',
      event: runner.event === 'workflow_run' ? judged : runner.event,
      token,
      protected_branch: isProtected,
      imported: false,
    },
    repositoryUrl: `${runner.serverUrl}/${runner.repository}`,
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
