import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { DeployResult } from '../../src/release/types.ts';
import type { EnvironmentStatus } from '../../src/report/status.ts';
import { registerVersion } from '../release/manifests.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

afterAll(removeFolders);

const deployConfig = `${plainConfig}deploy:
  production:
    target: { directory: { path: ../srv } }
    probes: [{ run: 'test ! -e ../sick' , timeout: 1s }]
    analysis:
      - { metric: error_rate, run: 'cat ../errors', interval: 0.2, success: { max: 0.1 }, failure: { min: 0.5 } }
`;

function makeRelease(): Project & { errors(text: string): void; served(): string | null } {
  const project = makeProject({ 'trainyard.yml': deployConfig });
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) registerVersion(project.folder, version);
  const errors = (text: string) => writeFileSync(join(project.folder, '../errors'), text);
  errors('0.01\n');
  const file = join(project.folder, '../srv/current/model.bin');
  return { ...project, errors, served: () => (existsSync(file) ? readFileSync(file, 'utf8') : null) };
}

const live = async (project: Project) => {
  const { environments } = await project.json<{ environments: EnvironmentStatus[] }>(0, 'status');
  return environments[0];
};

test('a version goes live, a worse one comes back by itself, and rollback finds the last good one', async () => {
  const project = makeRelease();
  await project.json(0, 'deploy', '--version', '1.0.0');
  const second = await project.json<DeployResult>(0, 'deploy', '--version', '1.1.0');
  expect(second).toMatchObject({
    result: 'succeeded',
    record: { from: { version: '1.0.0' }, state: 'succeeded' },
  });
  expect(await project.json(0, 'deploy', '--version', '1.1.0')).toMatchObject({ result: 'unchanged' });

  project.errors('0.9\n');
  const bad = await project.json<DeployResult>(1, 'deploy', '--version', '1.2.0');
  expect(bad).toMatchObject({
    result: 'rolled-back',
    record: { reason: expect.stringMatching(/^error_rate: /) },
  });
  expect(project.served()).toBe('model 1.1.0');
  const again = await project.run('deploy', '--version', '1.2.0');
  expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/1\.2\.0 is blocked .*error_rate/) });

  const back = await project.json<DeployResult>(0, 'rollback', '--reason', 'too slow');
  expect(back).toMatchObject({
    result: 'succeeded',
    record: { kind: 'rollback', candidate: { version: '1.0.0' } },
  });
  expect(project.served()).toBe('model 1.0.0');
  expect(await live(project)).toMatchObject({
    live: { version: '1.0.0' },
    open: null,
    blocked: [{ version: '1.1.0', reason: 'too slow' }, { version: '1.2.0' }],
  });
  const nothing = await project.run('rollback');
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('no earlier good version') });

  project.errors('0.01\n');
  expect((await project.run('rollback', '--unblock', '1.2.0')).code).toBe(0);
  await project.json(0, 'deploy', '--version', '1.2.0');
  const { deployments } = await project.json<{ deployments: unknown[] }>(0, 'history');
  expect(deployments).toMatchObject([
    { version: '1.2.0', state: 'succeeded' },
    { version: '1.0.0', kind: 'rollback', state: 'succeeded', from: '1.1.0' },
    { version: '1.2.0', state: 'rolled-back' },
    { version: '1.1.0', state: 'succeeded' },
    { version: '1.0.0', state: 'succeeded' },
  ]);
  expect((await project.run('history', '--format', 'md')).stdout).toMatch(/^\| finished \| kind \|/);
}, 60_000);

test('what cannot be told is held: resume goes on, abort goes back', async () => {
  const project = makeRelease();
  await project.json(0, 'deploy', '--version', '1.0.0');
  project.errors('\n');
  expect(await project.json(4, 'deploy', '--version', '1.1.0')).toMatchObject({ result: 'held' });
  expect(await live(project)).toMatchObject({
    live: { version: '1.0.0' },
    open: { state: 'held', version: '1.1.0' },
  });
  expect((await project.run('status', '--target')).stdout).toMatch(/agrees: 1\.0\.0, 1\.1\.0 with 100 %$/m);
  const other = await project.run('deploy', '--version', '1.2.0');
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('is held in production') });
  expect((await project.run('reconcile')).stdout).toMatch(/^production +churn +held/);

  expect(await project.json(0, 'deploy', '--abort')).toMatchObject({ result: 'aborted' });
  expect(project.served()).toBe('model 1.0.0');
  expect((await project.run('deploy', '--resume')).stderr).toContain('No deployment is held');

  expect(await project.json(4, 'deploy', '--version', '1.1.0')).toMatchObject({ result: 'held' });
  expect(await project.json(0, 'deploy', '--resume')).toMatchObject({ result: 'succeeded' });
  expect(project.served()).toBe('model 1.1.0');
}, 60_000);

test('a plan changes nothing, and refusals come before a byte moves', async () => {
  const project = makeRelease();
  registerVersion(project.folder, '1.3.0', { verdict: { verdict: 'fail', kind: 'fail' } });
  const files = { 'model.bin': 'other' };
  const torn = registerVersion(project.folder, '1.4.0', {}, files);
  writeFileSync(join(project.folder, '.trainyard/registry/churn/1.4.0/files/model.bin'), 'tampered with');

  const plan = await project.run('deploy', '--version', '1.0.0', '--plan');
  expect(plan).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/where nothing is live:\n {2}prepare\n/),
  });
  expect((await project.run('deploy', '--version', '1.3.0', '--plan')).code).toBe(2);
  expect(project.served()).toBeNull();
  expect(() => project.git('rev-parse', '--verify', 'trainyard')).toThrow();

  for (const [version, message] of [
    ['1.3.0', 'The verdict on version 1.3.0 is "fail"'],
    ['9.9.9', 'There is no version 9.9.9 of churn'],
    ['../x', '"../x" is no version'],
  ] as const) {
    const { code, stderr } = await project.run('deploy', '--version', version);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  }
  const tampered = await project.run('deploy', '--version', '1.4.0');
  expect(tampered).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"model.bin" has \d+ bytes instead of 5/),
  });
  expect(torn.resources).toHaveLength(1);
  expect(project.served()).toBeNull();
  expect(await live(project)).toMatchObject({ live: null, open: null });
}, 60_000);

test('a rollback uses what the target has kept where the registry has lost it, and never other bytes', async () => {
  const project = makeRelease();
  for (const version of ['1.0.0', '1.1.0']) await project.json(0, 'deploy', '--version', version);
  project.remove('.trainyard/registry/churn/1.0.0');

  const back = await project.run('rollback');
  expect(back).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is taken from what the target has kept'),
  });
  expect(project.served()).toBe('model 1.0.0');

  await project.json(0, 'deploy', '--version', '1.2.0');
  for (const id of project.list('../srv/versions')) {
    const file = `../srv/versions/${id}/model/model.bin`;
    if (project.read(file) === 'model 1.0.0') project.write(file, 'model 6.6.6');
  }
  const torn = await project.run('rollback');
  expect(torn).toMatchObject({ code: 2, stderr: expect.stringContaining('has another digest') });
  expect(project.served()).toBe('model 1.2.0');
}, 60_000);

test('a deployment that is killed is tidied by the next one', async () => {
  const project = makeRelease();
  await project.json(0, 'deploy', '--version', '1.0.0');
  project.edit('trainyard.yml', 'interval: 0.2', 'interval: 60');
  const { child, finished, said } = project.start('deploy', '--version', '1.1.0');
  while (!said.stderr.includes('shift 100 %')) await new Promise((resolve) => setTimeout(resolve, 20));
  while (project.served() !== 'model 1.1.0') await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await finished;
  project.edit('trainyard.yml', 'interval: 60', 'interval: 0.2');

  const next = await project.run('deploy', '--version', '1.2.0');

  expect(next.stderr).toMatch(/was left at "shift"[\s\S]*1\.2\.0|taken over/);
  expect(next.code).toBe(0);
  expect(project.served()).toBe('model 1.2.0');
  const { deployments } = await project.json<{ deployments: unknown[] }>(0, 'history');
  expect(deployments).toMatchObject([
    { version: '1.2.0', from: '1.0.0', state: 'succeeded' },
    { version: '1.1.0', state: 'failed', reason: 'its run ended during "shift"' },
    { version: '1.0.0', state: 'succeeded' },
  ]);
}, 60_000);

test('a deployment that is cancelled goes back by itself', async () => {
  const project = makeRelease();
  await project.json(0, 'deploy', '--version', '1.0.0');
  project.edit('trainyard.yml', 'interval: 0.2', 'interval: 60');
  const { child, finished } = project.start('deploy', '--version', '1.1.0');
  while (project.served() !== 'model 1.1.0') await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');

  expect((await finished).code).toBe(130);
  expect(project.served()).toBe('model 1.0.0');
  expect(await live(project)).toMatchObject({ live: { version: '1.0.0' }, open: null });
}, 60_000);

test('several at once never interleave, and none is lost', async () => {
  const project = makeRelease();
  project.edit('trainyard.yml', /\n {4}analysis:[\s\S]*$/, '\n');
  const versions = ['1.0.0', '1.1.0', '1.2.0'];

  const results = await Promise.all(versions.map((version) => project.run('deploy', '--version', version)));

  for (const { code, stderr } of results) if (code !== 0) expect(stderr).toContain('is lower than');
  expect(project.served()).toBe('model 1.2.0');
  const { deployments } = await project.json<{ deployments: { state: string }[] }>(0, 'history');
  expect(deployments).toHaveLength(results.filter(({ code }) => code === 0).length);
  expect(deployments.every(({ state }) => state === 'succeeded')).toBe(true);
}, 60_000);
