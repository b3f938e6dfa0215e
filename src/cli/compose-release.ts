import { join } from 'node:path';
import type { ReleaseSite } from '../release/site.ts';
import type { Runtime } from '../runtime/types.ts';

/**
 * Wires deployments to this laptop: the registry and what GitHub would show are folders under `.trainyard/`, records go
 * to the ledger of the clone. `token` is what this process's locks are known by.
 */
export async function composeRelease(runtime: Runtime, token: string): Promise<ReleaseSite> {
  const [{ createGit, findRoot }, { createGitDocuments }, { loadConfig }] = await Promise.all([
    import('../git/index.ts'),
    import('../ledger/git/documents.ts'),
    import('../config/load.ts'),
  ]);
  const root = await findRoot(runtime, runtime.cwd);
  const state = join(root, '.trainyard');
  const git = createGit(runtime, root);
  return {
    config: () => loadConfig(runtime.files, root),
    async open({ name: model, register }, environment, within = runtime.signal) {
      const [
        { openRegistry },
        { createLocalLocks },
        { createLocalDeployments },
        { createTarget },
        { nodeWeb },
      ] = await Promise.all([
        import('../registry/api.ts'),
        import('../platform/local/locks.ts'),
        import('../platform/local/deployments.ts'),
        import('../targets/api.ts'),
        import('../runtime/node/web.ts'),
      ]);
      const asking = { ...runtime, signal: within };
      const place = { runtime: asking, web: nodeWeb, root, environment: environment.name, model };
      return {
        ...{ runtime, web: nodeWeb, model, environment, token },
        registry: await openRegistry({ runtime, root, client: null }, register),
        documents: createGitDocuments(runtime, git),
        locks: createLocalLocks(runtime, join(state, 'locks')),
        deployments: createLocalDeployments(runtime, root),
        target: await createTarget(place, environment.target),
        workspace: join(state, 'releases'),
        by: { actor: runtime.env['USER'] ?? null, url: null },
      };
    },
  };
}
