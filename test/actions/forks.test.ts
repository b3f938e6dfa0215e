import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { withFork as openFork, reportOn } from './fork.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

async function withFork() {
  const made = await openFork();
  sites.push(made.site);
  return made;
}

describe('a pull request from a fork', () => {
  test('runs to a verdict with a token that may only read: exit code and summary tell it, the permission is named', async () => {
    const { site, judged } = await withFork();

    expect(judged.start).toMatchObject({ code: 0, outputs: { mode: 'judge' } });
    expect(judged.start.log).toContain('checks: write');
    expect(judged.report).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-url': '' } });
    expect(judged.report?.summary).toContain('accuracy');
    expect(judged.report?.log).toContain('pull-requests: write');
    expect([site.repository.checks, site.repository.comments]).toEqual([[], []]);
  });

  test('is commented on and checked by the second workflow, once', async () => {
    const { site, head, judged } = await withFork();

    const first = await reportOn(site, judged);
    const second = await reportOn(site, judged);

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(site.repository.checks).toMatchObject([
      { name: 'trainyard', headSha: head, externalId: String(judged.run.id), conclusion: 'failure' },
    ]);
    expect(site.repository.comments).toHaveLength(1);
    expect(site.repository.comments[0]?.body).toContain('Reported by a second workflow');
    expect(second.log).toContain('nothing is left to report');
  });

  test('is reported again when its run ran again, and only then', async () => {
    const { site, number, judged } = await withFork();
    await reportOn(site, judged, { payload: { run_started_at: '2026-01-01T00:00:00Z' } });
    Object.assign(judged.run, { attempt: 2, status: 'in_progress', conclusion: null });
    const again = await site.workflow(site.ofPull(number), { readOnly: true, run: judged.run });
    const payload = { run_started_at: new Date(Date.now() + 60_000).toISOString() };

    const report = await reportOn(site, again, { payload });

    expect(report.log).not.toContain('nothing is left to report');
    expect(report.outputs['verdict']).toBe('fail');
    expect(site.repository.comments).toHaveLength(1);
  });

  test.each([
    ['of another workflow', { inputs: { workflow: '.github/workflows/other.yml' } }],
    ['that GitHub knows for another head', { payload: { head_sha: 'b'.repeat(40) } }],
  ])('is not reported for a run %s', async (_name, changes) => {
    const { site, judged } = await withFork();

    const report = await reportOn(site, judged, changes);

    expect(report.code).toBe(0);
    expect([site.repository.checks, site.repository.comments]).toEqual([[], []]);
  });

  test('whose head moved on meanwhile gets its check closed and nothing else', async () => {
    const { site, fork, judged, head } = await withFork();
    site.project.edit('params.yaml', 'errors: 80', 'errors: 41');
    site.project.commit();
    site.github.state.importRepository(fork, site.project.folder);

    const report = await reportOn(site, judged);

    expect(report.code).toBe(0);
    expect(site.repository.checks).toMatchObject([{ headSha: head, conclusion: 'cancelled' }]);
    expect(site.repository.comments).toEqual([]);
  });

  test('whose head another pull request has too is judged for neither: their bases may judge by other rules', async () => {
    const { site, fork, judged, number } = await withFork();
    site.project.git('branch', 'lax', 'main');
    site.push();
    const other = site.github.state.pullRequest(site.repository, { head: 'change', from: fork, base: 'lax' });

    const report = await reportOn(site, judged);

    expect(report.code).toBe(0);
    expect(site.repository.checks).toMatchObject([{ conclusion: 'cancelled' }]);
    expect(site.repository.checks[0]?.summary).toContain(`#${other.number}`);
    expect(site.repository.checks[0]?.summary).toContain(`#${number}`);
    expect(site.repository.comments).toEqual([]);
  });

  test('with a bundle about another commit is an error, not a verdict', async () => {
    const { site, judged } = await withFork();
    const bundle = {
      ...{ schema: 'trainyard/bundle', version: 1, key: '0', jobs: 1, models: [] },
      ...{ head_sha: 'c'.repeat(40), built_sha: 'c'.repeat(40) },
    };
    const forged = { name: 'trainyard-bundle.2.0', files: { 'bundle.json': JSON.stringify(bundle) } };
    site.github.state.artifact(judged.run, forged);

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('error');
    expect(site.repository.checks).toMatchObject([{ conclusion: 'failure' }]);
    expect(site.repository.checks[0]?.summary).toContain('is about commit ccc');
  });

  test('with a bundle that tries to leave its folder, or is no JSON, is an error', async () => {
    const { site, judged } = await withFork();
    const files = { 'bundle.json': 'nothing', '../../evil': 'x', 'runs/../../evil': 'x' };
    site.github.state.artifact(judged.run, { name: 'trainyard-bundle.2.0', files });

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('error');
  });

  test('with hostile text in its failure shows it as text', async () => {
    const { site, judged } = await withFork();
    const message = '@octocat ::error::x <script>alert(1)</script> [a](javascript:x)\n\n# big';
    const part = {
      ...{
        model: 'churn',
        seed: null,
        record: null,
        metrics: [],
        predictions: null,
        equal: null,
        baselines: [],
        rescored: [],
      },
      failure: { kind: 'stage', stage: 'train', message },
    };
    const [head_sha, built_sha] = [judged.run.headSha, site.repository.refs.get('refs/pull/1/merge')];
    const bundle = {
      ...{ schema: 'trainyard/bundle', version: 1, key: '0', jobs: 1, models: [part], head_sha, built_sha },
    };
    const forged = { name: 'trainyard-bundle.2.0', files: { 'bundle.json': JSON.stringify(bundle) } };
    site.github.state.artifact(judged.run, forged);

    await reportOn(site, judged);

    const body = site.repository.comments[0]?.body ?? '';
    expect(body).toContain('octocat');
    expect(body).not.toMatch(/@octocat|::error::|<script|[^\\]\]\(javascript|^# big/m);
  });
});

describe('a run of our own repository', () => {
  test('has put its verdict on the commit itself: the second workflow leaves it alone', async () => {
    const site = await makeSite();
    sites.push(site);
    site.project.branch('change', 'main');
    site.project.edit('params.yaml', 'errors: 40', 'errors: 41');
    site.project.commit();
    site.push();
    const { number } = site.github.state.pullRequest(site.repository, { head: 'change' });
    const judged = await site.workflow(site.ofPull(number));
    const before = JSON.stringify([site.repository.checks, site.repository.comments]);

    const report = await reportOn(site, judged);

    expect(report.log).toContain('nothing is left to report');
    expect(JSON.stringify([site.repository.checks, site.repository.comments])).toBe(before);
  });
});
