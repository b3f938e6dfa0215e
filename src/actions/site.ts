import { join } from 'node:path';
import { createClient } from '../github/client.ts';
import type { Patience } from '../github/limits.ts';
import type { GitHubClient } from '../github/types.ts';
import { createGitHubPlatform } from '../platform/github/index.ts';
import { type Runner, readRunner } from '../platform/github/runner.ts';
import type { Platform, RunContext } from '../platform/types.ts';
import { type ActionsRuntime, type Inputs, readInputs } from '../runtime/actions/index.ts';
import { createRunnerUploads } from './uploads.ts';

/** GitHub as a job with a token has it, and what lies beside it on the runner. */
export interface Site {
  runtime: ActionsRuntime;
  inputs: Inputs;
  runner: Runner;
  client: GitHubClient;
  platform: Platform;
  /** Folder of this job for reports and what it brings in; gone with the job. */
  folder: string;
}

/**
 * Opens GitHub with the token of the input `github-token`; `token` says what it may do where that is of no interest,
 * `patience` how long a request is waited for where that is not as long as usual.
 */
export function openSite(
  runtime: ActionsRuntime,
  token?: RunContext['trust']['token'],
  patience?: Patience,
): Site {
  const inputs = readInputs();
  const runner = readRunner(runtime);
  const secret = inputs.text('github-token') ?? '';
  if (secret !== '') runtime.log.mask(secret);
  const { apiUrl, graphqlUrl, repository } = runner;
  const way = { token: secret, apiUrl, graphqlUrl, repository, runtime };
  const client = createClient({ ...way, ...(patience && { patience }) });
  const folder = jobFolder(runtime);
  const uploads = createRunnerUploads(runtime);
  const reports = join(folder, 'report');
  const platform = createGitHubPlatform({ runtime, client, uploads, reports, ...(token && { token }) });
  return { runtime, inputs, runner, client, platform, folder };
}

/** Where a job keeps its own files: outside of the checkout, in the runner's temporary folder. */
export function jobFolder({ env, cwd }: ActionsRuntime): string {
  return join(env['RUNNER_TEMP'] ?? cwd, 'trainyard');
}
