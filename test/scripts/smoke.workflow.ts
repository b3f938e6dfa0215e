import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullRequestEvent, pushEvent, type WorkflowEvent, workflowRunEvent } from '../rig/act/index.ts';
import { runWorkflow } from '../rig/act/run.ts';
import { repositoryRoot } from '../rig/build.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import {
  type FakeGitHub,
  type Issue,
  type Repository,
  startGitHub,
  type WorkflowRun,
} from '../rig/github/index.ts';

const gate = '.github/workflows/trainyard.yml';
const report = '.github/workflows/trainyard-report.yml';
/** How long a head has to stand before it is built; GitHub ends the run of one that does not. */
const standsMs = 8000;

let github: FakeGitHub;

beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());
afterAll(removeFolders);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the workflows of a repository under act, as GitHub would, whenever somebody pushes, proposes or asks again. */
function playActions(name: string, ended: AbortSignal): Promise<void> {
  const place = makeFolder();
  const built = new Set<string>();
  const events = new Map<WorkflowRun, WorkflowEvent>();

  const run = async (repository: Repository, event: WorkflowEvent, again: WorkflowRun): Promise<void> => {
    events.set(again, event);
    again.attempt -= 1;
    await runWorkflow(github, repository, place, gate, event, { rerunOf: again });
    if (!event.readOnly) return;
    await runWorkflow(github, repository, place, report, workflowRunEvent(repository, again, 'Model'), {});
  };
  const begin = (repository: Repository, event: WorkflowEvent): WorkflowRun => {
    const { headSha, headBranch, headRepository, pulls, actor: login, name: kind } = event;
    const seed = { headSha, headBranch, headRepository, pulls, login };
    return github.state.workflowRun(repository, { ...seed, path: gate, event: kind, status: 'in_progress' });
  };
  const pushed = async (repository: Repository): Promise<void> => {
    const tip = repository.refs.get('refs/heads/main') ?? '';
    if (built.has(tip) || github.state.raw.repositories.size === 0) return;
    built.add(tip);
    // The first commit is GitHub's own and has no workflow.
    if (built.size === 1) return;
    const event = pushEvent(repository, 'main');
    await run(repository, event, begin(repository, event));
  };
  const proposed = async (repository: Repository, issue: Issue): Promise<void> => {
    const sha = issue.pull?.head.sha ?? '';
    if (built.has(sha)) return;
    built.add(sha);
    const event = pullRequestEvent(repository, issue, 'synchronize');
    const begun = begin(repository, event);
    await sleep(standsMs);
    if (issue.pull?.head.sha === sha) await run(repository, event, begun);
    else Object.assign(begun, { status: 'completed', conclusion: 'cancelled' });
  };
  const askedAgain = async (repository: Repository): Promise<void> => {
    for (const [begun, event] of events)
      if (begun.status === 'in_progress') await run(repository, event, begun);
  };
  const play = async (): Promise<void> => {
    while (!ended.aborted) {
      await sleep(200);
      const repository = github.state.raw.repositories.get(name);
      if (!repository) continue;
      await pushed(repository);
      for (const issue of repository.issues.values())
        if (issue.state === 'open') await proposed(repository, issue);
      await askedAgain(repository);
    }
  };
  return play();
}

/** The states of the script's table by step, and all it printed. */
async function smoke(args: readonly string[], env: Record<string, string>) {
  const script = join(repositoryRoot, 'scripts/smoke-github.mjs');
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', GITHUB_API_URL: github.url, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [code] = await once(child, 'close');
  const rows = [...text.matchAll(/^(\S.*?) {2,}(ok|skipped|not run|FAILED) /gm)];
  return { code, text, states: Object.fromEntries(rows.map(([, name, state]) => [name, state])) };
}

test('the whole smoke test passes on a GitHub that runs the workflows it pushes', async () => {
  const scopes = ['repo', 'workflow', 'delete_repo'];
  const [token, second] = ['ada', 'bob'].map((login) =>
    github.state.token('write-all', { person: true, login, scopes }),
  ) as [string, string];
  const ending = new AbortController();
  const playing = playActions('ada/trainyard-smoke', ending.signal);

  const { states, text, code } = await Promise.race([
    smoke(['--delete'], { SMOKE_GITHUB_TOKEN: token, SMOKE_FORK_TOKEN: second }),
    playing.then(() => Promise.reject(new Error('nobody runs workflows any more'))),
  ]);
  ending.abort();
  await playing;

  expect({ states, text }).toEqual({
    states: {
      token: 'ok',
      'scratch repository': 'ok',
      'main is trained and recorded': 'ok',
      'a pull request is judged': 'ok',
      'a newer push supersedes': 'ok',
      'a run is run again': 'ok',
      'the merge trains nothing': 'ok',
      'a merge queue': 'skipped',
      'a pull request from a fork': 'ok',
      'answers as described': 'ok',
      removal: 'ok',
    },
    text: expect.stringMatching(/the run for [0-9a-f]{7} was cancelled, [0-9a-f]{7} stands/),
  });
  expect(code).toBe(0);
  expect([...github.state.raw.repositories.keys()]).toEqual([]);
}, 1_200_000);
