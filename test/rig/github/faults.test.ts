import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask } from './ask.ts';
import { type FakeGitHub, type Planned, type Repository, startGitHub } from './index.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  token = github.state.token('write-all');
  github.state.commit(repository, { branch: 'change', files: { 'notes.txt': '2' } });
  github.state.pullRequest(repository, { head: 'change' });
});
afterEach(() => github.close());

const say = (body = 'hello') =>
  ask(github, 'POST /repos/octo/flights/issues/1/comments', { token, body: { body } });
const look = () => ask(github, 'GET /repos/octo/flights', { token });
const plan = (fault: Planned) => github.switches.plan(fault);
const operation = 'issues/create-comment';

describe('a server error', () => {
  test.each([500, 502, 503, 504] as const)('%i before the write leaves nothing', async (status) => {
    plan({ fault: 'status', status, operation });
    expect((await say()).status).toBe(status);
    expect(repository.comments).toEqual([]);
  });

  test('may come after the write', async () => {
    plan({ fault: 'status', status: 502, afterWrite: true, operation });
    expect((await say()).status).toBe(502);
    expect(repository.comments).toHaveLength(1);
  });
});

describe('an answer', () => {
  test('is lost after the write', async () => {
    plan({ fault: 'lost-answer', operation });
    await expect(say()).rejects.toThrow();
    expect(repository.comments).toHaveLength(1);
    expect(github.requests.all).toMatchObject([{ operation, status: 0 }]);
  });

  test('is lost after the write and a wait that outlasts the client', async () => {
    plan({ fault: 'lost-answer', hangMs: 60_000, operation });
    const address = `${github.url}/repos/octo/flights/issues/1/comments`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ body: 'hello' });
    const signal = AbortSignal.timeout(300);

    await expect(fetch(address, { method: 'POST', headers, body, signal })).rejects.toThrow('timeout');
    expect(repository.comments).toHaveLength(1);
  });

  test('breaks off in the middle', async () => {
    plan({ fault: 'cut-off' });
    await expect(look()).rejects.toThrow('terminated');
  });

  test('comes late', async () => {
    plan({ fault: 'slow', ms: 150 });
    const began = performance.now();
    expect((await look()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(140);
  });
});

test('a connection that is refused has no effect', async () => {
  plan({ fault: 'no-connection', operation });
  await expect(say()).rejects.toThrow('fetch failed');
  expect(repository.comments).toEqual([]);
});

describe('a plan', () => {
  test('strikes its operation only, as often and as late as it says', async () => {
    plan({ fault: 'status', status: 500, operation, after: 1, times: 2 });
    expect((await look()).status).toBe(200);
    const statuses = [await say(), await say(), await say(), await say()].map(({ status }) => status);

    expect(statuses).toEqual([201, 500, 500, 201]);
    expect(github.switches.pending()).toBe(0);
  });

  test('of several is carried out in turn; what has not struck can be seen and cleared', async () => {
    plan({ fault: 'status', status: 500 });
    plan({ fault: 'status', status: 503 });
    plan({ fault: 'status', status: 504 });
    expect([(await look()).status, (await look()).status]).toEqual([500, 503]);
    expect(github.switches.pending()).toBe(1);
    github.switches.clear();
    expect((await look()).status).toBe(200);
  });

  test('for every operation leaves the bytes behind signed addresses alone', async () => {
    const run = github.state.workflowRun(repository, { headSha: 'a'.repeat(40) });
    const { id } = github.state.artifact(run, { name: 'bundle', files: { a: '1' } });
    const answer = await ask(github, `GET /repos/octo/flights/actions/artifacts/${id}/zip`, { token });
    plan({ fault: 'status', status: 500 });

    expect((await ask(github, `GET ${answer.headers.get('location')}`)).status).toBe(200);
    expect(github.switches.pending()).toBe(1);
    github.switches.clear();
  });
});

describe('new objects', () => {
  const list = async () => (await ask(github, 'GET /repos/octo/flights/issues/1/comments', { token })).body;

  test('are missing from lists for a while, and there by their id at once', async () => {
    await say('seen');
    github.switches.lag(2);
    const { body } = await say('late');

    expect(await list()).toMatchObject([{ body: 'seen' }]);
    expect((await ask(github, `GET /repos/octo/flights/issues/comments/${body.id}`, { token })).status).toBe(
      200,
    );
    expect(await list()).toHaveLength(1);
    expect(await list()).toMatchObject([{ body: 'seen' }, { body: 'late' }]);
  });

  test('of runs, artifacts, checks and releases lag as well', async () => {
    const head = repository.refs.get('refs/heads/main') as string;
    github.switches.lag(1);
    const run = github.state.workflowRun(repository, { headSha: head });
    github.state.artifact(run, { name: 'bundle', files: { a: '1' } });
    await ask(github, 'POST /repos/octo/flights/check-runs', { token, body: { name: 'x', head_sha: head } });
    await ask(github, 'POST /repos/octo/flights/releases', { token, body: { tag_name: 'v1' } });
    const counts = async () => [
      (await ask(github, 'GET /repos/octo/flights/actions/runs', { token })).body.total_count,
      (await ask(github, `GET /repos/octo/flights/actions/runs/${run.id}/artifacts`, { token })).body
        .total_count,
      (await ask(github, `GET /repos/octo/flights/commits/${head}/check-runs`, { token })).body.total_count,
      (await ask(github, 'GET /repos/octo/flights/releases', { token })).body.length,
    ];

    expect(await counts()).toEqual([0, 0, 0, 0]);
    expect(await counts()).toEqual([1, 1, 1, 1]);
  });
});
