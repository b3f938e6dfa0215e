import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite, type WorkflowResult } from '../rig/site.ts';
import { workflowPath } from '../rig/step.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

/** A pull request from a fork, whose run had a token that may only read. */
async function withFork() {
  const site = await makeSite();
  sites.push(site);
  const { github, repository, project } = site;
  await site.workflow(site.ofPush(project.git('rev-parse', 'main'), '0'.repeat(40)));
  project.branch('change', 'main');
  project.edit('params.yaml', 'errors: 40', 'errors: 80');
  const head = project.commit();
  const fork = github.state.repository('mona/churn', { forkOf: repository });
  github.state.importRepository(fork, project.folder);
  const { number } = github.state.pullRequest(repository, { head: 'change', from: fork });
  const judged = await site.workflow(site.ofPull(number), { readOnly: true });
  return { site, fork, number, head, judged };
}

/** The second workflow's job, for the run that has ended. */
async function reportOn(
  site: GitHubSite,
  { run }: WorkflowResult,
  changes: { inputs?: Record<string, string>; payload?: Record<string, unknown> } = {},
) {
  const { github, repository } = site;
  const main = repository.refs.get('refs/heads/main') as string;
  const second = github.state.workflowRun(repository, {
    ...{ headSha: main, event: 'workflow_run', path: '.github/workflows/report.yml', status: 'in_progress' },
  });
  const [owner] = run.headRepository.fullName.split('/');
  const payload = {
    action: 'completed',
    repository: { default_branch: 'main', private: true },
    workflow_run: {
      id: run.id,
      event: run.event,
      head_sha: run.headSha,
      head_branch: run.headBranch,
      head_repository: { owner: { login: owner } },
      ...changes.payload,
    },
  };
  const permissions = {
    contents: 'read',
    actions: 'read',
    checks: 'write',
    'pull-requests': 'write',
  } as const;
  const inputs = { workflow: workflowPath, 'train-result': run.conclusion ?? '', ...changes.inputs };
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  const where = { sha: main, ref: 'refs/heads/main', event: 'workflow_run' };
  return site.step({ action: 'gate', ...where, payload, run: second, token, inputs });
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
