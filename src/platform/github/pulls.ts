import { orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';

export interface PullRequest {
  number: number;
  headSha: string;
  /** `null` when the fork is gone. */
  headRepository: number | null;
  baseSha: string;
  baseBranch: string;
  mergeSha: string | null;
  merged: boolean;
}

/** What of a pull request can change while a run judges it. */
export interface PullRequestNow {
  headSha: string;
  baseBranch: string;
  state: 'open' | 'closed' | 'merged';
}

/** A head as the event of a run tells it: it may lie in a fork. */
export interface PullRequestHead {
  headSha: string;
  owner: string | null;
  branch: string | null;
}

interface PullAnswer {
  number: number;
  state: 'open' | 'closed';
  head: { sha: string; repo: { id: number } | null };
  base: { sha: string; ref: string };
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

/** Head and base of a pull request now. */
export async function pullNow({ owner, repo, rest }: GitHubClient, number: number): Promise<PullRequestNow> {
  const path = at`/repos/${owner}/${repo}/pulls/${number}`;
  const { data } = await rest<PullAnswer>({ method: 'GET', path, needs: reading });
  const state = data.merged_at !== null ? 'merged' : data.state;
  return { headSha: data.head.sha, baseBranch: data.base.ref, state };
}

/** The open pull requests of a head that may lie in a fork: GitHub does not list forks' by commit. */
export async function findPullRequests(client: GitHubClient, head: PullRequestHead): Promise<PullRequest[]> {
  const { owner, repo } = client;
  if (head.owner === null || head.branch === null) return [];
  const path = at`/repos/${owner}/${repo}/pulls`;
  const query = { state: 'open', head: `${head.owner}:${head.branch}`, per_page: 100 };
  const { data } = await client.rest<PullAnswer[]>({ method: 'GET', path, query, needs: reading });
  return data.map(pullOf).filter((pull) => pull.headSha === head.headSha);
}

function pullOf({ number, head, base, merge_commit_sha, merged_at }: PullAnswer): PullRequest {
  return {
    number,
    headSha: head.sha,
    headRepository: head.repo?.id ?? null,
    baseSha: base.sha,
    baseBranch: base.ref,
    mergeSha: merge_commit_sha,
    merged: merged_at !== null,
  };
}
