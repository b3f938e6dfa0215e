/** Steps of GitHub Actions as the runner starts them, against the fake GitHub: environment, files, inputs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const workflowPath = '.github/workflows/trainyard.yml';

/**
 * A step that was not started yet.
 * @param {object} site `github` (addresses), `repository` (full name), `folder` for what the runner would keep
 * @param {object} job `event`, `payload`, `sha`, `ref`, `runId`, `runtimeToken`, `token`, `inputs`, `workspace`
 * @returns {{cwd: string, env: Record<string, string>, outputs: () => Record<string, string>}}
 */
export function makeStep({ github, repository, folder }, job) {
  const own = mkdtempSync(join(folder, 'step-'));
  const file = (name) => join(own, name);
  writeFileSync(file('event.json'), JSON.stringify(job.payload));
  for (const name of ['output', 'state', 'summary']) writeFileSync(file(name), '');
  const workspace = job.workspace ?? file('workspace');
  mkdirSync(workspace, { recursive: true });
  const inputs = { ...job.inputs, ...(job.token !== undefined && { 'github-token': job.token }) };
  const env = {
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    PATH: process.env.PATH,
    HOME: own,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: job.event,
    GITHUB_EVENT_PATH: file('event.json'),
    GITHUB_SHA: job.sha,
    GITHUB_REF: job.ref,
    GITHUB_REPOSITORY: repository,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_RUN_ID: String(job.runId),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKFLOW_REF: `${repository}/${workflowPath}@${job.ref}`,
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
    RUNNER_TEMP: file('temp'),
    ACTIONS_RESULTS_URL: github.resultsUrl,
    ACTIONS_RUNTIME_TOKEN: job.runtimeToken,
  };
  return { cwd: workspace, env, outputs: () => valuesIn(readFileSync(file('output'), 'utf8')) };
}

/** Runs a step to its end; an exit code that is not in `expect` throws with what the step said. */
export function runStep({ cwd, env, outputs }, argv, expect = [0]) {
  const [command, ...args] = argv;
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (!expect.includes(status))
    throw new Error(`${argv.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return outputs();
}

/** Values that a step wrote as `name<<mark`, lines, `mark`. */
function valuesIn(text) {
  const found = text.matchAll(/^([^=<\n]+)<<(.+)\n([\s\S]*?)\n?^\2$/gm);
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]));
}
