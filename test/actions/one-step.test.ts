import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite, type Occasion, startRun } from '../rig/site.ts';
import { asCsv, testRows, thresholdFiles } from '../rig/threshold-project.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

/** One job with a checkout and a token: the root action without a phase. */
async function oneStep(
  site: GitHubSite,
  occasion: Occasion,
  permissions: 'write-all' | 'read-all' = 'write-all',
) {
  const { event, payload, sha, ref } = occasion;
  const run = startRun(site, occasion);
  const token = site.github.state.token(permissions);
  const workspace = site.checkout(sha);
  const done = await site.step({ action: 'trainyard', event, payload, sha, ref, run, token, workspace });
  Object.assign(run, { status: 'completed', conclusion: done.code === 0 ? 'success' : 'failure' });
  return done;
}

describe('the root action in one step', () => {
  test('records main, judges a pull request against it, and promotes its merge', async () => {
    const site = await makeSite();
    sites.push(site);
    const main = site.project.git('rev-parse', 'main');
    const recorded = await oneStep(site, site.ofPush(main, '0'.repeat(40)));
    expect(recorded.code).toBe(0);
    site.project.ran();
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);

    const judged = await oneStep(site, site.ofPull(number));

    expect(judged).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(judged.outputs['comment-url']).toContain('#issuecomment-');
    expect(site.repository.checks).toMatchObject([{ name: 'trainyard', conclusion: 'failure' }]);
    expect(site.repository.comments).toHaveLength(1);
    const merged = site.github.state.merge(site.repository, number, 'squash');
    const promoted = await oneStep(site, site.ofPush(merged, main));
    expect(promoted.log).toContain('promoted');
  });

  test('scores the recorded model again, out of its artifact, when the test rows change', async () => {
    const site = await makeSite(thresholdFiles);
    sites.push(site);
    await oneStep(site, site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));
    site.project.ran();
    site.project.write('params.yaml', 'threshold: 0.501\n');
    const number = propose(site, ['test.csv', asCsv(testRows(400)), asCsv(testRows(500))]);

    const judged = await oneStep(site, site.ofPull(number));

    expect(judged).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(site.project.ran().sort()).toEqual(['evaluate', 'evaluate', 'train']);
    expect(site.repository.comments[0]?.body).toContain('was scored again on the rows of this change');
  });

  test('adopts: with no configuration on the base the rules are shown and block nothing', async () => {
    const site = await makeSite();
    sites.push(site);
    const { project } = site;
    const text = project.read('trainyard.yml');
    project.remove('trainyard.yml');
    project.commit();
    project.branch('adopt');
    project.write('trainyard.yml', text);
    project.commit();
    site.push();
    const { number } = site.github.state.pullRequest(site.repository, { head: 'adopt' });

    const judged = await oneStep(site, site.ofPull(number));

    expect(judged.code).toBe(0);
    expect(site.repository.checks).toMatchObject([{ conclusion: 'neutral' }]);
    expect(site.repository.comments[0]?.body).toContain('The base has no policy yet');
  });

  test('shows no token to the stages of the pipeline, whatever they print', async () => {
    const site = await makeSite();
    sites.push(site);
    const number = propose(site, ['train.sh', 'cp params.yaml', 'env; cp params.yaml']);

    const judged = await oneStep(site, site.ofPull(number));

    expect(judged.log).toContain('TRAINYARD_STAGE=train');
    expect(judged.log.replace(/^::add-mask::.*$/gm, '')).not.toMatch(/ghs_|INPUT_|ACTIONS_RUNTIME/);
  });
});
