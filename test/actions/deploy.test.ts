import { afterAll, expect, test } from '@jest/globals';
import { startStep } from '../rig/step.ts';
import { closeReleases, makeRelease } from './released.ts';

afterAll(closeReleases);

test('a job deploys, shows it, and another goes back', async () => {
  const { site, step, served } = await makeRelease();

  expect(await step('deploy', { version: 'v1.0.0', environment: 'production' })).toMatchObject({ code: 0 });
  const second = await step('deploy', { version: '1.1.0' });
  expect(second).toMatchObject({ code: 0, outputs: { result: 'succeeded', version: '1.1.0' } });
  expect(second.summary).toContain('### churn 1.1.0 to production: succeeded');
  expect(second.summary).toMatch(/\| shift 100 % \| \S+ \| \S+ \|/);
  expect(served()).toBe('model 1.1.0');

  expect(await step('rollback', { reason: 'slow' })).toMatchObject({
    code: 0,
    outputs: { version: '1.0.0' },
  });
  expect(served()).toBe('model 1.0.0');
  const refused = await step('deploy', { version: '1.1.0' });
  expect(refused).toMatchObject({ code: 2, log: expect.stringMatching(/::error.*1\.1\.0 is blocked/) });
  const shown = await step('status');
  expect(shown.summary).toMatch(/\| production \| churn \| 1\.0\.0 \|/);
  expect(site.repository.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual([
    'inactive',
    'inactive',
    'success',
  ]);

  const lifted = await step('rollback', { unblock: 'v1.1.0' });
  expect(lifted).toMatchObject({ code: 0, outputs: { result: 'unblocked' } });
  expect(served()).toBe('model 1.0.0');
  expect(await step('rollback', { unblock: '1.1.0' })).toMatchObject({
    code: 2,
    log: expect.stringContaining('1.1.0 is not blocked in production'),
  });
  expect(await step('deploy', { version: '1.1.0' })).toMatchObject({ code: 0 });
  expect(served()).toBe('model 1.1.0');
}, 60_000);

test.each([
  ['resume', 0, '1.1.0', ['inactive', 'success']],
  ['abort', 0, '1.0.0', ['success', 'error']],
] as const)(
  'one that is held goes on or back by another job: %s',
  async (held, code, live, states) => {
    const unclear = "    analysis: [{ metric: errors, run: 'true', interval: 0.1, success: { max: 0.1 } }]\n";
    const { site, step, served } = await makeRelease(unclear);
    expect(await step('deploy', { version: '1.0.0' })).toMatchObject({ code: 4 });
    expect(await step('deploy', { held: 'resume' })).toMatchObject({ code: 0 });

    expect(await step('deploy', { version: '1.1.0' })).toMatchObject({ code: 4 });
    expect(site.repository.deployments.at(-1)?.statuses.at(-1)?.state).toBe('pending');
    expect(await step('deploy', { held })).toMatchObject({ code });

    expect(served()).toBe(`model ${live}`);
    expect(site.repository.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(states);
  },
  60_000,
);

const bad = `    notify: { issue: tracking }
    probes: [{ run: 'test $TRAINYARD_VERSION = 1.0.0', timeout: 1s }]
`;

test('one that is taken back says why in its status, its check and one comment', async () => {
  const { site, step } = await makeRelease(bad);
  expect(await step('deploy', { version: '1.0.0' })).toMatchObject({ code: 0 });

  expect(await step('deploy', { version: '1.1.0' })).toMatchObject({ code: 1 });
  expect(await step('reconcile')).toMatchObject({ code: 0 });

  const { repository } = site;
  const why = expect.stringMatching(/1\.0\.0 is live again/);
  const checks = repository.checks.filter(({ name }) => name === 'deploy / production / churn');
  expect(checks).toMatchObject([
    { conclusion: 'success' },
    { conclusion: 'failure', title: why, summary: expect.stringContaining('| shift 100 % |') },
  ]);
  const issues = [...repository.issues.values()];
  expect(issues.map(({ title }) => title)).toEqual(['deployments: production']);
  expect(repository.comments.map(({ body }) => body)).toEqual([
    expect.stringContaining('churn 1.0.0 to production: succeeded'),
    why,
  ]);
}, 60_000);

test('what a pull request proposes deploys nothing', async () => {
  const { site, seed } = await makeRelease();
  site.project.branch('change');
  site.project.commit('Change');
  site.push();
  const pull = site.github.state.pullRequest(site.repository, { head: 'change' });
  const { event, payload, sha, ref } = site.ofPull(pull.number);

  const { code, log } = await startStep({ ...seed('deploy', { version: '1.0.0' }), event, payload, sha, ref })
    .finished;

  expect(code).toBe(2);
  expect(log).toContain('does not run for the event');
}, 60_000);

const slow = `    analysis:
      - { metric: errors, run: 'echo 0', interval: 60, success: { max: 0.1 } }
`;

test.each([
  ['SIGKILL', 'failure', 'its run ended during "shift"'],
  ['SIGINT', 'cancelled', 'cancelled during "shift"'],
] as const)(
  'what runs after a step that met %s turns it back: %s',
  async (signal, conclusion, why) => {
    const { site, seed, served } = await makeRelease(slow);
    const given = seed('deploy', { version: '1.0.0' });
    const { child, finished } = startStep(given);
    while (served() === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const { state } = await finished;
    const env = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));

    expect(site.repository.checks).toEqual([]);
    const after = await startStep({ ...given, action: 'post', env }).finished;

    expect(after.code).toBe(0);
    expect(served()).toBeNull();
    expect(site.repository.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['error']);
    expect(site.repository.checks).toMatchObject([{ conclusion, title: expect.stringContaining(why) }]);
  },
  60_000,
);
