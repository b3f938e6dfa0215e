import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, askGraphql } from './ask.ts';
import { type FakeGitHub, type GitHubOptions, type Repository, startGitHub } from './index.ts';
import { imitated } from './rest.ts';
import { spec } from './spec.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;

async function start(options: GitHubOptions = {}): Promise<void> {
  github = await startGitHub(options);
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  token = github.state.token('write-all');
  github.state.commit(repository, { branch: 'change', files: { 'notes.txt': '2' } });
  github.state.pullRequest(repository, { head: 'change' });
}
beforeEach(() => start());
afterEach(() => github.close().catch(() => {}));

test('every operation of the cut is imitated, and no other', () => {
  expect([...imitated].sort()).toEqual(Object.keys(spec.operations).sort());
});

describe('a test fails at its end', () => {
  test('when an operation was asked for that is not imitated', async () => {
    expect((await ask(github, 'GET /repos/octo/flights/stargazers', { token })).status).toBe(501);
    await expect(github.close()).rejects.toThrow('not imitated: GET http://');
  });

  test('when an answer is not what its description says', async () => {
    Object.assign(repository.issues.get(1) ?? {}, { title: 7 });
    expect((await ask(github, 'GET /repos/octo/flights/issues/1', { token })).status).toBe(500);
    await expect(github.close()).rejects.toThrow('issues/get answered 200 against its description: /title');
  });

  test('when a field of GraphQL was asked for that is in the schema and not imitated', async () => {
    const query = 'query { repository(owner: "octo", name: "flights") { stargazerCount } }';
    await askGraphql(github, query, { token });
    await expect(github.close()).rejects.toThrow('Repository.stargazerCount is not imitated');
  });

  test('and does not when everything was known', async () => {
    await ask(github, 'GET /repos/octo/flights', { token });
    await expect(github.close()).resolves.toBeUndefined();
  });
});

describe('a request', () => {
  test.each([
    ['without what is required', 'POST /repos/octo/flights/check-runs', {}],
    ['with a value of another type', 'POST /repos/octo/flights/check-runs', { name: 7, head_sha: 'x' }],
    [
      'with a word that is none of its choices',
      'POST /repos/octo/flights/check-runs',
      { name: 'x', head_sha: 'a'.repeat(40), status: 'almost' },
    ],
  ])('%s is invalid', async (_name, what, body) => {
    const answer = await ask(github, what, { token, body });
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining('Invalid request.')]);
  });

  test('with a number in its path that is none finds nothing', async () => {
    expect((await ask(github, 'GET /repos/octo/flights/issues/one', { token })).status).toBe(404);
  });
});

describe('GraphQL', () => {
  test('knows the fields of its schema only, and says so as GitHub does', async () => {
    const query = 'query { repository(owner: "octo", name: "flights") { colour } }';
    const { body } = await askGraphql(github, query, { token });

    expect(body).toEqual({
      errors: [
        expect.objectContaining({
          message: "Field 'colour' doesn't exist on type 'Repository'",
          extensions: { code: 'undefinedField', typeName: 'Repository', fieldName: 'colour' },
        }),
      ],
    });
  });

  test('finds nothing without a token', async () => {
    const { status } = await ask(github, `POST ${github.graphqlUrl}`, {
      body: { query: 'query { viewer { login } }' },
    });
    expect(status).toBe(401);
  });

  test('gives null and NOT_FOUND for what is not there', async () => {
    const query = 'query { repository(owner: "octo", name: "none") { id } }';
    const { body } = await askGraphql(github, query, { token });
    expect(body).toMatchObject({ data: { repository: null }, errors: [{ type: 'NOT_FOUND' }] });
  });

  test('needs the right that REST needs', async () => {
    const mutation = `mutation { createCommitOnBranch(input: {
      branch: { repositoryNameWithOwner: "octo/flights", branchName: "main" },
      message: { headline: "x" }, expectedHeadOid: "${repository.refs.get('refs/heads/main')}"
    }) { commit { oid } } }`;
    const { body } = await askGraphql(github, mutation, { token: github.state.token('read-all') });
    expect(body.errors).toEqual([
      expect.objectContaining({ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }),
    ]);
  });
});

describe('an Enterprise Server', () => {
  beforeEach(async () => {
    await github.close();
    await start({ ghes: { missing: ['Ref.compare', 'Mutation.createCommitOnBranch'] } });
  });

  test('has its APIs below /api and names itself', async () => {
    const { headers, body } = await ask(github, 'GET /meta', { token });
    expect(github.url).toMatch(/\/api\/v3$/);
    expect(github.graphqlUrl).toMatch(/\/api\/graphql$/);
    expect(headers.get('x-github-enterprise-version')).toBe(body.installed_version);
  });

  test.each([
    [
      'a field',
      'query { repository(owner: "octo", name: "flights") { ref(qualifiedName: "main") { compare(headRef: "change") { status } } } }',
      'Ref',
      'compare',
    ],
    [
      'a mutation',
      'mutation { createCommitOnBranch(input: {}) { commit { oid } } }',
      'Mutation',
      'createCommitOnBranch',
    ],
  ])('that is older lacks %s', async (_name, query, typeName, fieldName) => {
    const { body } = await askGraphql(github, query, { token });
    expect(body.errors).toEqual([
      expect.objectContaining({ extensions: { code: 'undefinedField', typeName, fieldName } }),
    ]);
  });
});
