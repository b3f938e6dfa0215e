import { join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { engine } from '../engines/api.ts';
import type { EnginePlugin } from '../engines/types.ts';
import { createGit, findRoot } from '../git/index.ts';
import { createGitDocuments } from '../ledger/git/documents.ts';
import { createGitLedger } from '../ledger/git/index.ts';
import { createCheckoutPlatform } from '../platform/github/checkout.ts';
import type { Deps } from '../run/deps.ts';
import { localRuns } from '../run/local-runs.ts';
import type { ActionsRuntime } from '../runtime/actions/index.ts';
import {
  createFileBlobStore,
  createLayeredBlobStore,
  createWorktrees,
  openFolderCandidates,
} from '../stores/index.ts';
import { storeByModel, storesOfModel } from './stores.ts';
import { openTravellingStore } from './travelling-store.ts';
import { createRunnerUploads } from './uploads.ts';

/** What verbs work with in a job that has a checkout and no token. */
export async function composeCheckout(runtime: ActionsRuntime): Promise<Deps> {
  const root = await findRoot(runtime, runtime.cwd);
  const stateFolder = join(root, '.trainyard');
  const git = createGit(runtime, root);
  const uploads = createRunnerUploads(runtime);
  const near = createFileBlobStore(runtime, join(stateFolder, 'cache'));
  const platform = createCheckoutPlatform(runtime, git, root, uploads);
  const config = () => loadConfig(runtime.files, root);
  const made = new Map<string, ReturnType<EnginePlugin['create']>>();
  return {
    runtime,
    root,
    stateFolder,
    platform,
    ledger: createGitLedger(runtime, git),
    documents: createGitDocuments(runtime, git),
    worktrees: createWorktrees(runtime, git, join(stateFolder, 'worktrees')),
    blobs: storeByModel(async (model) => {
      const { predictions } = await storesOfModel({ platform, config }, await platform.context(), model);
      return createLayeredBlobStore(near, await openTravellingStore(runtime, uploads, root, predictions));
    }),
    async candidates(model) {
      const { candidates } = await storesOfModel({ platform, config }, await platform.context(), model);
      return openFolderCandidates(runtime, root, candidates);
    },
    config,
    runs: localRuns,
    engine: async (id) => {
      const known = made.get(id) ?? (await engine(id)).create(runtime);
      made.set(id, known);
      return known;
    },
  };
}
