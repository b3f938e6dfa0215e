import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

/** A site whose main is recorded, and a change that is worse. */
async function withProposal() {
  const site = await makeSite();
  sites.push(site);
  const main = site.project.git('rev-parse', 'main');
  await site.workflow(site.ofPush(main, '0'.repeat(40)));
  const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);
  return { site, main, number };
}

const checksOf = ({ repository }: GitHubSite) =>
  repository.checks.map(({ name, headSha, status, conclusion }) => ({ name, headSha, status, conclusion }));

const headOf = ({ repository }: GitHubSite, number: number) => repository.issues.get(number)?.pull?.head.sha;

describe('a check', () => {
  test('is in progress from the first job on, and closed by the job that judges', async () => {
    const { site, number } = await withProposal();
    const seen: unknown[] = [];

    await site.workflow(site.ofPull(number), { between: () => void seen.push(checksOf(site)[0]) });

    expect(seen).toMatchObject([
      { name: 'trainyard', status: 'in_progress' },
      { name: 'trainyard', status: 'in_progress' },
    ]);
    expect(checksOf(site)).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
  });

  test('of a commit that a newer one superseded while it was judged is cancelled, and no comment is written', async () => {
    const { site, number } = await withProposal();
    const old = site.ofPull(number);

    const { report } = await site.workflow(old, {
      between: (next) => {
        if (next !== 'report') return;
        site.project.edit('params.yaml', 'errors: 80', 'errors: 41');
        site.project.commit();
        site.push();
      },
    });

    expect(checksOf(site)).toMatchObject([{ headSha: old.headSha, conclusion: 'cancelled' }]);
    expect(site.repository.checks[0]?.summary).toContain('A newer commit');
    expect(site.repository.comments).toEqual([]);
    expect(report?.outputs).toMatchObject({ verdict: 'fail', 'comment-url': '' });
  });

  test('of a pull request that was retargeted meanwhile is cancelled and says so', async () => {
    const { site, number } = await withProposal();
    site.project.git('branch', 'release', 'main');
    site.push();

    await site.workflow(site.ofPull(number), {
      between: (next) => {
        const pull = site.repository.issues.get(number)?.pull;
        if (next === 'report' && pull) pull.base = 'release';
      },
    });

    expect(checksOf(site)).toMatchObject([{ conclusion: 'cancelled' }]);
    expect(site.repository.checks[0]?.summary).toContain('retargeted from main to release');
    expect(site.repository.comments).toEqual([]);
  });

  test('of a pull request that was closed meanwhile is cancelled and says so', async () => {
    const { site, number } = await withProposal();

    await site.workflow(site.ofPull(number), {
      between: (next) => {
        const issue = site.repository.issues.get(number);
        if (next === 'report' && issue) issue.state = 'closed';
      },
    });

    expect(checksOf(site)).toMatchObject([{ conclusion: 'cancelled' }]);
    expect(site.repository.checks[0]?.summary).toContain('was closed meanwhile');
  });

  test('that a killed run left open is closed by the next run, which judges', async () => {
    const { site, number } = await withProposal();
    const occasion = site.ofPull(number);
    const run = startRun(site, occasion);
    const { sha, ref, payload, event } = occasion;
    const token = site.github.state.token({ checks: 'write', contents: 'read', actions: 'read' });
    await site.step({
      action: 'trainyard',
      event,
      payload,
      sha,
      ref,
      run,
      token,
      inputs: { phase: 'start' },
    });

    await site.workflow(occasion);

    expect(checksOf(site)).toMatchObject([
      { status: 'completed', conclusion: 'cancelled' },
      { status: 'completed', conclusion: 'failure' },
    ]);
  });

  test('of a re-run is a new one; the first verdict on the same inputs stands, and the attempt is told', async () => {
    const { site, number } = await withProposal();
    const occasion = site.ofPull(number);
    const { run } = await site.workflow(occasion);
    Object.assign(run, { attempt: 2, status: 'in_progress', conclusion: null });

    const again = await site.workflow(occasion, { run });

    expect(again.report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(checksOf(site)).toMatchObject([{ conclusion: 'failure' }, { conclusion: 'failure' }]);
    expect(site.repository.comments).toHaveLength(1);
    expect(site.repository.comments[0]?.body).toContain('This is attempt 2 of the run.');
  });

  test('of a stage that failed says which one and how, as an error', async () => {
    const { site } = await withProposal();
    const number = propose(site, ['train.sh', 'cp params.yaml', 'exit 3; cp params.yaml'], 'broken');

    const { train, report } = await site.workflow(site.ofPull(number));

    expect(train?.code).toBe(2);
    expect(report).toMatchObject({ code: 2, outputs: { verdict: 'error' } });
    expect(checksOf(site)).toMatchObject([{ conclusion: 'failure' }]);
    expect(site.repository.checks[0]?.summary).toContain('exit code 3');
    expect(site.repository.comments[0]?.body).toContain('exit code 3');
  });

  test.each([
    ['failure', 2, 'failure', 'ended without results'],
    ['cancelled', 130, 'cancelled', 'cancelled before there were results'],
    ['skipped', 2, 'failure', 'was skipped'],
  ])('of training that left nothing and ended as %s says so', async (result, code, conclusion, sentence) => {
    const { site, number } = await withProposal();
    const { event, payload, sha, ref, ...rest } = site.ofPull(number);
    const run = startRun(site, { event, payload, sha, ref, ...rest });
    const token = site.github.state.token('write-all');
    const inputs = { 'train-result': result };

    const report = await site.step({ action: 'gate', event, payload, sha, ref, run, token, inputs });

    expect(report.code).toBe(code);
    expect(checksOf(site)).toMatchObject([{ status: 'completed', conclusion }]);
    expect(site.repository.checks[0]?.summary).toContain(sentence);
  });

  test('is opened nowhere when a title was edited: the last verdict stays', async () => {
    const { site, number } = await withProposal();
    await site.workflow(site.ofPull(number));

    const edited = await site.workflow(
      site.ofPull(number, { action: 'edited', changes: { title: { from: 'x' } } }),
    );

    expect(edited).toMatchObject({ start: { outputs: { mode: 'nothing' } }, train: null, report: null });
    expect(checksOf(site)).toHaveLength(1);
  });

  test('of a draft is judged as any other, and the draft is told', async () => {
    const { site, number } = await withProposal();
    const pull = site.repository.issues.get(number)?.pull;
    if (pull) pull.draft = true;

    await site.workflow(site.ofPull(number));

    expect(checksOf(site)).toMatchObject([{ conclusion: 'failure' }]);
    expect(site.repository.comments[0]?.body).toContain('The pull request is a draft.');
  });

  test('of a change that loosens its own gate fails, and the sentence says so', async () => {
    const { site } = await withProposal();
    const number = propose(site, ['trainyard.yml', 'max-drop: 0.02', 'max-drop: 0.5'], 'loose');

    const { report } = await site.workflow(site.ofPull(number));

    expect(report).toMatchObject({ code: 1 });
    expect(checksOf(site)).toMatchObject([{ headSha: headOf(site, number), conclusion: 'failure' }]);
    expect(site.repository.checks[0]?.summary).toContain('loosens its own gate');
  });

  test('of a change that touches nothing of the model passes without training', async () => {
    const { site } = await withProposal();
    site.project.ran();
    const { project } = site;
    project.branch('docs', 'main');
    project.write('README.md', 'words');
    project.commit();
    site.push();
    const { number } = site.github.state.pullRequest(site.repository, { head: 'docs' });

    const { report, train } = await site.workflow(site.ofPull(number));

    expect(train?.log).toContain('nothing it is made of changed');
    expect(report).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(site.repository.comments[0]?.body).toContain('Not affected');
  });
});

describe('a merge queue', () => {
  test('is judged against the default branch, on its own head', async () => {
    const { site, main, number } = await withProposal();
    const { repository } = site;
    const merge = repository.refs.get(`refs/pull/${number}/merge`) as string;
    repository.refs.set(`refs/heads/gh-readonly-queue/main/pr-${number}`, merge);
    const ref = `refs/heads/gh-readonly-queue/main/pr-${number}`;
    const payload = {
      action: 'checks_requested',
      merge_group: { head_sha: merge, base_sha: main, head_ref: ref, base_ref: 'refs/heads/main' },
      repository: { default_branch: 'main', private: true },
    };

    const { report } = await site.workflow({
      event: 'merge_group',
      sha: merge,
      ref,
      headSha: merge,
      payload,
    });

    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'comment-url': '' } });
    expect(checksOf(site)).toMatchObject([{ headSha: merge, conclusion: 'failure' }]);
    expect(site.repository.checks[0]?.text).toContain('Judged for the merge queue');
    expect(site.repository.comments).toEqual([]);
  });
});
