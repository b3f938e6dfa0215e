import { ConfigError } from '../../core/errors.ts';
import { isRefusal, type Refusal } from '../../github/failures.ts';
import { queryRepository } from '../../github/repository.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { PullRequestNow } from './pulls.ts';

/** A comment of ours. */
export interface OwnComment {
  id: number;
  body: string;
  url: string;
}

export interface Thread {
  /** The pull request now. */
  now: PullRequestNow;
  /** Where a person can look at the pull request. */
  url: string;
  /** Ours that begin with the marker, lowest id first. */
  own: OwnComment[];
}

interface CommentNode {
  databaseId: number;
  body: string;
  url: string;
  viewerDidAuthor: boolean;
}

interface PullAnswer {
  pullRequest: {
    headRefOid: string;
    baseRefName: string;
    state: 'OPEN' | 'CLOSED' | 'MERGED';
    url: string;
    comments: {
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
      nodes: (CommentNode | null)[];
    };
  } | null;
}

/** Comments are read to be written. */
const writing = 'pull-requests: write';

/** Ours are those this token wrote and that begin with the marker: quoting it, or writing it oneself, makes none. */
export async function readThread(client: GitHubClient, number: number, marker: string): Promise<Thread> {
  const own: OwnComment[] = [];
  let after: string | null = null;
  for (;;) {
    const answer: PullAnswer = await queryRepository<PullAnswer>(client, {
      named: 'PullRequestComments',
      declared: '$number: Int!, $after: String',
      variables: { number, after },
      fields:
        'pullRequest(number: $number) { headRefOid baseRefName state url comments(first: 100, after: $after) ' +
        '{ pageInfo { hasNextPage endCursor } nodes { databaseId body url viewerDidAuthor } } }',
      needs: writing,
    });
    const { pullRequest } = answer;
    if (pullRequest === null) throw noSuchPullRequest(number);
    const { pageInfo, nodes } = pullRequest.comments;
    for (const node of nodes) {
      if (node?.viewerDidAuthor && beginsWith(node.body, marker)) {
        own.push({ id: node.databaseId, body: node.body, url: node.url });
      }
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (after === null) {
      const { headRefOid: headSha, baseRefName: baseBranch, url } = pullRequest;
      const state = pullRequest.state.toLowerCase() as PullRequestNow['state'];
      return { now: { headSha, baseBranch, state }, url, own: own.sort((a, b) => a.id - b.id) };
    }
  }
}

/** The marker is a line of its own, the first one. */
export function beginsWith(body: string, marker: string): boolean {
  return body.startsWith(marker) && /^(?:\r?\n|$)/.test(body.slice(marker.length));
}

export async function createComment(
  client: GitHubClient,
  number: number,
  body: string,
  needs = writing,
): Promise<OwnComment> {
  const path = at`/repos/${client.owner}/${client.repo}/issues/${number}/comments`;
  try {
    const call = { method: 'POST', path, body: { body }, needs, fresh: true } as const;
    const { data } = await client.rest<{ id: number; html_url: string }>(call);
    return { id: data.id, body, url: data.html_url };
  } catch (error) {
    throw isRefusal(error, 403, 422) ? closedThread(error, number) : error;
  }
}

/** `null` when the comment is gone. */
export async function updateComment(
  client: GitHubClient,
  number: number,
  id: number,
  body: string,
  needs = writing,
): Promise<string | null> {
  const path = at`/repos/${client.owner}/${client.repo}/issues/comments/${id}`;
  try {
    const call = { method: 'PATCH', path, body: { body }, needs, fresh: true } as const;
    return (await client.rest<{ html_url: string }>(call)).data.html_url;
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw isRefusal(error, 403, 422) ? closedThread(error, number) : error;
  }
}

/** Removes a comment of ours; one that is gone already is fine. */
export async function removeComment(client: GitHubClient, id: number, needs = writing): Promise<void> {
  const path = at`/repos/${client.owner}/${client.repo}/issues/comments/${id}`;
  try {
    await client.rest({ method: 'DELETE', path, needs, fresh: true });
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
  }
}

function closedThread(refusal: Refusal, number: number): ConfigError | Refusal {
  if (!/lock/i.test(refusal.said)) return refusal;
  return new ConfigError(`The conversation of #${number} is locked, so nobody can comment on it.`, {
    hint: 'Unlock it and run again. What it would say stands in the check and in the job summary.',
  });
}

function noSuchPullRequest(number: number): ConfigError {
  return new ConfigError(`GitHub shows no pull request #${number} to this token.`, {
    expected: 'a pull request of this repository',
    hint: `Grant the job "${writing}".`,
  });
}
