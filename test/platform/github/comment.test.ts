import { afterAll, describe, expect, test } from '@jest/globals';
import { ensureComment, markerOf } from '../../../src/platform/github/comment.ts';
import type { CommentRequest } from '../../../src/platform/types.ts';
import { removeFolders } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  showLate,
  startSite,
  stopSites,
} from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const marker = markerOf('trainyard');
const request = { key: 'trainyard', body: 'Pass' };
const bot = 'github-actions[bot]';

async function withPull(): Promise<{ github: GitHub; repository: Repository; number: number }> {
  const { github, repository } = await startSite();
  github.commit(repository, { branch: 'change', files: { 'train.py': 'x' } });
  const { number } = github.pullRequest(repository, { head: 'change' });
  return { github, repository, number };
}

/** One job of the pull request, with a client of its own. */
function jobOn(
  github: GitHub,
  repository: Repository,
  number: number,
  permissions: Parameters<GitHub['token']>[0] = 'write-all',
) {
  const runtime = jobRuntime();
  const client = clientFor(github, runtime, permissions);
  const headSha = repository.issues.get(number)?.pull?.head.sha ?? null;
  const ensure = async (wanted: CommentRequest) =>
    (await ensureComment(runtime, client, { number, judged: { headSha, baseBranch: null } }, wanted)).written;
  return { client, ensure, runtime };
}

const bodies = (repository: Repository) => repository.comments.map(({ body }) => body);

describe('the comment', () => {
  test('takes three requests to create among 40 others, two to update, one to leave', async () => {
    const { github, repository, number } = await withPull();
    for (let i = 0; i < 40; i += 1)
      github.comment(repository, number, { login: 'mona', body: `Thought ${i}` });
    const { ensure } = jobOn(github, repository, number);
    const costs = [];
    for (const body of ['Pass', 'Fail', 'Fail']) {
      github.requests.clear();
      const { result } = await ensure({ key: 'trainyard', body });
      costs.push([result, github.requests.count()]);
    }

    expect(costs).toEqual([
      ['created', 3],
      ['updated', 2],
      ['unchanged', 1],
    ]);
    expect(bodies(repository)).toHaveLength(41);
  });

  test('is found on the last of many pages', async () => {
    const { github, repository, number } = await withPull();
    for (let i = 0; i < 230; i += 1)
      github.comment(repository, number, { login: 'mona', body: `Thought ${i}` });
    github.comment(repository, number, { login: bot, body: `${marker}\nold` });

    const { result } = await jobOn(github, repository, number).ensure(request);

    expect(result).toBe('updated');
    expect(bodies(repository).at(-1)).toBe(`${marker}\nPass`);
    expect(bodies(repository)).toHaveLength(231);
  });

  test.each([
    ['quotes it', 'mona', `> ${marker}\n> Fail\n\nWhy?`],
    ['begins with our marker', 'mona', `${marker}\nI am the robot`],
    ['is ours of another key', bot, `${markerOf('nightly')}\nPass`],
    ['is ours and says the marker later', bot, `x\n${marker}\nPass`],
    ['is ours and has more behind the marker', bot, `${marker} and more`],
  ])('leaves one alone that %s', async (_name, login, body) => {
    const { github, repository, number } = await withPull();
    github.comment(repository, number, { login, body });

    const { result } = await jobOn(github, repository, number).ensure(request);

    expect(result).toBe('created');
    expect(bodies(repository)).toEqual([body, `${marker}\nPass`]);
  });

  test('edited by a person is set right again', async () => {
    const { github, repository, number } = await withPull();
    github.comment(repository, number, { login: bot, body: `${marker}\nPass, says mona` });

    expect((await jobOn(github, repository, number).ensure(request)).result).toBe('updated');
    expect(bodies(repository)).toEqual([`${marker}\nPass`]);
  });

  test('by several jobs at once is one, whoever comes first', async () => {
    const { github, repository, number } = await withPull();
    const jobs = Array.from({ length: 8 }, () => jobOn(github, repository, number));

    await Promise.all(jobs.map(({ ensure }) => ensure(request)));

    expect(bodies(repository)).toEqual([`${marker}\nPass`]);
  });

  test('that a race or a killed job doubled is one again, the oldest', async () => {
    const { github, repository, number } = await withPull();
    const [first] = ['a', 'b', 'c'].map((body) =>
      github.comment(repository, number, { login: bot, body: `${marker}\n${body}` }),
    );

    await jobOn(github, repository, number).ensure(request);

    expect(repository.comments.map(({ id, body }) => ({ id, body }))).toEqual([
      { id: first?.id, body: `${marker}\nPass` },
    ]);
  });

  test.each([
    ['the answer is lost', { fault: 'lost-answer', operation: 'issues/create-comment' }],
    [
      'GitHub fails after writing',
      { fault: 'status', status: 502, afterWrite: true, operation: 'issues/create-comment' },
    ],
    ['GitHub fails before writing', { fault: 'status', status: 502, operation: 'issues/create-comment' }],
    ['it asks to slow down', { fault: 'secondary-limit', operation: 'issues/create-comment' }],
    ['the answer is cut', { fault: 'cut-off', operation: 'issues/create-comment' }],
  ] as const)('is there once when %s', async (_name, fault) => {
    const { github, repository, number } = await withPull();
    github.switches.plan(fault);

    await jobOn(github, repository, number).ensure(request);

    expect(github.switches.pending()).toBe(0);
    expect(bodies(repository)).toEqual([`${marker}\nPass`]);
  });

  test('deleted between looking and writing is made anew', async () => {
    const { github, repository, number } = await withPull();
    const { ensure, client } = jobOn(github, repository, number);
    github.comment(repository, number, { login: bot, body: `${marker}\nold` });
    const { rest } = client;
    client.rest = (call) => {
      if (call.method === 'PATCH') repository.comments.splice(0);
      return rest(call);
    };

    expect((await ensure(request)).result).toBe('created');
    expect(bodies(repository)).toEqual([`${marker}\nPass`]);
  });

  test('of a locked conversation is a ConfigError that says so', async () => {
    const { github, repository, number } = await withPull();
    const issue = repository.issues.get(number);
    if (issue) issue.locked = true;

    await expect(jobOn(github, repository, number).ensure(request)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('locked'),
    });
  });

  test('with a token that may only read names the permission', async () => {
    const { github, repository, number } = await withPull();
    const job = jobOn(github, repository, number, 'read-all');

    await expect(job.ensure(request)).rejects.toMatchObject({
      name: 'ConfigError',
      expected: 'permissions: pull-requests: write',
    });
  });

  test.each([65_300, 65_535, 65_536, 70_000])(
    'of %d units of surrogate pairs is taken by GitHub, no pair cut',
    async (units) => {
      const { github, repository, number } = await withPull();

      await jobOn(github, repository, number).ensure({
        key: 'trainyard',
        body: '😀'.repeat(units / 2),
      });

      const [body = ''] = bodies(repository);
      expect(body.length).toBeLessThanOrEqual(65_536);
      expect(body).not.toMatch(/\p{Cs}/u);
      expect(body.includes('Cut here')).toBe(units > 65_400);
    },
  );

  test('keys of strangers cannot end the marker', () => {
    for (const key of ['-->', '--> @all', '\n', 'a b', '<!--']) {
      expect(markerOf(key)).toMatch(/^<!-- trainyard:comment [A-Za-z0-9%._!~*'()]+ -->$/);
    }
  });

  test.each([
    ['a secondary limit', { fault: 'secondary-limit', operation: 'issues/update-comment' }, 'old'],
    ['a failure', { fault: 'status', status: 502, operation: 'issues/update-comment' }, 'old'],
    [
      'a secondary limit before it was made',
      { fault: 'secondary-limit', operation: 'issues/create-comment' },
      null,
    ],
  ] as const)('is left to a head that came while %s was waited for', async (_name, fault, old) => {
    const { github, repository, number } = await withPull();
    if (old !== null) github.comment(repository, number, { login: bot, body: `${marker}\n${old}` });
    const { ensure, runtime } = jobOn(github, repository, number);
    const { sleep } = runtime.clock;
    runtime.clock.sleep = async (milliseconds) => {
      github.commit(repository, { branch: 'change', files: { 'train.py': 'y' } });
      await sleep(milliseconds);
    };
    github.switches.plan(fault);

    expect((await ensure(request)).result).toBe('skipped');
    expect(bodies(repository)).toEqual(old === null ? [] : [`${marker}\n${old}`]);
  });

  test('of a newer head is not written over by one that was being made meanwhile', async () => {
    const { github, repository, number } = await withPull();
    const { ensure, client } = jobOn(github, repository, number);
    const { rest } = client;
    client.rest = (call) => {
      if (call.method === 'POST') {
        github.commit(repository, { branch: 'change', files: { 'train.py': 'y' } });
        github.comment(repository, number, { login: bot, body: `${marker}\nof the newer head` });
      }
      return rest(call);
    };

    expect((await ensure(request)).result).toBe('skipped');
    expect(bodies(repository)).toEqual([`${marker}\nof the newer head`]);
  });

  test('is one, made by two jobs at once, although lists show what is new two seconds later', async () => {
    const { github, repository, number } = await withPull();
    const jobs = [1, 2].map(() => jobOn(github, repository, number));
    showLate(github, () => Math.max(...jobs.map(({ runtime }) => runtime.clock.monotonic())));

    await Promise.all(jobs.map(({ ensure }) => ensure(request)));

    expect(bodies(repository)).toEqual([`${marker}\nPass`]);
  });

  test('is left to the run of a newer head', async () => {
    const { github, repository, number } = await withPull();
    const { ensure } = jobOn(github, repository, number);
    github.commit(repository, { branch: 'change', files: { 'train.py': 'y' } });

    expect((await ensure(request)).result).toBe('skipped');
    expect(bodies(repository)).toEqual([]);
  });
});
