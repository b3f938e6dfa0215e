import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type Actions,
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  scheduleEvent,
  startActions,
  tagEvent,
} from '../rig/act/index.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { ask } from '../rig/github/ask.ts';
import { makeProject, plainConfig, plainParams } from '../rig/project.ts';
import { textOf } from './files.ts';

const path = (name: string) => `.github/workflows/${name}.yml`;

/** The templates as the page that offers them fills them in, for a project that has nothing to install. */
const filled = (name: string) =>
  textOf(`workflows-templates/${name}.yml`)
    .replaceAll('$default-branch', 'main')
    .replace('pip install -r requirements.txt', 'true');

let actions: Actions;
/** Where the model is served from. */
let target: string;
/** While this file is there, the version that is being deployed is bad. */
let worse: string;
/** While this file is there, nothing is measured of it. */
let unclear: string;

/** One repository for all: a model on main, and a better one that was merged. */
beforeAll(async () => {
  const shared = makeFolder();
  target = join(shared, 'srv');
  worse = join(shared, 'worse');
  unclear = join(shared, 'unclear');
  const config = `${plainConfig}deploy:
  production:
    target: { directory: { path: ${target} } }
    probes: [{ run: 'test ! -e ${worse}', timeout: 1 }]
    analysis: [{ metric: errors, run: 'test -e ${unclear} || echo 0', interval: 0.1, success: { max: 0.1 } }]
`;
  const names = ['trainyard', 'release', 'rollback', 'held', 'reconcile'];
  const workflows = Object.fromEntries(names.map((name) => [path(name), filled(name)]));
  actions = await startActions({ folder: makeProject({ 'trainyard.yml': config, ...workflows }).folder });
  await actions.run(path('trainyard'), pushEvent(actions.repository, 'main'));
});
afterAll(async () => {
  await actions.close();
  removeFolders();
});

/** What serves: its parameters, which are what this model is. */
function served(): string | null {
  const file = join(target, 'current/model.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Merges a change that passes and gets it its record. */
async function merge(errors: number): Promise<void> {
  const { github, repository, run } = actions;
  const files = { 'params.yaml': plainParams.replace('errors: 40', `errors: ${errors}`) };
  const branch = `errors-${errors}`;
  github.state.commit(repository, { branch, files });
  const pull = github.state.pullRequest(repository, { head: branch });
  await run(path('trainyard'), pullRequestEvent(repository, pull, 'opened'));
  github.state.merge(repository, pull.number, 'merge');
  await run(path('trainyard'), pushEvent(repository, 'main'));
}

/** A person publishes a release on main, and its workflow runs. */
async function publish(tag: string) {
  const { github, repository, run } = actions;
  const token = github.state.token('write-all');
  const body = { tag_name: tag, target_commitish: repository.defaultBranch, name: tag };
  const made = await ask(github, `POST /repos/${repository.fullName}/releases`, { token, body });
  return run(path('release'), releaseEvent(repository, made.body as { tag_name: string }));
}

const tags = () => [...actions.repository.refs.keys()].filter((ref) => ref.startsWith('refs/tags/churn@'));
const shown = () => actions.repository.deployments.map(({ statuses }) => statuses.at(-1)?.state);

test('the button registers and deploys the version that it is given', async () => {
  const { repository, run } = actions;
  const done = await run(path('release'), dispatchEvent(repository, { version: 'v1.0.0' }));

  expect(Object.values(done.results)).toEqual(['success', 'success']);
  expect(tags()).toEqual(['refs/tags/churn@v1.0.0']);
  expect(served()).toBe(plainParams);
  expect(shown()).toEqual(['success']);
});

test('a published release does too, and its tag does it once more for nothing; where the bytes are those of the last version, nothing is deployed', async () => {
  await merge(20);
  expect(Object.values((await publish('v1.1.0')).results)).toEqual(['success', 'success']);
  expect(served()).toContain('errors: 20');

  const twice = await actions.run(path('release'), tagEvent(actions.repository, 'v1.1.0'));
  expect(twice.results).toEqual({ register: 'success', deploy: 'skipped' });
  const again = await publish('v1.1.1');
  expect(again.results).toEqual({ register: 'success', deploy: 'skipped' });
  expect(tags()).toEqual(['refs/tags/churn@v1.0.0', 'refs/tags/churn@v1.1.0']);
  expect(shown()).toEqual(['inactive', 'success']);
});

test('a bad version is taken back; the release fails and says so', async () => {
  await merge(10);
  writeFileSync(worse, '');
  const done = await publish('v1.2.0');

  expect(Object.values(done.results)).toEqual(['success', 'failure']);
  expect(served()).toContain('errors: 20');
  expect(shown()).toEqual(['inactive', 'success', 'failure']);
});

test('the button goes back, and a schedule finds nothing left', async () => {
  const { repository, run } = actions;
  const inputs = { environment: 'production', model: '', to: '', reason: 'slow', unblock: '' };
  rmSync(worse);
  const back = await run(path('rollback'), dispatchEvent(repository, inputs));
  expect(back.results).toEqual({ rollback: 'success' });
  expect(served()).toBe(plainParams);
  expect(shown()).toEqual(['inactive', 'inactive', 'failure', 'success']);

  const left = await run(path('reconcile'), scheduleEvent(repository, '37 * * * *'));
  expect(left.results).toEqual({ reconcile: 'success' });
});

test('the button lifts a block, and another decides on what is held', async () => {
  const { repository, run } = actions;
  const inputs = { environment: 'production', model: '', to: '', reason: 'mended', unblock: '1.1.0' };
  const lifted = await run(path('rollback'), dispatchEvent(repository, inputs));
  expect(lifted.results).toEqual({ rollback: 'success' });
  expect(served()).toBe(plainParams);

  await merge(5);
  writeFileSync(unclear, '');
  const held = await publish('v1.3.0');
  expect(Object.values(held.results)).toEqual(['success', 'failure']);
  expect(shown().at(-1)).toBe('pending');
  const decided = { held: 'resume', environment: 'production', model: '' };
  const resumed = await run(path('held'), dispatchEvent(repository, decided));
  expect(resumed.results).toEqual({ decide: 'success' });
  expect(served()).toContain('errors: 5');
  expect(shown().slice(-2)).toEqual(['inactive', 'success']);
});
