import { queryRepository } from '../../github/repository.ts';
import type { GitHubClient } from '../../github/types.ts';
import { markerOf } from './comment.ts';
import { beginsWith } from './comment-thread.ts';

interface IssueNode {
  number: number;
  body: string;
  viewerDidAuthor: boolean;
}

interface IssuesAnswer {
  id: string;
  issues: {
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: (IssueNode | null)[];
  };
}

const needs = 'issues: write';

/**
 * Number of the environment's own issue: the oldest open one that this token wrote and that begins with the marker, else
 * a new one "deployments: <environment>". One that was closed stays closed. A request per 100 open issues until it is
 * found. The caller holds the environment's lock: nobody else opens one meanwhile.
 */
export async function trackingIssue(client: GitHubClient, environment: string): Promise<number> {
  const marker = markerOf(`deployments:${environment}`);
  for (let after: string | null = null; ; ) {
    const answer: IssuesAnswer = await queryRepository<IssuesAnswer>(client, {
      named: 'TrackingIssue',
      declared: '$after: String',
      variables: { after },
      fields:
        'id issues(first: 100, after: $after, states: [OPEN], orderBy: { field: CREATED_AT, direction: ASC }) ' +
        '{ pageInfo { hasNextPage endCursor } nodes { number body viewerDidAuthor } }',
      needs,
    });
    const { pageInfo, nodes } = answer.issues;
    const own = nodes.find((node) => node?.viewerDidAuthor && beginsWith(node.body, marker));
    if (own) return own.number;
    if (!pageInfo.hasNextPage) return opened(client, answer.id, environment, marker);
    after = pageInfo.endCursor;
  }
}

async function opened(
  client: GitHubClient,
  repositoryId: string,
  environment: string,
  marker: string,
): Promise<number> {
  const body = `${marker}\nEach deployment to ${environment} that ended or is held has a comment here. Subscribe to be told.`;
  const { createIssue } = await client.graphql<{ createIssue: { issue: { number: number } } }>({
    text: 'mutation OpenIssue($input: CreateIssueInput!) { createIssue(input: $input) { issue { number } } }',
    variables: { input: { repositoryId, title: `deployments: ${environment}`, body } },
    needs,
  });
  return createIssue.issue.number;
}
