import { createGitHubLedger } from '../ledger/github/index.ts';
import type { BlobStore } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import { openCandidateStore, openPredictionsStore, type StorePlaces } from '../stores/github/open.ts';
import { createLayeredBlobStore } from '../stores/index.ts';
import type { Site } from './site.ts';
import { storeByModel, storesOfModel } from './stores.ts';
import { createRunnerUploads } from './uploads.ts';

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
    candidates: keptCandidates(site, config),
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

/** Model files as the configuration keeps them. */
export function keptCandidates(site: Site, config: Deps['config']): Deps['candidates'] {
  return async (model) => {
    const context = await site.platform.context();
    const { candidates } = await storesOfModel({ platform: site.platform, config }, context, model);
    return openCandidateStore(storePlaces(site), candidates);
  };
}

/** What the stores of a job with a token are made of. */
export function storePlaces({ runtime, client }: Site): StorePlaces {
  return { runtime, client, uploads: createRunnerUploads(runtime), root: runtime.cwd };
}
