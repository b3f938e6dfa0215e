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
  github.state.pullRequest(repository, { head: 'change' });
  for (let number = 1; number <= 250; number++)
    github.state.comment(repository, 1, { login: 'ada', body: `comment ${number}` });
});
afterEach(() => github.close());

const comments = (query: string) =>
  ask(github, `GET /repos/octo/flights/issues/1/comments${query}`, { token });
const links = (headers: Headers) =>
  Object.fromEntries(
    [...(headers.get('link') ?? '').matchAll(/<[^>]*[?&]page=(\d+)[^>]*>; rel="(\w+)"/g)].map(
      ([, page, rel]) => [rel, Number(page)],
    ),
  );

describe('a list', () => {
  test.each([
    ['thirty a page when nothing is asked for', '', 30, { next: 2, last: 9 }],
    ['at most a hundred', '?per_page=200', 100, { next: 2, last: 3 }],
    ['neighbours in the middle', '?per_page=100&page=2', 100, { prev: 1, next: 3, last: 3, first: 1 }],
    ['no next page at the end', '?per_page=100&page=3', 50, { prev: 2, first: 1 }],
    ['nothing behind the end', '?per_page=100&page=4', 0, { prev: 3, first: 1 }],
  ])('has %s', async (_name, query, length, expected) => {
    const { body, headers } = await comments(query);

    expect(body).toHaveLength(length);
    expect(links(headers)).toEqual(expected);
  });

  test('has no Link when one page holds it', async () => {
    const { headers } = await ask(github, 'GET /repos/octo/flights/pulls', { token });
    expect(headers.get('link')).toBeNull();
  });

  test('leads through all of it by its links, with what was asked for kept', async () => {
    const seen: string[] = [];
    let next: string | undefined = `${github.url}/repos/octo/flights/issues/1/comments?per_page=100`;
    while (next !== undefined) {
      const { body, headers }: Awaited<ReturnType<typeof ask>> = await ask(github, `GET ${next}`, { token });
      seen.push(...body.map((comment: { body: string }) => comment.body));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, at) => `comment ${at + 1}`));
  });

  test('in an envelope counts all, not the page', async () => {
    for (let number = 0; number < 40; number++)
      github.state.workflowRun(repository, { headSha: 'a'.repeat(40) });
    const { body, headers } = await ask(github, 'GET /repos/octo/flights/actions/runs', { token });

    expect([body.total_count, body.workflow_runs.length]).toEqual([40, 30]);
    expect(links(headers)).toEqual({ next: 2, last: 2 });
  });
});

describe('a GraphQL connection', () => {
  const query = (page: string) =>
    `query { repository(owner: "octo", name: "flights") { pullRequest(number: 1) { comments(${page}) { totalCount nodes { body } pageInfo { hasNextPage endCursor } } } } }`;
  const page = async (args: string) => (await askGraphql(github, query(args), { token })).body;

  test('goes on after its cursor', async () => {
    const first = (await page('first: 100')).data.repository.pullRequest.comments;
    expect(first).toMatchObject({ totalCount: 250, pageInfo: { hasNextPage: true } });
    const second = (await page(`first: 100, after: "${first.pageInfo.endCursor}"`)).data.repository
      .pullRequest.comments;
    expect(second.nodes[0]).toEqual({ body: 'comment 101' });
  });

  test.each([
    ['without bounds', 'orderBy: null', 'MISSING_PAGINATION_BOUNDARIES'],
    ['of more than a hundred', 'first: 101', 'EXCESSIVE_PAGINATION'],
  ])('%s is refused', async (_name, args, type) => {
    expect((await page(args)).errors).toEqual([expect.objectContaining({ type })]);
  });
});
