import type { PredictionsStore } from '../config/stores.ts';
import { createGitHubDocuments } from '../ledger/github/documents.ts';
import { createGitHubLedger } from '../ledger/github/index.ts';
import { rememberedLedger } from '../ledger/remembered.ts';
import type { BlobStore } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import { openCandidateStore, openPredictionsStore, type StorePlaces } from '../stores/github/open.ts';
import { createLayeredBlobStore } from '../stores/index.ts';
import type { Site } from './site.ts';
import { storeByModel, storesOfModel } from './stores.ts';
import { isPublicRepository } from './travelling-store.ts';
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
    ledger: rememberedLedger(createGitHubLedger(runtime, client)),
    documents: createGitHubDocuments(client),
    worktrees: { add: () => Promise.reject(new Error('A job without a checkout has no worktrees.')) },
    blobs: keptPredictions(site, config, near, () => toldStore(site)),
    candidates: keptCandidates(site, config),
    engine: () => Promise.reject(new Error('A job without a checkout runs no pipeline.')),
    ...added,
  };
}

/**
 * Predictions as the configuration keeps them, behind those that this job made or brought in. `otherwise`: where it does
 * not say; GitHub is asked by default.
 */
export function keptPredictions(
  site: Site,
  config: Deps['config'],
  near: BlobStore,
  otherwise: () => Promise<PredictionsStore | null> = async () => null,
): (model: string) => BlobStore {
  return storeByModel(async (model) => {
    const context = await site.platform.context();
    const { predictions } = await storesOfModel({ platform: site.platform, config }, context, model);
    return createLayeredBlobStore(
      near,
      await openPredictionsStore(storePlaces(site), predictions ?? (await otherwise())),
    );
  });
}

/** Where nobody says where predictions lie, whether the repository is public decides: the event tells a job that only reads. */
async function toldStore({ runtime }: Site): Promise<PredictionsStore | null> {
  const isPublic = await isPublicRepository(runtime);
  return isPublic === null ? null : { kind: isPublic ? 'none' : 'artifact' };
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
