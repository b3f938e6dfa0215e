import { afterAll, describe, expect, test } from '@jest/globals';
import { ensureCheck } from '../../../src/platform/github/check.ts';
import type { CheckRequest } from '../../../src/platform/types.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, type GitHub, jobRuntime, showLate, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const annotation = (line: number) =>
  ({ path: 'trainyard.yml', line, level: 'failure', title: `Rule ${line}`, message: 'm' }) as const;

function checkOn(headSha: string, changes: Partial<CheckRequest> = {}): CheckRequest {
  return {
    name: 'trainyard',
    headSha,
    externalId: 'run 1',
    status: 'completed',
    conclusion: 'success',
    title: 'Pass',
    summary: 'All good',
    text: '',
    annotations: [],
    ...changes,
  };
}

async function withCommit(permissions: Parameters<GitHub['token']>[0] = 'write-all') {
  const { github, repository } = await startSite();
  const sha = repository.refs.get('refs/heads/main') as string;
  const runtime = jobRuntime();
  const client = clientFor(github, runtime, permissions);
  const ensure = (request: CheckRequest) =>
    ensureCheck(runtime, client, sha, request, 'https://github.test/run/1');
  return { github, repository, sha, runtime, client, ensure };
}

describe('a check', () => {
  test('goes from in progress to its conclusion, two requests each', async () => {
    const { github, repository, sha, ensure } = await withCommit();

    await ensure(checkOn(sha, { status: 'in_progress', conclusion: null, title: 'Running' }));
    expect(repository.checks).toMatchObject([{ status: 'in_progress', conclusion: null, title: 'Running' }]);
    await ensure(checkOn(sha));

    expect(github.requests.count()).toBe(4);
    expect(repository.checks).toMatchObject([
      { status: 'completed', conclusion: 'success', title: 'Pass', externalId: 'run 1' },
    ]);
  });

  test('of another attempt is another check, of another name too', async () => {
    const { repository, sha, ensure } = await withCommit();

    for (const changes of [{}, { externalId: 'run 2' }, { name: 'trainyard / churn' }, {}]) {
      await ensure(checkOn(sha, changes));
    }

    expect(repository.checks).toHaveLength(3);
  });

  test.each([0, 1, 50, 51, 120])('carries %d annotations, each once', async (count) => {
    const { github, repository, sha, ensure } = await withCommit();
    const annotations = Array.from({ length: count }, (_, i) => annotation(i + 1));

    await ensure(checkOn(sha, { status: 'in_progress', conclusion: null }));
    await ensure(checkOn(sha, { conclusion: 'failure', annotations }));
    await ensure(checkOn(sha, { conclusion: 'failure', annotations }));

    expect(repository.checks[0]?.annotations.map(({ start_line }) => start_line)).toEqual(
      annotations.map(({ line }) => line),
    );
    expect(github.requests.count()).toBe(2 + 1 + Math.max(1, Math.ceil(count / 50)) + 1);
  });

  test.each([
    ['lost answers', { fault: 'lost-answer' }],
    ['failures after the write', { fault: 'status', status: 502, afterWrite: true }],
  ] as const)('is there once with its annotations once, through %s', async (_name, fault) => {
    const { github, repository, sha, ensure } = await withCommit();
    github.switches.plan({ ...fault, operation: 'checks/create' }, { ...fault, operation: 'checks/update' });
    const annotations = Array.from({ length: 70 }, (_, i) => annotation(i + 1));

    await ensure(checkOn(sha, { conclusion: 'failure', annotations }));

    expect(github.switches.pending()).toBe(0);
    expect(repository.checks).toHaveLength(1);
    expect(repository.checks[0]?.annotations).toHaveLength(70);
  });

  test('longer than GitHub takes is cut and says so', async () => {
    const { repository, sha, ensure } = await withCommit();
    const long = '模型😀'.repeat(20_000);

    await ensure(checkOn(sha, { title: long, summary: long, text: long }));

    const [check] = repository.checks;
    expect(check?.title?.length).toBeLessThanOrEqual(255);
    for (const text of [check?.summary ?? '', check?.text ?? '']) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
      expect(text).toContain('Cut here');
      expect(text).not.toContain('\ufffd');
    }
  });

  test('is there once when its answer was lost and lists show it two seconds later', async () => {
    const { github, repository, sha, runtime, ensure } = await withCommit();
    showLate(github, () => runtime.clock.monotonic());
    github.switches.plan({ fault: 'lost-answer', operation: 'checks/create' });

    await ensure(checkOn(sha));

    expect(repository.checks).toHaveLength(1);
  });

  test('outlasts failures of GitHub for several seconds', async () => {
    const { github, repository, sha, runtime, ensure } = await withCommit();
    github.switches.plan({ fault: 'status', status: 502, operation: 'checks/create', times: 3 });

    expect((await ensure(checkOn(sha))).result).toBe('created');
    expect(repository.checks).toHaveLength(1);
    expect(runtime.clock.monotonic()).toBeGreaterThan(10_000);
  });

  test('by a token that may only read names the permission', async () => {
    const { sha, ensure } = await withCommit('read-all');

    await expect(ensure(checkOn(sha))).rejects.toMatchObject({ expected: 'permissions: checks: write' });
  });
});

describe('checks that killed runs left open', () => {
  test('and that were closed by their own run while GitHub made us wait are left as they are', async () => {
    const { github, repository, sha, runtime, ensure } = await withCommit();
    const open = { status: 'in_progress', conclusion: null } as const;
    await ensure(checkOn(sha, { ...open, externalId: 'slow' }));
    const { sleep } = runtime.clock;
    runtime.clock.sleep = async (milliseconds) => {
      const [slow] = repository.checks;
      if (slow) Object.assign(slow, { status: 'completed', conclusion: 'success' });
      await sleep(milliseconds);
    };
    github.switches.plan({ fault: 'secondary-limit', operation: 'checks/update' });

    await ensure(checkOn(sha, { ...open, externalId: 'later' }));

    expect(repository.checks.map(({ conclusion }) => conclusion)).toEqual(['success', null]);
  });

  test('are cancelled with a sentence when a later run opens its own, completed ones and other names stay', async () => {
    const { repository, sha, ensure } = await withCommit();
    const open = { status: 'in_progress', conclusion: null } as const;
    await ensure(checkOn(sha, { ...open, externalId: 'killed' }));
    await ensure(checkOn(sha, { externalId: 'done' }));
    await ensure(checkOn(sha, { ...open, name: 'other' }));

    await ensure(checkOn(sha, { ...open, externalId: 'later' }));

    expect(repository.checks.map(({ conclusion, summary }) => [conclusion, summary])).toEqual([
      ['cancelled', expect.stringContaining('a later run judges')],
      ['success', 'All good'],
      [null, 'All good'],
      [null, 'All good'],
    ]);
  });

  test('completed is opened anew by a re-run as a check of its own, and a second opening changes nothing', async () => {
    const { repository, sha, ensure } = await withCommit();
    const open = { status: 'in_progress', conclusion: null } as const;
    await ensure(checkOn(sha, { conclusion: 'failure' }));

    await ensure(checkOn(sha, open));
    await ensure(checkOn(sha, open));
    await ensure(checkOn(sha));

    expect(repository.checks.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
  });
});
