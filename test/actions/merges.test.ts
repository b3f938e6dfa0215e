import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(300_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

/** A better change that was judged; `main` as it was then. */
async function withJudged() {
  const site = await makeSite();
  sites.push(site);
  const main = site.project.git('rev-parse', 'main');
  await site.workflow(site.ofPush(main, '0'.repeat(40)));
  const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 39']);
  await site.workflow(site.ofPull(number));
  site.project.ran();
  return { site, main, number };
}

/** Docs that reach main while the pull request waits. */
async function advanceByDocs(site: GitHubSite, before: string): Promise<string> {
  const sha = site.github.state.commit(site.repository, { files: { 'README.md': 'words' }, message: 'Docs' });
  await site.workflow(site.ofPush(sha, before));
  return sha;
}

describe.each(['merge', 'squash', 'rebase'] as const)('a pull request merged by %s', (method) => {
  test('is recorded without training, and is what the next change is judged against', async () => {
    const { site, main, number } = await withJudged();
    const merged = site.github.state.merge(site.repository, number, method);
    site.github.requests.clear();

    const { train, record } = await site.workflow(site.ofPush(merged, main));

    expect(site.github.requests.count()).toBeLessThanOrEqual(25);
    expect(train).toBeNull();
    expect(record?.log).toContain('promoted');
    expect(site.project.ran()).toEqual([]);
  });

  test('after docs had reached main meanwhile is recorded without training as well', async () => {
    const { site, main, number } = await withJudged();
    const docs = await advanceByDocs(site, main);
    expect(site.project.ran()).toEqual([]);
    const merged = site.github.state.merge(site.repository, number, method);

    const { train, record } = await site.workflow(site.ofPush(merged, docs));

    expect(train?.log).toContain('nothing it is made of changed');
    expect(record?.log).toContain('promoted');
    expect(site.project.ran()).toEqual([]);
  });
});

describe('a merge queue', () => {
  test('whose group reaches main is recorded from its own run, without training', async () => {
    const { site, main, number } = await withJudged();
    const { repository } = site;
    const merge = repository.refs.get(`refs/pull/${number}/merge`) as string;
    const ref = `refs/heads/gh-readonly-queue/main/pr-${number}`;
    repository.refs.set(ref, merge);
    const payload = {
      merge_group: { head_sha: merge, base_sha: main, head_ref: ref, base_ref: 'refs/heads/main' },
      repository: { default_branch: 'main', private: true },
    };
    const queued = await site.workflow({ event: 'merge_group', sha: merge, ref, headSha: merge, payload });
    expect(queued.report).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    site.project.ran();
    repository.refs.set('refs/heads/main', merge);

    const { train, record } = await site.workflow(site.ofPush(merge, main));

    expect(train).toBeNull();
    expect(record).toMatchObject({ code: 0 });
    expect(site.project.ran()).toEqual([]);
    const recorded = JSON.parse(readFileSync(record?.outputs['run-record'] ?? '', 'utf8'));
    expect(recorded).toMatchObject({
      commit: { built_sha: merge, event: 'push' },
      trust: { level: 'protected', event: 'push' },
    });
  });
});

describe('a push that changes the model without a pull request', () => {
  test('is trained and recorded', async () => {
    const { site, main } = await withJudged();
    site.project.git('switch', '--quiet', 'main');
    site.project.edit('params.yaml', 'errors: 40', 'errors: 30');
    const pushed = site.project.commit();
    site.push();

    const { train, record } = await site.workflow(site.ofPush(pushed, main));

    expect(train?.code).toBe(0);
    expect(record?.log).toContain('trained');
    expect(site.project.ran()).toEqual(['train', 'evaluate']);
  });
});
