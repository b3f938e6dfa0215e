import { afterAll, describe, expect, test } from '@jest/globals';
import type { CheckRequest } from '../../../src/platform/types.ts';
import { removeFolders } from '../../git/repository.ts';
import { platformOf, pullRequestJob, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const annotation = { path: 'trainyard.yml', line: 1, level: 'failure', title: 't', message: 'm' } as const;

function checkOn(headSha: string | null, changes: Partial<CheckRequest> = {}): CheckRequest {
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

describe('a check on a head that was superseded', () => {
  test('is cancelled and says by which commit; the new head is judged as it is', async () => {
    const { github, repository } = await startSite();
    github.commit(repository, { branch: 'change', files: { a: '1' } });
    const { number } = github.pullRequest(repository, { head: 'change' });
    const old = pullRequestJob(github, repository, number);
    await old.platform.context();
    const newer = github.commit(repository, { branch: 'change', files: { a: '2' } });
    const now = pullRequestJob(github, repository, number);

    await old.platform.ensureCheck(
      checkOn(old.headSha, { conclusion: 'failure', annotations: [annotation] }),
    );
    await now.platform.ensureCheck(checkOn(newer));

    expect(repository.checks).toMatchObject([
      {
        headSha: old.headSha,
        conclusion: 'cancelled',
        annotations: [],
        summary: expect.stringContaining(newer.slice(0, 7)),
      },
      { headSha: newer, conclusion: 'success' },
    ]);
  });
});

describe('a job of a push', () => {
  test('has no pull request to comment on', async () => {
    const { github, repository } = await startSite();
    const sha = repository.refs.get('refs/heads/main') as string;
    const { platform } = platformOf(github, repository, { event: 'push', sha, payload: { after: sha } });

    expect((await platform.ensureComment({ key: 'trainyard', body: 'x' })).result).toBe('skipped');
    await expect(platform.ensureCheck(checkOn(null))).rejects.toMatchObject({ name: 'ConfigError' });
  });
});

describe('a job of a pull request', () => {
  test('takes few requests from the event to comment and check', async () => {
    const { github, repository } = await startSite();
    github.commit(repository, { branch: 'change', files: { a: '1' } });
    const { number } = github.pullRequest(repository, { head: 'change' });
    const { platform, headSha } = pullRequestJob(github, repository, number);
    github.requests.clear();

    const context = await platform.context();
    expect(await platform.readFileAt(context.baseSha ?? '', 'notes.txt')).toBe('1');
    await platform.ensureComment({ key: 'trainyard', body: 'Pass' });
    await platform.ensureCheck(checkOn(headSha));

    expect(github.requests.counts()).toEqual({
      'repos/get-commit': 1,
      'checks/create': 2,
      'repos/get-content': 1,
      'graphql/repository': 2,
      'issues/create-comment': 1,
      'checks/list-for-ref': 1,
    });
  });
});
