import { join } from 'node:path';
import { createClient } from '../github/client.ts';
import type { GitHubClient } from '../github/types.ts';
import { createGitHubLedger } from '../ledger/github/index.ts';
import { createGitHubPlatform } from '../platform/github/index.ts';
import { type Runner, readRunner } from '../platform/github/runner.ts';
import type { BlobStore, Platform, RunContext } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import { type ActionsRuntime, type Inputs, readInputs } from '../runtime/actions/index.ts';
import { openPredictionsStore, type StorePlaces } from '../stores/github/open.ts';
import { createLayeredBlobStore } from '../stores/index.ts';
import { storeByModel, storesOfModel } from './stores.ts';
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

/** Opens GitHub with the token of the input `github-token`; `token` says what it may do where that is of no interest. */
export function openSite(runtime: ActionsRuntime, token?: RunContext['trust']['token']): Site {
  const inputs = readInputs();
  const runner = readRunner(runtime);
  const secret = inputs.text('github-token') ?? '';
  if (secret !== '') runtime.log.mask(secret);
  const { apiUrl, graphqlUrl, repository } = runner;
  const client = createClient({ token: secret, apiUrl, graphqlUrl, repository, runtime });
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

/**
 * What verbs work with in a job that has a token and no checkout: everything by API. Runs, and the configuration they
 * are about, are for the caller to add.
 */
export function remoteDeps(site: Site, added: Pick<Deps, 'runs' | 'config'>, near: BlobStore): Deps {
  const { runtime, client, platform, folder } = site;
  const { config } = added;
  return {
    runtime,
    root: runtime.cwd,
    stateFolder: folder,
    platform,
    ledger: createGitHubLedger(runtime, client),
    worktrees: { add: () => Promise.reject(new Error('A job without a checkout has no worktrees.')) },
    blobs: keptPredictions(site, config, near),
    engine: () => Promise.reject(new Error('A job without a checkout runs no pipeline.')),
    ...added,
  };
}

/** Predictions as the configuration keeps them, behind those that this job made or brought in. */
export function keptPredictions(
  site: Site,
  config: Deps['config'],
  near: BlobStore,
): (model: string) => BlobStore {
  return storeByModel(async (model) => {
    const context = await site.platform.context();
    const { predictions } = await storesOfModel({ platform: site.platform, config }, context, model);
    return createLayeredBlobStore(near, await openPredictionsStore(storePlaces(site), predictions));
  });
}

/** What the stores of a job with a token are made of. */
export function storePlaces({ runtime, client }: Site): StorePlaces {
  return { runtime, client, uploads: createRunnerUploads(runtime), root: runtime.cwd };
}
