import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { until } from '../rig/detached/index.ts';
import type { Planned } from '../rig/github/index.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';
import { type FinishedStep, startStep } from '../rig/step.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

let site: GitHubSite;

beforeAll(async () => {
  site = await makeSite();
  await site.workflow(site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));
});

afterAll(async () => {
  await site.close();
  removeFolders();
});

/** A job that judges, cancelled as the runner does it while a request of it hangs; then what the runner runs after it. */
async function cancelWhile(branch: string, errors: number, hanging: Planned): Promise<FinishedStep> {
  const { github, repository } = site;
  const { payload, sha, ref, event, ...rest } = site.ofPull(
    propose(site, ['params.yaml', 'errors: 40', `errors: ${errors}`], branch),
  );
  const run = startRun(site, { payload, sha, ref, event, ...rest });
  const common = { event, payload, sha, ref, run };
  const withToken = { ...common, token: github.state.token('write-all') };
  const start = await site.step({ ...withToken, action: 'trainyard', inputs: { phase: 'start' } });
  const plan = start.outputs['plan'] ?? '';
  await site.step({ ...common, action: 'train', workspace: site.checkout(sha), inputs: { plan, key: '0' } });
  github.switches.plan(hanging);
  const inputs = { 'train-result': 'success' };
  const judging = startStep({ github, repository, ...withToken, action: 'gate', inputs });
  await until(() => github.switches.pending() === 0, 'the request to hang');
  judging.child.kill('SIGINT');
  const judged = await judging.finished;
  const state = Object.entries(judged.state).map(([name, value]) => [`STATE_${name}`, value]);
  await site.step({ ...withToken, action: 'post', env: Object.fromEntries(state) });
  return judged;
}

/** Artifacts that a job which judges keeps before it closes the check. */
const verdictKept = 1;

const checksOn = (sha: string | undefined) => site.repository.checks.filter(({ headSha }) => headSha === sha);

describe('a job that judges and is cancelled', () => {
  test('before it closed the check: what the runner runs after it does, and says why', async () => {
    const judged = await cancelWhile('early', 80, {
      fault: 'slow',
      ms: 8000,
      operation: 'issues/create-comment',
    });

    expect(judged.code).toBe(130);
    const checks = checksOn(site.repository.refs.get('refs/heads/early'));
    expect(checks).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
    expect(checks[0]?.summary).toContain('ended before it had a verdict');
  });

  test('after it closed the check: the verdict stays', async () => {
    const judged = await cancelWhile('late', 81, {
      fault: 'slow',
      ms: 4000,
      operation: 'results/CreateArtifact',
      after: verdictKept,
    });

    expect(judged.code).toBe(1);
    const checks = checksOn(site.repository.refs.get('refs/heads/late'));
    expect(checks).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
  });
});
