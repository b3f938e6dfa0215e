import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask } from './ask.ts';
import { type FakeGitHub, type Repository, startGitHub } from './index.ts';
import type { Permissions } from './permissions.ts';

let github: FakeGitHub;
let repository: Repository;
let head: string;

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  head = repository.refs.get('refs/heads/main') as string;
  github.state.commit(repository, { branch: 'change', files: { 'notes.txt': '2' } });
  github.state.pullRequest(repository, { head: 'change' });
});
afterEach(() => github.close());

const base = '/repos/octo/flights';
const check = () => ({ name: 'trainyard', head_sha: head });

describe('a token', () => {
  test.each<[string, string, () => unknown, Permissions, number]>([
    [`POST ${base}/check-runs`, 'checks=write', check, { checks: 'write' }, 201],
    [
      `POST ${base}/issues/1/comments`,
      'issues=write; pull_requests=write',
      () => ({ body: 'x' }),
      { 'pull-requests': 'write' },
      201,
    ],
    [
      `POST ${base}/issues/1/comments`,
      'issues=write; pull_requests=write',
      () => ({ body: 'x' }),
      { issues: 'write' },
      201,
    ],
    [`POST ${base}/git/blobs`, 'contents=write', () => ({ content: 'x' }), { contents: 'write' }, 201],
    [
      `POST ${base}/deployments`,
      'deployments=write',
      () => ({ ref: 'main', required_contexts: [] }),
      { deployments: 'write' },
      201,
    ],
    [`POST ${base}/releases`, 'contents=write', () => ({ tag_name: 'v1' }), { contents: 'write' }, 201],
    [`GET ${base}/pulls/1`, 'pull_requests=read', () => undefined, { 'pull-requests': 'read' }, 200],
    [`GET ${base}/actions/runs`, 'actions=read', () => undefined, { actions: 'read' }, 200],
    [`GET ${base}/commits/main`, 'contents=read', () => undefined, { contents: 'read' }, 200],
  ])('%s needs %s', async (what, accepted, body, permissions, status) => {
    const refused = await ask(github, what, { token: github.state.token({}), body: body() });
    expect([refused.status, refused.body.message]).toEqual([403, 'Resource not accessible by integration']);
    expect(refused.headers.get('x-accepted-github-permissions')).toBe(accepted);

    const allowed = await ask(github, what, { token: github.state.token(permissions), body: body() });
    expect(allowed.status).toBe(status);
  });

  test('that may read may not write, whether it was made so or became so', async () => {
    const token = github.state.token('write-all');
    const post = () => ask(github, `POST ${base}/check-runs`, { token, body: check() });
    expect((await post()).status).toBe(201);
    github.switches.makeReadOnly(token);

    expect((await post()).status).toBe(403);
    expect((await ask(github, `GET ${base}/commits/main`, { token })).status).toBe(200);
  });

  test.each([
    ['that has expired', (token: string) => github.switches.expire(token)],
    ['nobody knows', () => github.state.raw.tokens.clear()],
  ])('%s is bad credentials', async (_name, spoil) => {
    const token = github.state.token('write-all');
    spoil(token);
    const answer = await ask(github, `GET ${base}`, { token });

    expect([answer.status, answer.body.message]).toEqual([401, 'Bad credentials']);
  });

  test('of a person makes no checks; an app changes only its own', async () => {
    const person = github.state.token('write-all', { person: true });
    const made = await ask(github, `POST ${base}/check-runs`, { token: person, body: check() });
    expect([made.status, made.body.message]).toEqual([403, 'You must authenticate via a GitHub App.']);

    const own = await ask(github, `POST ${base}/check-runs`, {
      token: github.state.token('write-all'),
      body: check(),
    });
    const other = github.state.token('write-all', { login: 'other[bot]' });
    const changed = await ask(github, `PATCH ${base}/check-runs/${own.body.id}`, {
      token: other,
      body: { name: 'x' },
    });
    expect([changed.status, changed.body.message]).toEqual([403, expect.stringContaining('Invalid app_id')]);
  });

  test('of an installation cannot ask who it is', async () => {
    expect((await ask(github, 'GET /user', { token: github.state.token('write-all') })).status).toBe(403);
    const token = github.state.token({}, { person: true, login: 'ada' });
    expect((await ask(github, 'GET /user', { token })).body).toMatchObject({ login: 'ada' });
  });
});

describe('a repository', () => {
  test('that is private is not there for those it was not given to', async () => {
    github.state.repository('octo/other', { files: { a: '1' } });
    const token = github.state.token('write-all', { repositories: ['octo/other'] });

    expect((await ask(github, `GET ${base}`, { token })).status).toBe(404);
    expect((await ask(github, `GET ${base}`)).status).toBe(404);
    expect((await ask(github, 'GET /repos/octo/other', { token })).status).toBe(200);
  });

  test('that is public can be read by everybody and written to by nobody without a right', async () => {
    repository.private = false;
    expect((await ask(github, `GET ${base}/commits/main`)).status).toBe(200);
    expect((await ask(github, `POST ${base}/check-runs`, { body: check() })).status).toBe(401);
    const token = github.state.token({});
    expect((await ask(github, `POST ${base}/check-runs`, { token, body: check() })).status).toBe(403);
  });

  test("gives the bytes of a public one's artifact only to those who say who they are", async () => {
    repository.private = false;
    const run = github.state.workflowRun(repository, { headSha: head });
    const { id } = github.state.artifact(run, { name: 'bundle', files: { a: '1' } });
    const zip = `GET ${base}/actions/artifacts/${id}/zip`;

    expect((await ask(github, zip)).status).toBe(401);
    expect((await ask(github, zip, { token: github.state.token({}) })).status).toBe(302);
  });
});
