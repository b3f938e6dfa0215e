import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { propose } from './propose.ts';

const sites: GitHubSite[] = [];

jest.setTimeout(180_000);

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

async function start(): Promise<GitHubSite> {
  const site = await makeSite();
  sites.push(site);
  return site;
}

describe('a pull request', () => {
  test('is trained, judged against what was recorded for its base, commented on and checked; its merge trains nothing', async () => {
    const site = await start();
    const { repository, project, github } = site;
    const main = project.git('rev-parse', 'main');
    const first = await site.workflow(site.ofPush(main, '0'.repeat(40)));
    expect([first.start.code, first.train?.code, first.record?.code]).toEqual([0, 0, 0]);
    expect(repository.refs.has('refs/heads/trainyard')).toBe(true);
    project.ran();
    github.requests.clear();

    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);
    const judged = await site.workflow(site.ofPull(number));

    expect(github.requests.count()).toBeLessThanOrEqual(25);
    expect(judged.report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(repository.comments).toHaveLength(1);
    expect(repository.comments[0]?.body).toContain('accuracy');
    expect(repository.checks.map(({ name, status, conclusion }) => ({ name, status, conclusion }))).toEqual([
      { name: 'trainyard', status: 'completed', conclusion: 'failure' },
    ]);
    const merged = github.state.merge(repository, number, 'squash');
    const recorded = await site.workflow(site.ofPush(merged, main));
    expect(recorded.train).toBeNull();
    expect(recorded.record).toMatchObject({ code: 0 });
    expect(recorded.record?.log).toContain('promoted');
  });

  test('is judged against the last release too, within the same budget of requests', async () => {
    const site = await start();
    const { repository, project, github } = site;
    const main = project.git('rev-parse', 'main');
    await site.workflow(site.ofPush(main, '0'.repeat(40)));
    project.git('tag', '-a', 'v1.0.0', '-m', 'Release');
    project.edit('params.yaml', 'errors: 40', 'errors: 44');
    const next = project.commit();
    site.push();
    await site.workflow(site.ofPush(next, main));
    github.requests.clear();

    const number = propose(site, ['params.yaml', 'errors: 44', 'errors: 80']);
    await site.workflow(site.ofPull(number));

    expect(github.requests.count()).toBeLessThanOrEqual(25);
    expect(repository.comments[0]?.body.replaceAll('\\', '')).toContain(
      'Since the release v1.0.0: accuracy fell',
    );
  });
});
