import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { isRefusal, Refusal } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import { ledgerBranch } from '../layout.ts';

export interface LedgerCommit {
  message: string;
  files: readonly { path: string; text: string }[];
}

/**
 * `moved`: the branch is no longer where it was, nothing was written. `unknown`: no answer came, it may have been
 * written. Both mean reading again.
 */
export type CommitResult =
  | { result: 'written'; commit: string }
  | { result: 'moved' | 'unknown'; reason: string };

const writing = 'contents: write';

/** Adds a signed commit on top of `parent`, and only there (compare-and-swap). A protected branch: ConfigError. */
export async function commitOnto(
  client: GitHubClient,
  parent: string,
  { message, files }: LedgerCommit,
): Promise<CommitResult> {
  const input = {
    branch: { repositoryNameWithOwner: `${client.owner}/${client.repo}`, branchName: ledgerBranch },
    message: { headline: message },
    expectedHeadOid: parent,
    fileChanges: {
      additions: files.map(({ path, text }) => ({ path, contents: Buffer.from(text).toString('base64') })),
    },
  };
  return settled(async () => {
    const answer = await client.graphql<{
      createCommitOnBranch: { commit: { oid: string } | null } | null;
    }>({
      text: 'mutation AppendRecord($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
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
  { message, files }: LedgerCommit,
): Promise<CommitResult> {
  const { owner, repo } = client;
  const make = async (path: string, body: Record<string, unknown>) =>
    (await client.rest<{ sha: string }>({ method: 'POST', path, body, needs: writing })).data.sha;
  return settled(async () => {
    const blobs = files.map(({ path, text }) => ({ path, mode: '100644', type: 'blob', content: text }));
    const tree = await make(at`/repos/${owner}/${repo}/git/trees`, { tree: blobs });
    const commit = await make(at`/repos/${owner}/${repo}/git/commits`, { message, tree, parents: [] });
    const ref = { ref: `refs/heads/${ledgerBranch}`, sha: commit };
    await make(at`/repos/${owner}/${repo}/git/refs`, ref);
    return commit;
  });
}

async function settled(write: () => Promise<string>): Promise<CommitResult> {
  try {
    return { result: 'written', commit: await write() };
  } catch (error) {
    if (error instanceof Refusal) return { result: 'moved', reason: reasonOf(error) };
    if (error instanceof UpstreamError && error.retryable)
      return { result: 'unknown', reason: error.message };
    throw error;
  }
}

/** Why nothing was written when trying again may help: the branch moved, was made, or was deleted. */
function reasonOf(refusal: Refusal): string {
  const { type, said } = refusal;
  if (/protected|rule violation|pull request|signed/i.test(said)) throw protectedBranch(said);
  if (/reference update failed|directory.file conflict/i.test(said)) throw namesCollide();
  if (type === 'STALE_DATA' || type === 'NOT_FOUND') return said;
  if (isRefusal(refusal, 409, 422) && /already exists|not a fast forward/i.test(said)) return said;
  if (/expected branch to point|does not exist|could not resolve/i.test(said)) return said;
  throw refusal;
}

function namesCollide(): ConfigError {
  return new ConfigError(
    `The branch "${ledgerBranch}" cannot be made: another begins with "${ledgerBranch}/".`,
    {
      expected: `no branch below "${ledgerBranch}/"`,
      hint: 'Rename that branch.',
    },
  );
}

function protectedBranch(said: string): ConfigError {
  return new ConfigError(
    `The branch "${ledgerBranch}" is protected against the ledger's own writes: ${said}`,
    {
      expected: `"${ledgerBranch}" protected against deletion and force pushes only`,
      hint: `Take "${ledgerBranch}" out of rules that ask for pull requests, reviews, checks or signatures: the job's token cannot bypass them.`,
    },
  );
}
