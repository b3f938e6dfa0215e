import { type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import { listed } from './paging.ts';
import { invalidField, notFound, Refusal } from './refusals.ts';
import { nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import {
  type Comment,
  type Issue,
  type Repository,
  type State,
  stamp,
  timestamp,
  type User,
} from './state.ts';

/** GitHub's own words name 65,536 characters. */
export const maximumBody = 65_536;

export function commentPage(places: Call['places'], repository: Repository, comment: Comment): string {
  const kind = repository.issues.get(comment.issue)?.pull ? 'pull' : 'issues';
  return `${repositoryPage(places, repository)}/${kind}/${comment.issue}#issuecomment-${comment.id}`;
}

function commentShape(call: Call, repository: Repository, comment: Comment): unknown {
  const url = repositoryUrl(call.places, repository);
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${url}/issues/comments/${comment.id}`,
    html_url: commentPage(call.places, repository, comment),
    issue_url: `${url}/issues/${comment.issue}`,
    body: comment.body,
    user: userShape(call.places, comment.user),
    author_association: comment.user.login === repository.owner ? 'OWNER' : 'NONE',
    created_at: comment.created,
    updated_at: comment.updated,
  };
}

/** The issue or pull request of this number, or 404. */
export function issueNumbered(repository: Repository, number: unknown): Issue {
  const issue = repository.issues.get(Number(number));
  if (!issue) throw notFound();
  return issue;
}

function commentNumbered(repository: Repository, id: unknown): Comment {
  const comment = repository.comments.find((candidate) => candidate.id === Number(id));
  if (!comment) throw notFound();
  return comment;
}

/** Throws the 422 that GitHub gives for a blank or too long body. */
export function checkBody(body: string): void {
  if (body.trim() === '') throw invalidField('IssueComment', 'body', 'missing_field', 'body is required');
  if (body.length > maximumBody)
    throw invalidField(
      'IssueComment',
      'body',
      'custom',
      `body is too long (maximum is ${maximumBody} characters)`,
    );
}

/** Adds a comment; a locked conversation takes none from those who cannot push. */
export function addComment(
  state: State,
  repository: Repository,
  issue: Issue,
  user: User,
  body: string,
): Comment {
  if (issue.locked && !canPush(repository, user))
    throw new Refusal(403, 'Unable to create comment because issue is locked.');
  checkBody(body);
  const comment = { ...stamp(state), issue: issue.number, user, body, minimized: null };
  repository.comments.push(state.visibility.created(comment));
  return comment;
}

/** Apps are no collaborators: a lock shuts them out unless a test makes them one. */
function canPush(repository: Repository, user: User): boolean {
  const level = repository.collaborators.get(user.login);
  return user.login === repository.owner || level === 'write' || level === 'admin' || level === 'maintain';
}

export function editComment(state: State, comment: Comment, body: string): void {
  checkBody(body);
  comment.body = body;
  comment.updated = timestamp(state.now());
}

export const comments: Handlers = {
  'issues/list-comments': (call) => {
    const repository = repositoryOf(call);
    const issue = issueNumbered(repository, call.path['issue_number']);
    const since = String(call.query['since'] ?? '');
    const own = repository.comments.filter((c) => c.issue === issue.number && c.updated >= since);
    return listed(call, call.state.visibility.shown(own), (comment) =>
      commentShape(call, repository, comment),
    );
  },
  'issues/create-comment': (call) => {
    const repository = repositoryOf(call);
    const issue = issueNumbered(repository, call.path['issue_number']);
    const { body } = call.body as { body: string };
    const comment = addComment(call.state, repository, issue, userOf(call), body);
    return { status: 201, body: commentShape(call, repository, comment) };
  },
  'issues/get-comment': (call) => {
    const repository = repositoryOf(call);
    const comment = commentNumbered(repository, call.path['comment_id']);
    return { status: 200, body: commentShape(call, repository, comment) };
  },
  'issues/update-comment': (call) => {
    const repository = repositoryOf(call);
    const comment = commentNumbered(repository, call.path['comment_id']);
    editComment(call.state, comment, (call.body as { body: string }).body);
    return { status: 200, body: commentShape(call, repository, comment) };
  },
  'issues/delete-comment': (call) => {
    const repository = repositoryOf(call);
    const comment = commentNumbered(repository, call.path['comment_id']);
    repository.comments.splice(repository.comments.indexOf(comment), 1);
    return { status: 204 };
  },
};
