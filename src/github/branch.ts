import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { isRefusal, Refusal } from './failures.ts';
import { at, type GitHubClient } from './types.ts';

/** Files to add to a branch of ours; a text is stored as UTF-8. */
export interface BranchCommit {
  branch: string;
  message: string;
  files: readonly { path: string; content: string | Uint8Array }[];
}

/**
 * `moved`: the branch is no longer where it was, nothing was written. `unknown`: no answer came, it may have been
 * written. Both mean reading again.
 */
export type CommitResult = { result: 'written'; commit: string } | NotWritten;

export interface NotWritten {
  result: 'moved' | 'unknown';
  reason: string;
}

/** Attempts until a write gives up, and the longest pause between two; together about three minutes. */
const maxTries = 60;
const maxPauseMs = 6000;

/**
 * Tries until a write is done, with pauses of random length. An attempt looks at the branch afresh and gives what came
 * of it, or why nothing was written. After 60 of them: UpstreamError.
 */
export async function writeWithRetries<T>(
  { clock, random, log, signal }: Runtime,
  branch: string,
  attempt: () => Promise<{ done: T } | NotWritten>,
): Promise<T> {
  let reason = '';
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) {
      const longest = Math.min(maxPauseMs, 200 * 2 ** Math.min(tries, 10));
      await clock.sleep(Math.ceil(random.fraction() * longest), signal);
    }
    const outcome = await attempt();
    if ('done' in outcome) return outcome.done;
    ({ reason } = outcome);
    log.debug(`The branch "${branch}" was not written at the ${tries + 1}. try: ${reason}`);
  }
  throw new UpstreamError(`The branch "${branch}" could not be written after ${maxTries} tries: ${reason}`, {
    retryable: true,
    hint: `Other jobs keep the branch "${branch}" busy, or GitHub has trouble: run the job again.`,
  });
}

const writing = 'contents: write';

/** Adds a signed commit on top of `parent`, and only there (compare-and-swap). A protected branch: ConfigError. */
export async function commitOnto(
  client: GitHubClient,
  parent: string,
  { branch, message, files }: BranchCommit,
): Promise<CommitResult> {
  const input = {
    branch: { repositoryNameWithOwner: `${client.owner}/${client.repo}`, branchName: branch },
    message: { headline: message },
    expectedHeadOid: parent,
    fileChanges: {
      additions: files.map(({ path, content }) => ({ path, contents: base64(content) })),
    },
  };
  return settled(branch, async () => {
    const answer = await client.graphql<{
      createCommitOnBranch: { commit: { oid: string } | null } | null;
    }>({
      text: 'mutation CommitFiles($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      variables: { input },
      needs: writing,
    });
    const oid = answer.createCommitOnBranch?.commit?.oid;
    if (oid !== undefined) return oid;
    throw new UpstreamError('GitHub did not say which commit it made.', { retryable: true });
  });
}

/** Starts the branch with a commit that has no parent. Somebody who was first: `moved`. */
export async function startBranch(
  client: GitHubClient,
  { branch, message, files }: BranchCommit,
): Promise<CommitResult> {
  return settled(branch, async () => {
    const entries = [];
    for (const { path, content } of files) {
      const bytes = typeof content === 'string' ? { content } : { sha: await makeBlob(client, content) };
      entries.push({ path, ...bytes });
    }
    const commit = await makeRoot(client, message, entries);
    await makeObject(client, 'refs', { ref: `refs/heads/${branch}`, sha: commit });
    return commit;
  });
}

/** A commit without a parent that holds these files, each a text or a blob that is there; gives its id. */
export async function makeRoot(
  client: GitHubClient,
  message: string,
  files: readonly { path: string; content?: string; sha?: string }[],
): Promise<string> {
  const entries = files.map((file) => ({ mode: '100644', type: 'blob', ...file }));
  const tree = await makeObject(client, 'trees', { tree: entries });
  return makeObject(client, 'commits', { message, tree, parents: [] });
}

function makeBlob(client: GitHubClient, content: Uint8Array): Promise<string> {
  return makeObject(client, 'blobs', { content: base64(content), encoding: 'base64' });
}

async function makeObject(
  client: GitHubClient,
  kind: 'blobs' | 'trees' | 'commits' | 'refs',
  body: Record<string, unknown>,
): Promise<string> {
  const path = at`/repos/${client.owner}/${client.repo}/git/${kind}`;
  return (await client.rest<{ sha: string }>({ method: 'POST', path, body, needs: writing })).data.sha;
}

function base64(content: string | Uint8Array): string {
  return Buffer.from(content as string).toString('base64');
}

async function settled(branch: string, write: () => Promise<string>): Promise<CommitResult> {
  try {
    return { result: 'written', commit: await write() };
  } catch (error) {
    if (error instanceof Refusal) return { result: 'moved', reason: reasonOf(branch, error) };
    if (error instanceof UpstreamError && error.retryable)
      return { result: 'unknown', reason: error.message };
    throw error;
  }
}

/** Why nothing was written when trying again may help: the branch moved, was made, or was deleted. */
function reasonOf(branch: string, refusal: Refusal): string {
  const { type, said } = refusal;
  if (/protected|rule violation|pull request|signed/i.test(said)) throw protectedBranch(branch, said);
  if (/reference update failed|directory.file conflict/i.test(said)) throw namesCollide(branch);
  if (type === 'STALE_DATA' || type === 'NOT_FOUND') return said;
  if (isRefusal(refusal, 409, 422) && /already exists|not a fast forward/i.test(said)) return said;
  if (/expected branch to point|does not exist|could not resolve/i.test(said)) return said;
  throw refusal;
}

function namesCollide(branch: string): ConfigError {
  return new ConfigError(`The branch "${branch}" cannot be made: another begins with "${branch}/".`, {
    expected: `no branch below "${branch}/"`,
    hint: 'Rename that branch.',
  });
}

function protectedBranch(branch: string, said: string): ConfigError {
  return new ConfigError(`The branch "${branch}" is protected against Trainyard's own writes: ${said}`, {
    expected: `"${branch}" protected against deletion and force pushes only`,
    hint: `Take "${branch}" out of rules that ask for pull requests, reviews, checks or signatures: the job's token cannot bypass them.`,
  });
}
