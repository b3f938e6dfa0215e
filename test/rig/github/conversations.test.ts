import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, askGraphql } from './ask.ts';
import { type FakeGitHub, type Repository, startGitHub } from './index.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  token = github.state.token('write-all');
  github.state.commit(repository, { branch: 'change', files: { 'notes.txt': '2' } });
  github.state.pullRequest(repository, { head: 'change', login: 'ada' });
});
afterEach(() => github.close());

const say = (body: string) =>
  ask(github, 'POST /repos/octo/flights/issues/1/comments', { token, body: { body } });

describe('a conversation', () => {
  test('that is locked takes nothing from an app, by REST or GraphQL', async () => {
    const { body } = await ask(github, 'GET /repos/octo/flights/issues/1', { token });
    github.state.changePull(repository, 1, { locked: true });
    const refused = await say('hello');
    const mutation =
      'mutation M($id: ID!) { addComment(input: { subjectId: $id, body: "hello" }) { commentEdge { node { id } } } }';
    const byGraphql = await askGraphql(github, mutation, { token, variables: { id: body.node_id } });

    expect([refused.status, refused.body.message]).toEqual([
      403,
      'Unable to create comment because issue is locked.',
    ]);
    expect(byGraphql.body.errors).toEqual([expect.objectContaining({ type: 'FORBIDDEN' })]);
    expect(repository.comments).toEqual([]);
  });

  test('that is locked still takes what those say who can push', async () => {
    github.state.changePull(repository, 1, { locked: true });
    const owner = github.state.token('write-all', { person: true, login: 'octo' });
    const answer = await ask(github, 'POST /repos/octo/flights/issues/1/comments', {
      token: owner,
      body: { body: 'hello' },
    });
    expect(answer.status).toBe(201);
  });

  test.each([
    ['blank', ' \n ', 'body is required'],
    ['longer than 65,536 characters', 'x'.repeat(65_537), 'body is too long (maximum is 65536 characters)'],
  ])('takes no comment that is %s', async (_name, text, message) => {
    const { status, body } = await say(text);
    expect([status, body.errors[0].message]).toEqual([422, message]);
  });

  test('takes one of exactly that length', async () => {
    expect((await say('x'.repeat(65_536))).status).toBe(201);
  });
});

test('the app is called with [bot] by REST and without it by GraphQL, and knows its own comments', async () => {
  await say('mine');
  github.state.comment(repository, 1, { login: 'ada', body: 'hers' });
  const { body } = await ask(github, 'GET /repos/octo/flights/issues/1/comments', { token });
  const query =
    'query { repository(owner: "octo", name: "flights") { pullRequest(number: 1) { comments(first: 9) { nodes { author { login __typename } viewerDidAuthor } } } } }';
  const { nodes } = (await askGraphql(github, query, { token })).body.data.repository.pullRequest.comments;

  expect(body.map(({ user }: { user: { login: string } }) => user.login)).toEqual([
    'github-actions[bot]',
    'ada',
  ]);
  expect(nodes).toEqual([
    { author: { login: 'github-actions', __typename: 'Bot' }, viewerDidAuthor: true },
    { author: { login: 'ada', __typename: 'User' }, viewerDidAuthor: false },
  ]);
});

test('labels are added once each and taken off one by one', async () => {
  const labels = '/repos/octo/flights/issues/1/labels';
  await ask(github, `POST ${labels}`, { token, body: { labels: ['override', 'override', 'data'] } });
  await ask(github, `DELETE ${labels}/override`, { token });
  expect((await ask(github, `GET ${labels}`, { token })).body).toMatchObject([{ name: 'data' }]);
  expect((await ask(github, `DELETE ${labels}/override`, { token })).status).toBe(404);
});
