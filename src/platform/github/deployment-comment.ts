import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { Refusal } from '../../github/failures.ts';
import { queryRepository } from '../../github/repository.ts';
import { inRounds } from '../../github/rounds.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Notice } from '../deployments.ts';
import type { Written } from '../types.ts';
import { bodyUnits, markerOf, same } from './comment.ts';
import {
  beginsWith,
  createComment,
  type OwnComment,
  removeComment,
  updateComment,
} from './comment-thread.ts';
import { fitUnits } from './text-limits.ts';
import { trackingIssue } from './tracking-issue.ts';

const needs = 'issues: write';

/** How far the clock of a runner may be ahead of GitHub's. */
const clockSkewMs = 3_600_000;

/**
 * Makes sure that a deployment has one comment: found by marker and author among those as young as the deployment,
 * created, updated, or left when it is equal; duplicates of ours are removed, the lowest id stays. Two requests, and
 * those that find the tracking issue. The caller holds the environment's lock. No such issue, or a locked one: ConfigError.
 */
export function ensureDeploymentComment(
  runtime: Runtime,
  client: GitHubClient,
  { record, timeline }: Notice,
  issue: number | 'tracking',
): Promise<Written> {
  const marker = markerOf(`deployment:${record.id}`);
  const text = fitUnits(`${marker}\n${timeline}`, bodyUnits);
  const since = Date.parse(record.created) - clockSkewMs;
  return inRounds(runtime, async () => {
    const number = issue === 'tracking' ? await trackingIssue(client, record.environment) : issue;
    const [first, ...doubled] = await ownComments(client, number, marker, since);
    if (first === undefined) {
      const { url } = await createComment(client, number, text, needs);
      return { result: 'created', url };
    }
    for (const { id } of doubled) await removeComment(client, id, needs);
    if (same(first.body, text)) return { result: 'unchanged', url: first.url };
    const url = await updateComment(client, number, first.id, text, needs);
    if (url === null) throw new UpstreamError(`The comment on #${number} was deleted.`, { retryable: true });
    return { result: 'updated', url };
  });
}

interface ThreadAnswer {
  issueOrPullRequest: {
    comments: {
      pageInfo: { hasPreviousPage: boolean; startCursor: string | null };
      nodes: ({
        databaseId: number;
        body: string;
        url: string;
        createdAt: string;
        viewerDidAuthor: boolean;
      } | null)[];
    };
  } | null;
}

const comments =
  'comments(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } ' +
  'nodes { databaseId body url createdAt viewerDidAuthor } }';

/** Ours with the marker, lowest id first; read from the newest back to the time `since`, in milliseconds. */
async function ownComments(
  client: GitHubClient,
  number: number,
  marker: string,
  since: number,
): Promise<OwnComment[]> {
  const own: OwnComment[] = [];
  for (let before: string | null = null; ; ) {
    const { nodes, pageInfo } = await commentPage(client, number, before);
    for (const node of nodes)
      if (node?.viewerDidAuthor && beginsWith(node.body, marker))
        own.push({ id: node.databaseId, body: node.body, url: node.url });
    const oldest = nodes[0]?.createdAt;
    const enough = oldest !== undefined && Date.parse(oldest) < since;
    if (enough || !pageInfo.hasPreviousPage) return own.sort((a, b) => a.id - b.id);
    before = pageInfo.startCursor;
  }
}

async function commentPage(client: GitHubClient, number: number, before: string | null) {
  const asking = queryRepository<ThreadAnswer>(client, {
    named: 'DeploymentComments',
    declared: '$number: Int!, $before: String',
    variables: { number, before },
    fields: `issueOrPullRequest(number: $number) { ... on Issue { ${comments} } ... on PullRequest { ${comments} } }`,
    needs,
  });
  const { issueOrPullRequest } = await asking.catch((error: unknown) => {
    if (error instanceof Refusal && error.type === 'NOT_FOUND') throw noSuchIssue(number);
    throw error;
  });
  if (issueOrPullRequest === null) throw noSuchIssue(number);
  return issueOrPullRequest.comments;
}

function noSuchIssue(number: number): ConfigError {
  return new ConfigError(`GitHub shows no issue or pull request #${number} to this token.`, {
    expected: 'a number of this repository at "notify: issue"',
    hint: `Correct the number, or write "issue: tracking". The job needs "${needs}".`,
  });
}
