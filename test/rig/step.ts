import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledCommand } from './build.ts';
import { cleanEnvironment, makeFolder, startNode } from './command.ts';
import type { FakeGitHub, Repository, WorkflowRun } from './github/index.ts';

/** A step of GitHub Actions, as the runner starts it. */
export interface StepSeed {
  github: FakeGitHub;
  repository: Repository;
  /** Name of the action: `gate`, `trainyard`, `post`. */
  action: string;
  event: string;
  payload: object;
  sha: string;
  ref: string;
  run: WorkflowRun;
  /** Checkout; an empty workspace when left out. */
  workspace?: string;
  inputs?: Record<string, string>;
  /** Token of the job; none when left out. */
  token?: string;
  env?: Record<string, string>;
  /** The entry of a bundle that is run; the compiled sources when left out. */
  index?: string;
}

export interface FinishedStep {
  code: number | null;
  /** What the runner would show: both streams. */
  log: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
}

/** The workflow that runs of the tests belong to. */
export const workflowPath = '.github/workflows/trainyard.yml';

/** Starts a step; `finished` reads what it wrote for the runner. */
export function startStep(seed: StepSeed) {
  const folder = makeFolder();
  const file = (name: string) => join(folder, name);
  writeFileSync(file('event.json'), JSON.stringify(seed.payload));
  for (const name of ['output', 'state', 'summary']) writeFileSync(file(name), '');
  const workspace = seed.workspace ?? file('workspace');
  mkdirSync(workspace, { recursive: true });
  const index = pathToFileURL(seed.index ?? compiledCommand()).href;
  const script = `const { main } = await import(${JSON.stringify(index)}); await main(process.argv[1]);`;
  const args = ['--input-type=module', '--eval', script, '--', seed.action];
  const { child, said, finished } = startNode(args, workspace, {
    ...environment(seed, workspace),
    GITHUB_EVENT_PATH: file('event.json'),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
    RUNNER_TEMP: file('temp'),
    ...seed.env,
  });
  const told = async (): Promise<FinishedStep> => {
    const { code, stdout, stderr } = await finished;
    return {
      code,
      log: `${stdout}${stderr}`,
      outputs: valuesIn(readFileSync(file('output'), 'utf8')),
      state: valuesIn(readFileSync(file('state'), 'utf8')),
      summary: readFileSync(file('summary'), 'utf8'),
    };
  };
  return { child, said, finished: told() };
}

/** Runs a step to its end. */
export function runStep(seed: StepSeed): Promise<FinishedStep> {
  return startStep(seed).finished;
}

function environment(seed: StepSeed, workspace: string): Record<string, string> {
  const { github, repository, run } = seed;
  const given = { ...seed.inputs, ...(seed.token !== undefined && { 'github-token': seed.token }) };
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return {
    ...cleanEnvironment(makeFolder()),
    ...Object.fromEntries(inputs),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: seed.event,
    GITHUB_SHA: seed.sha,
    GITHUB_REF: seed.ref,
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_WORKFLOW_REF: `${repository.fullName}/${run.path}@${seed.ref}`,
    ACTIONS_RESULTS_URL: github.resultsUrl,
    ACTIONS_RUNTIME_TOKEN: github.runtimeToken(run),
  };
}

/** Values that a step wrote as `name<<mark`, lines, `mark`. */
function valuesIn(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, mark] = /^([^=<]+)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined || mark === undefined) continue;
    const end = lines.indexOf(mark, at + 1);
    values[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}
