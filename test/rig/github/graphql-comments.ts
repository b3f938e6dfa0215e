import type { Call } from './call.ts';
import { addComment, commentPage, editComment } from './comments.ts';
import { graphqlError } from './graphql.ts';
import { connection, type PageArguments } from './graphql-connection.ts';
import { demand } from './permissions.ts';
import { nodeId } from './shapes.ts';
import { type Comment, type Issue, type Repository, type State, timestamp, type User } from './state.ts';

/** Apps are called without their `[bot]` here, with it in REST. */
export function actorShape(call: Call, user: User) {
  const login = user.login.replace('[bot]', '');
  const bot = user.type === 'Bot';
  const url = bot ? `${call.places.html}/apps/${login}` : `${call.places.html}/${login}`;
  return { __typename: user.type, id: nodeId(bot ? 'BOT' : 'U', user.id), databaseId: user.id, login, url };
}

export function commentNode(call: Call, repository: Repository, comment: Comment) {
  const own = comment.user.login === call.token?.user.login;
  const page = commentPage(call.places, repository, comment);
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    url: page,
    author: actorShape(call, comment.user),
    viewerDidAuthor: own,
    viewerCanUpdate: own,
    viewerCanDelete: own,
    isMinimized: comment.minimized !== null,
    minimizedReason: comment.minimized,
    createdAt: comment.created,
    updatedAt: comment.updated,
  };
}

export function commentsOf(call: Call, repository: Repository, issue: Issue, args: PageArguments) {
  const own = repository.comments.filter((comment) => comment.issue === issue.number);
  const shown = call.state.visibility.shown(own);
  return connection('comments', shown, args, (comment) => commentNode(call, repository, comment));
}

function unresolved(id: string): Error {
  return graphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** A comment of any repository by its node id. */
export function findComment(state: State, id: string): { repository: Repository; comment: Comment } {
  for (const repository of state.repositories.values()) {
    const comment = repository.comments.find((candidate) => nodeId('IC', candidate.id) === id);
    if (comment) return { repository, comment };
  }
  throw unresolved(id);
}

function findIssue(state: State, id: string): { repository: Repository; issue: Issue } {
  for (const repository of state.repositories.values())
    for (const issue of repository.issues.values())
      if (nodeId(issue.pull ? 'PR' : 'I', issue.id) === id) return { repository, issue };
  throw unresolved(id);
}

function demandComments(call: Call, repository: Repository): void {
  demand(call.token, repository, ['issues', 'pull-requests'], 'write');
}

interface Input<T> {
  input: T & { clientMutationId?: string };
}

export const commentMutations = {
  addComment({ input }: Input<{ subjectId: string; body: string }>, call: Call) {
    const { repository, issue } = findIssue(call.state, input.subjectId);
    demandComments(call, repository);
    const comment = addComment(
      call.state,
      repository,
      issue,
      (call.token as { user: User }).user,
      input.body,
    );
    const node = commentNode(call, repository, comment);
    return {
      clientMutationId: input.clientMutationId ?? null,
      commentEdge: { cursor: node.id, node },
      subject: { __typename: issue.pull ? 'PullRequest' : 'Issue', id: input.subjectId },
    };
  },
  updateIssueComment({ input }: Input<{ id: string; body: string }>, call: Call) {
    const { repository, comment } = findComment(call.state, input.id);
    demandComments(call, repository);
    editComment(call.state, comment, input.body);
    return {
      clientMutationId: input.clientMutationId ?? null,
      issueComment: commentNode(call, repository, comment),
    };
  },
  deleteIssueComment({ input }: Input<{ id: string }>, call: Call) {
    const { repository, comment } = findComment(call.state, input.id);
    demandComments(call, repository);
    repository.comments.splice(repository.comments.indexOf(comment), 1);
    return { clientMutationId: input.clientMutationId ?? null };
  },
  minimizeComment({ input }: Input<{ subjectId: string; classifier: string }>, call: Call) {
    const { repository, comment } = findComment(call.state, input.subjectId);
    demandComments(call, repository);
    comment.minimized = input.classifier.toLowerCase().replace('_', '-');
    comment.updated = timestamp(call.state.now());
    const minimizedComment = commentNode(call, repository, comment);
    return { clientMutationId: input.clientMutationId ?? null, minimizedComment };
  },
};
