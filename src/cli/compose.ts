import { join } from 'node:path';
import type { EnginePlugin } from '../engines/types.ts';
import type { Deps } from '../run/deps.ts';
import type { Runtime } from '../runtime/types.ts';

/** Wires the ports to this laptop: a clone, plain git, files under `.trainyard/`. */
export async function composeLocal(runtime: Runtime): Promise<Deps> {
  const [
    { createGit, findRoot },
    { createGitLedger },
    { createGitDocuments },
    { createLocalPlatform },
    { createFileBlobStore, createWorktrees, openFolderCandidates },
    { engine },
    { loadConfig },
    { localRuns },
  ] = await Promise.all([
    import('../git/index.ts'),
    import('../ledger/git/index.ts'),
    import('../ledger/git/documents.ts'),
    import('../platform/local/index.ts'),
    import('../stores/index.ts'),
    import('../engines/api.ts'),
    import('../config/load.ts'),
    import('../run/local-runs.ts'),
  ]);
  const root = await findRoot(runtime, runtime.cwd);
  const stateFolder = join(root, '.trainyard');
  const git = createGit(runtime, root);
  const cache = createFileBlobStore(runtime, join(stateFolder, 'cache'));
  const made = new Map<string, ReturnType<EnginePlugin['create']>>();
  return {
    runtime,
    root,
    stateFolder,
    platform: createLocalPlatform(runtime, root),
    ledger: createGitLedger(runtime, git),
    documents: createGitDocuments(runtime, git),
    worktrees: createWorktrees(runtime, git, join(stateFolder, 'worktrees')),
    blobs: () => cache,
    async candidates(model) {
      const { models } = await loadConfig(runtime.files, root);
      const stores = models.find(({ name }) => name === model)?.stores;
      return openFolderCandidates(runtime, root, stores?.candidates ?? { kind: 'artifact' });
    },
    config: () => loadConfig(runtime.files, root),
    runs: localRuns,
    engine: async (id) => {
      const known = made.get(id) ?? (await engine(id)).create(runtime);
      made.set(id, known);
      return known;
    },
  };
}
