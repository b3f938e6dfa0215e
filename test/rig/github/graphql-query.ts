import type { Call } from './call.ts';
import { graphqlError } from './graphql.ts';
import { actorShape, commentNode, commentsOf, findComment } from './graphql-comments.ts';
import { connection, type PageArguments } from './graphql-connection.ts';
import { type DeploymentArguments, deploymentsOf } from './graphql-deployments.ts';
import { objectAt, objectNode, refNode } from './graphql-objects.ts';
import { limitOf } from './limits.ts';
import { allows, demand, reaches } from './permissions.ts';
import { resolveCommit } from './revisions.ts';
import { nodeId, repositoryPage } from './shapes.ts';
import { type Issue, type Pull, type Repository, repositoryNamed, type Token } from './state.ts';

export function issueNode(call: Call, repository: Repository, issue: Issue) {
  const { number, title, body, locked } = issue;
  const name = issue.pull ? 'pull' : 'issues';
  const labels = (args: PageArguments) =>
    connection('labels', issue.labels, args, (label) => ({
      id: nodeId('LA', `${repository.id}/${label}`),
      name: label,
    }));
  return {
    __typename: issue.pull ? 'PullRequest' : 'Issue',
    id: nodeId(issue.pull ? 'PR' : 'I', issue.id),
    databaseId: issue.id,
    ...{ number, title, body, locked, labels },
    viewerDidAuthor: issue.user.login === call.token?.user.login,
    state: issue.pull?.merged ? 'MERGED' : issue.state.toUpperCase(),
    closed: issue.state === 'closed',
    url: `${repositoryPage(call.places, repository)}/${name}/${number}`,
    author: actorShape(call, issue.user),
    createdAt: issue.created,
    updatedAt: issue.updated,
    comments: (args: PageArguments) => commentsOf(call, repository, issue, args),
    ...(issue.pull ? pullFields(call, repository, issue.pull) : {}),
  };
}

function pullFields(call: Call, repository: Repository, pull: Pull) {
  const { head } = pull;
  const merge = pull.mergeSha;
  return {
    isDraft: pull.draft,
    merged: pull.merged !== null,
    mergedAt: pull.merged,
    headRefName: head.ref,
    headRefOid: head.sha,
    baseRefName: pull.base,
    baseRefOid: resolveCommit(repository, pull.base) ?? pull.baseSha,
    isCrossRepository: head.repository !== repository,
    mergeCommit: pull.merged !== null && merge !== null ? () => objectNode(call, repository, merge) : null,
    potentialMergeCommit:
      pull.merged === null && merge !== null ? () => objectNode(call, repository, merge) : null,
    mergeable: merge === null ? 'CONFLICTING' : 'MERGEABLE',
  };
}

/** Issues without pull requests, oldest first. */
function issuesOf(call: Call, repository: Repository, args: PageArguments & { states?: string[] | null }) {
  demand(call.token, repository, ['issues'], 'read');
  const all = [...repository.issues.values()].filter(
    ({ pull, state }) => pull === null && (args.states ?? ['OPEN', 'CLOSED']).includes(state.toUpperCase()),
  );
  return connection('issues', call.state.visibility.shown(all), args, (issue) =>
    issueNode(call, repository, issue),
  );
}

function numberedEither(call: Call, repository: Repository, number: number) {
  demand(call.token, repository, ['pull-requests', 'issues'], 'read');
  const issue = repository.issues.get(number);
  if (!issue)
    throw graphqlError(
      'NOT_FOUND',
      `Could not resolve to an issue or pull request with the number of ${number}.`,
    );
  return issueNode(call, repository, issue);
}

function numbered(call: Call, repository: Repository, number: number, type: 'PullRequest' | 'Issue') {
  demand(call.token, repository, ['pull-requests', 'issues'], 'read');
  const issue = repository.issues.get(number);
  if (!issue || (type === 'PullRequest') !== (issue.pull !== null))
    throw graphqlError(
      'NOT_FOUND',
      `Could not resolve to ${type === 'Issue' ? 'an' : 'a'} ${type} with the number of ${number}.`,
    );
  return issueNode(call, repository, issue);
}

function repositoryNode(call: Call, repository: Repository) {
  const { refs } = repository;
  const branch = `refs/heads/${repository.defaultBranch}`;
  const read = <T>(value: () => T): T => {
    demand(call.token, repository, ['contents'], 'read');
    return value();
  };
  const full = (name: string) =>
    [name, `refs/heads/${name}`, `refs/tags/${name}`].find((ref) => refs.has(ref));
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    owner: { __typename: 'User', login: repository.owner },
    url: repositoryPage(call.places, repository),
    isPrivate: repository.private,
    isFork: repository.fork,
    isEmpty: refs.size === 0,
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    viewerPermission: viewerPermission(call.token),
    defaultBranchRef: () => read(() => (refs.has(branch) ? refNode(call, repository, branch) : null)),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      read(() => {
        const ref = full(qualifiedName);
        return ref === undefined ? null : refNode(call, repository, ref);
      }),
    object: ({ oid, expression }: { oid?: string; expression?: string }) =>
      read(() => (oid ? objectNode(call, repository, oid) : objectAt(call, repository, expression ?? ''))),
    pullRequest: ({ number }: { number: number }) => numbered(call, repository, number, 'PullRequest'),
    issue: ({ number }: { number: number }) => numbered(call, repository, number, 'Issue'),
    issueOrPullRequest: ({ number }: { number: number }) => numberedEither(call, repository, number),
    issues: (args: PageArguments & { states?: string[] | null }) => issuesOf(call, repository, args),
    deployments: (args: DeploymentArguments) => deploymentsOf(call, repository, args),
  };
}

function viewerPermission(token: Token | null): string {
  return token && allows(token, 'contents', 'write') ? 'WRITE' : 'READ';
}

export const rootQueries = {
  /** GITHUB_TOKEN is shown as its app's bot, with `[bot]`. */
  viewer(_args: unknown, call: Call) {
    const user = (call.token as Token).user;
    return { ...actorShape(call, user), __typename: 'User', login: user.login };
  },
  repository({ owner, name }: { owner: string; name: string }, call: Call) {
    const repository = repositoryNamed(call.state, `${owner}/${name}`);
    if (!repository || (repository.private && !reaches(call.token, repository)))
      throw graphqlError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    return repositoryNode(call, repository);
  },
  node({ id }: { id: string }, call: Call) {
    const { repository, comment } = findComment(call.state, id);
    demand(call.token, repository, ['issues', 'pull-requests'], 'read');
    return commentNode(call, repository, comment);
  },
  rateLimit(_args: unknown, call: Call) {
    const { limit, remaining, used, reset } = limitOf(call.state, call.token as Token);
    return { limit, remaining, used, cost: 1, nodeCount: 1, resetAt: new Date(reset * 1000).toISOString() };
  },
};
