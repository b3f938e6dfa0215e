import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, askGraphql } from './ask.ts';
import { type FakeGitHub, startGitHub } from './index.ts';

let github: FakeGitHub;
let now: number;

async function start(rateLimit: number): Promise<string> {
  now = Date.parse('2026-05-01T10:00:00Z');
  github = await startGitHub({ rateLimit, now: () => new Date(now) });
  github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  return github.state.token('write-all');
}
afterEach(() => github.close());

const look = (token: string) => ask(github, 'GET /repos/octo/flights', { token });
const left = (headers: Headers) =>
  ['limit', 'remaining', 'used', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)));

describe('the hourly limit', () => {
  test('counts down in the headers, refuses, and begins anew when its hour is over', async () => {
    const token = await start(2);
    const reset = now / 1000 + 3600;
    expect(left((await look(token)).headers)).toEqual([2, 1, 1, reset]);
    expect(left((await look(token)).headers)).toEqual([2, 0, 2, reset]);
    const refused = await look(token);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining('API rate limit exceeded'),
    ]);
    expect(left(refused.headers)).toEqual([2, 0, 2, reset]);

    now += 3_600_000;
    expect((await look(token)).status).toBe(200);
  });

  test('is one for each token', async () => {
    const token = await start(1);
    await look(token);
    expect((await look(token)).status).toBe(403);
    expect((await look(github.state.token('read-all'))).status).toBe(200);
  });

  test('is an error of type RATE_LIMITED in GraphQL, with status 200', async () => {
    const token = await start(100);
    github.switches.plan({ fault: 'primary-limit', resetInSeconds: 30 });
    const { status, body, headers } = await askGraphql(github, 'query { viewer { login } }', { token });

    expect([status, body.errors]).toEqual([200, [expect.objectContaining({ type: 'RATE_LIMITED' })]]);
    expect(left(headers)).toEqual([100, 0, 100, now / 1000 + 30]);
  });

  test('can be used up by plan until a time', async () => {
    const token = await start(100);
    github.switches.plan({ fault: 'primary-limit', resetInSeconds: 30 });
    expect((await look(token)).status).toBe(403);
    expect((await look(token)).status).toBe(403);
    now += 30_000;
    expect((await look(token)).status).toBe(200);
  });
});

test.each([
  ['says when to come back', 7, '7'],
  ['says a minute when nothing is planned', undefined, '60'],
  ['may say nothing', null, null],
])('the secondary limit %s', async (_name, retryAfter, header) => {
  const token = await start(100);
  github.switches.plan({
    fault: 'secondary-limit',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
  const refused = await look(token);

  expect([refused.status, refused.body.message]).toEqual([
    403,
    expect.stringContaining('secondary rate limit'),
  ]);
  expect(refused.headers.get('retry-after')).toBe(header);
  expect((await look(token)).status).toBe(200);
});
