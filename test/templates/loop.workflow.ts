import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type Actions,
  pullRequestEvent,
  pushEvent,
  startActions,
  workflowRunEvent,
} from '../rig/act/index.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, plainParams } from '../rig/project.ts';
import { textOf } from './files.ts';

const main = '.github/workflows/trainyard.yml';
const report = '.github/workflows/trainyard-report.yml';

/** The templates as the page that offers them fills them in, for a project that has nothing to install. */
const filled = (name: string) =>
  textOf(`workflows-templates/${name}`)
    .replaceAll('$default-branch', 'main')
    .replace('pip install -r requirements.txt', 'true');

let actions: Actions;

beforeEach(async () => {
  const files = { [main]: filled('trainyard.yml'), [report]: filled('trainyard-report.yml') };
  actions = await startActions({ folder: makeProject(files).folder });
});
afterEach(() => actions.close());
afterAll(removeFolders);

const worse = { 'params.yaml': plainParams.replace('errors: 40', 'errors: 80') };
const better = { 'params.yaml': plainParams.replace('errors: 40', 'errors: 20') };

function propose(files: Record<string, string>, from = actions.repository) {
  const { state } = actions.github;
  state.commit(from, { branch: 'change', files });
  return state.pullRequest(actions.repository, { head: 'change', from });
}

const checks = () =>
  actions.repository.checks.map(({ name, status, conclusion }) => [name, status, conclusion]);

test('main is recorded, a better model passes and its merge is recorded without training', async () => {
  const { github, repository, run } = actions;
  const first = await run(main, pushEvent(repository, 'main'));
  expect(first.results).toEqual({
    'model / start': 'success',
    'model / train': 'success',
    'model / report': 'skipped',
    'model / record': 'success',
  });

  const pull = propose(better);
  const judged = await run(main, pullRequestEvent(repository, pull, 'opened'));
  expect(judged.results).toEqual({
    'model / start': 'success',
    'model / train': 'success',
    'model / report': 'success',
    'model / record': 'skipped',
  });
  expect(checks()).toEqual([['trainyard', 'completed', 'success']]);
  expect(repository.comments.map(({ body }) => body)).toEqual([expect.stringContaining('**Pass**')]);

  github.state.merge(repository, pull.number, 'squash');
  const merged = await run(main, pushEvent(repository, 'main'));
  expect(merged.results).toMatchObject({ 'model / train': 'skipped', 'model / record': 'success' });
});

test('a worse model fails its pull request', async () => {
  const { repository, run } = actions;
  await run(main, pushEvent(repository, 'main'));
  const judged = await run(main, pullRequestEvent(repository, propose(worse), 'opened'));

  expect(judged.results).toMatchObject({ 'model / train': 'success', 'model / report': 'failure' });
  expect(checks()).toEqual([['trainyard', 'completed', 'failure']]);
});

test("a fork's pull request is judged by the second workflow, where a token may write", async () => {
  const { github, repository, run } = actions;
  await run(main, pushEvent(repository, 'main'));
  const fork = github.state.repository('stranger/flights', { forkOf: repository });
  const pull = propose(worse, fork);
  const first = await run(main, pullRequestEvent(repository, pull, 'opened'));

  expect(first.results).toMatchObject({ 'model / start': 'success', 'model / train': 'success' });
  expect([repository.comments, checks()]).toEqual([[], []]);
  const second = await run(report, workflowRunEvent(repository, first.run, 'Model'));
  expect(second.job('report').outputs).toMatchObject({ '0.verdict': 'fail' });
  expect(checks()).toEqual([['trainyard', 'completed', 'failure']]);
  expect(repository.comments).toHaveLength(1);
});
