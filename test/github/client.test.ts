import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { CancelledError } from '../../src/core/errors.ts';
import { at, type Call } from '../../src/github/types.ts';
import { makeRuntime, removeFolders } from '../git/repository.ts';
import {
  clientOf,
  quickClock,
  type Scripted,
  type ScriptedServer,
  secret,
  startScripted,
} from './scripted.ts';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(removeFolders);

async function answering(...answers: Scripted[]): Promise<ScriptedServer> {
  const server = await startScripted(answers);
  servers.push(server);
  return server;
}

const read: Call = { method: 'GET', path: '/repos/octo/flights/pulls/7', needs: 'pull-requests: read' };
const write: Call = {
  method: 'POST',
  path: '/repos/octo/flights/issues/7/comments',
  body: { body: 'x' },
  needs: 'pull-requests: write',
};
const good = { body: { number: 7 } };

describe('a request', () => {
  test('goes to the server given, with the token, and gives the JSON back', async () => {
    const server = await answering(good);

    const { data, next } = await clientOf(`${server.url}/api/v3/`).rest({
      ...read,
      query: { page: 2, name: undefined },
    });

    expect({ data, next }).toEqual({ data: { number: 7 }, next: null });
    expect(server.asked[0]).toMatchObject({
      method: 'GET',
      url: '/api/v3/repos/octo/flights/pulls/7?page=2',
    });
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${secret}`);
  });

  test.each(['a/../../b', 'x?y=z', '#frag', 'ünï', '%2e%2e'])('keeps the name %j in its segment', (name) => {
    expect(at`/repos/${name}/x`).toBe(`/repos/${encodeURIComponent(name)}/x`);
  });

  test.each([
    ['', 'There is no token'],
    ['line\nbreak', 'characters no token has'],
  ])('is refused at once with the token %j', (token, message) => {
    expect(() => clientOf('http://127.0.0.1:9', {}, { token })).toThrow(message);
  });

  test('is refused at once without a repository', () => {
    expect(() => clientOf('http://127.0.0.1:9', {}, { repository: 'nothing' })).toThrow('is no repository');
  });
});

describe('pages', () => {
  const item = async (client: ReturnType<typeof clientOf>, most: number) => {
    const all: number[] = [];
    for await (const one of client.pages<number, number[]>(read, (page) => page, most)) all.push(one);
    return all;
  };
  const next = (url: string) => ({ link: `<${url}>; rel="next", <${url}&last>; rel="last"` });

  test('are followed to the last one, or as far as asked', async () => {
    const server = await answering(good);
    const pages = [
      { body: [1, 2], headers: next(`${server.url}/x?page=2`) },
      { body: [3], headers: next(`${server.url}/x?page=3`) },
      { body: [4] },
    ];
    const all = await startPages(server, pages);

    expect(await item(clientOf(all.url), 9)).toEqual([1, 2, 3, 4]);
    expect(all.asked.map(({ url }) => url)).toEqual([
      '/repos/octo/flights/pulls/7',
      '/x?page=2',
      '/x?page=3',
    ]);
    expect(await item(clientOf((await startPages(server, pages)).url), 2)).toEqual([1, 2, 3]);
  });

  test('of another host are not asked for: the token would go there', async () => {
    const other = await answering(good);
    const server = await answering({ body: [1], headers: next(`${other.url}/steal`) });

    expect(await item(clientOf(server.url), 9)).toEqual([1]);
    expect(other.asked).toEqual([]);
  });
});

/** Pages whose links name the server they come from. */
async function startPages(from: ScriptedServer, pages: readonly Scripted[]): Promise<ScriptedServer> {
  const answers = pages.map((page) => ({ ...page }));
  const server = await answering(...answers);
  for (const answer of answers) {
    const link = answer.headers?.['link']?.replaceAll(from.url, server.url);
    if (link !== undefined) answer.headers = { link };
  }
  return server;
}

describe('limits', () => {
  test('a retry-after is waited for to the second, for writes too', async () => {
    const limited = {
      status: 403,
      headers: { 'retry-after': '37' },
      body: { message: 'You have exceeded a secondary rate limit.' },
    };
    const server = await answering(limited, { status: 201, body: { id: 1 } });
    const clock = quickClock();

    await clientOf(server.url, { clock }).rest(write);

    expect(clock.slept).toEqual([37_000]);
    expect(server.asked).toHaveLength(2);
  });

  test('a secondary limit without retry-after waits a minute, then longer', async () => {
    const limited = { status: 429, body: { message: 'secondary rate limit' } };
    const server = await answering(limited, limited, good);
    const clock = quickClock();

    await clientOf(server.url, { clock }).rest(read);

    expect(clock.slept).toEqual([60_000, 120_000]);
  });

  test('a spent limit is waited for by the clock of the server, however wrong ours is', async () => {
    const told = new Date(Date.UTC(2031, 0, 1, 12));
    const reset = String(told.getTime() / 1000 + 90);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, date: told.toUTCString() };
    const server = await answering(
      { status: 403, headers, body: { message: 'API rate limit exceeded' } },
      good,
    );
    const clock = quickClock();

    await clientOf(server.url, { clock }).rest(read);

    expect(clock.slept).toEqual([91_000]);
  });

  test('a limit in a GraphQL answer is one too', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'retry-after': '5' };
    const limited = {
      headers,
      body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
    };
    const server = await answering(limited, { body: { data: { viewer: 1 } } });
    const clock = quickClock();

    const data = await clientOf(server.url, { clock }).graphql({
      text: 'query Q { x }',
      variables: {},
      needs: 'contents: read',
    });

    expect(data).toEqual({ viewer: 1 });
    expect(clock.slept).toEqual([5000]);
  });

  test.each(['3600', '1'])('waiting ends some time when each answer asks for %s s more', async (after) => {
    const server = await answering({ status: 429, headers: { 'retry-after': after }, body: {} });

    await expect(clientOf(server.url).rest(read)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
      message: expect.stringContaining('rate limit'),
    });
    expect(server.asked.length).toBeLessThan(12);
  });

  test('of many writes those beyond the first ten go a second apart', async () => {
    const server = await answering({ status: 201, body: {} });
    const clock = quickClock();
    const client = clientOf(server.url, { clock });

    for (let i = 0; i < 13; i += 1) await client.rest(write);

    expect(clock.slept).toEqual([1000, 1000]);
  });
});

describe('a failure of the other side', () => {
  test.each([500, 502, 503])('with %d is tried again for a read', async (status) => {
    const server = await answering({ status, body: '<html>' }, { status, body: '' }, good);
    const clock = quickClock();

    expect((await clientOf(server.url, { clock }).rest(read)).data).toEqual({ number: 7 });
    expect(clock.slept).toEqual([1000, 2000]);
  });

  test.each([
    ['a read', read, 5],
    ['a write that says the same twice', { ...write, method: 'PATCH' } as Call, 5],
    ['a write that would do it twice', write, 1],
  ])('is given up for %s after a few tries, as an UpstreamError', async (_name, call, times) => {
    const server = await answering({ status: 502, body: '' });

    await expect(clientOf(server.url).rest(call)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
    expect(server.asked).toHaveLength(times);
  });

  test('an answer that is cut short is no value', async () => {
    const server = await answering(
      { body: { long: 'x'.repeat(1000) }, cut: true },
      { body: '{"number": 7' },
      good,
    );

    expect((await clientOf(server.url).rest(read)).data).toEqual({ number: 7 });
    expect(server.asked).toHaveLength(3);
  });

  test('inside GraphQL is tried again for a question, never for a mutation', async () => {
    const failed = { body: { errors: [{ message: 'Something went wrong while executing your query.' }] } };
    const server = await answering(failed, { body: { data: {} } });
    await clientOf(server.url).graphql({ text: 'query Q { x }', variables: {}, needs: '' });
    expect(server.asked).toHaveLength(2);

    const other = await answering(failed);
    const mutation = clientOf(other.url).graphql({ text: 'mutation M { x }', variables: {}, needs: '' });
    await expect(mutation).rejects.toMatchObject({ name: 'UpstreamError', retryable: true });
    expect(other.asked).toHaveLength(1);
  });

  test('no network is an UpstreamError', async () => {
    await expect(clientOf('http://127.0.0.1:9').rest(read)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
  });

  test('cancelling ends the waiting', async () => {
    const controller = new AbortController();
    const server = await answering({ status: 500, body: '' });
    const clock = { ...quickClock(), sleep: async () => controller.abort() };
    const client = clientOf(server.url, {
      signal: controller.signal,
      clock: { ...makeRuntime().clock, ...clock },
    });

    await expect(client.rest(read)).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('a refusal', () => {
  const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };

  test('for a missing permission names the YAML line', async () => {
    const server = await answering(refused);

    await expect(clientOf(server.url).rest(write)).rejects.toMatchObject({
      name: 'ConfigError',
      expected: 'permissions: pull-requests: write',
      permission: 'pull-requests: write',
    });
  });

  test('of which several would do names the one we ask for', async () => {
    const headers = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' };
    const server = await answering({ ...refused, headers });

    await expect(clientOf(server.url).rest(write)).rejects.toMatchObject({
      expected: 'permissions: pull-requests: write',
    });
  });

  test('believes GitHub about which permission it is', async () => {
    const server = await answering({
      ...refused,
      headers: { 'x-accepted-github-permissions': 'checks=write; x=read' },
    });

    await expect(clientOf(server.url).rest(write)).rejects.toMatchObject({
      expected: 'permissions: checks: write',
    });
  });

  test('by GraphQL for a missing permission is the same', async () => {
    const server = await answering({
      body: {
        data: { x: null },
        errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
      },
    });
    const call = { text: 'mutation M { x }', variables: {}, needs: 'contents: write' };

    await expect(clientOf(server.url).graphql(call)).rejects.toMatchObject({
      expected: 'permissions: contents: write',
    });
  });

  test('of a server without a field says that it is too old', async () => {
    const message = "Field 'file' doesn't exist on type 'Commit'";
    const server = await answering({ body: { errors: [{ message }] } });
    const call = { text: 'query Q { x }', variables: {}, needs: 'contents: read' };

    await expect(clientOf(server.url).graphql(call)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining("'file'"),
    });
  });

  test('of the token says that it has expired', async () => {
    const server = await answering({ status: 401, body: { message: 'Bad credentials' } });

    await expect(clientOf(server.url).rest(read)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('expired'),
    });
    expect(server.asked).toHaveLength(1);
  });

  test.each([404, 409, 410, 422])(
    'with %d carries status and words, on one line, without the token',
    async (status) => {
      const message = `No\n\u202e such ${'thing '.repeat(200)}`;
      const server = await answering({ status, body: { message, errors: [{ message: 'already exists' }] } });

      const error = await clientOf(server.url)
        .rest(read)
        .catch((caught: unknown) => caught as Error & { status: number });

      expect(error).toMatchObject({ name: 'UpstreamError', status });
      expect((error as Error).message).not.toMatch(/[\n\u202e]/);
      expect((error as Error).message.length).toBeLessThan(500);
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(secret);
    },
  );
});
