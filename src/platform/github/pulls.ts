import { orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';

export interface PullRequest {
  number: number;
  headSha: string;
  /** `null` when the fork is gone. */
  headRepository: number | null;
  baseSha: string;
  mergeSha: string | null;
  merged: boolean;
}

interface PullAnswer {
  number: number;
  head: { sha: string; repo: { id: number } | null };
  base: { sha: string };
  merge_commit_sha: string | null;
  merged_at: string | null;
}

const reading = 'pull-requests: read';

/** The pull requests that brought a commit. */
export async function pullsOfCommit(client: GitHubClient, sha: string): Promise<PullRequest[]> {
  const { owner, repo } = client;
  const path = at`/repos/${owner}/${repo}/commits/${sha}/pulls`;
  const answer = await orNull(
    client.rest<PullAnswer[]>({ method: 'GET', path, needs: reading }),
    404,
    409,
    422,
  );
  return (answer?.data ?? []).map(pullOf);
}

/** Head of a pull request now. */
export async function headOfPull({ owner, repo, rest }: GitHubClient, number: number): Promise<string> {
  const path = at`/repos/${owner}/${repo}/pulls/${number}`;
  return (await rest<PullAnswer>({ method: 'GET', path, needs: reading })).data.head.sha;
}

/** The open pull request of a head that may lie in a fork: GitHub does not list forks' by commit. */
export async function findPullRequest(
  client: GitHubClient,
  head: { headSha: string; owner: string | null; branch: string | null },
): Promise<PullRequest | null> {
  const { owner, repo } = client;
  if (head.owner === null || head.branch === null) return null;
  const path = at`/repos/${owner}/${repo}/pulls`;
  const query = { state: 'open', head: `${head.owner}:${head.branch}`, per_page: 100 };
  const { data } = await client.rest<PullAnswer[]>({ method: 'GET', path, query, needs: reading });
  const found = data.map(pullOf).filter((pull) => pull.headSha === head.headSha);
  return found[0] ?? null;
}

function pullOf({ number, head, base, merge_commit_sha, merged_at }: PullAnswer): PullRequest {
  return {
    number,
    headSha: head.sha,
    headRepository: head.repo?.id ?? null,
    baseSha: base.sha,
    mergeSha: merge_commit_sha,
    merged: merged_at !== null,
  };
}
