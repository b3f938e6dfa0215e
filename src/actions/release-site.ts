import { join } from 'node:path';
import { createGitHubDocuments } from '../ledger/github/documents.ts';
import { createGitHubDeployments } from '../platform/github/deployments.ts';
import { createGitHubLocks } from '../platform/github/locks.ts';
import { openRegistry } from '../registry/api.ts';
import type { ReleaseSite } from '../release/site.ts';
import { configOf } from '../run/config-at.ts';
import { createTarget } from '../targets/api.ts';
import type { Site } from './site.ts';

/**
 * Wires deployments to GitHub: ledger, locks and what is shown by API, the configuration of the commit that the run is
 * for. Commands of targets, probes and metrics run in the workspace. `token` is what this step's locks are known by.
 */
export function openRelease({ runtime, client, platform, runner, folder }: Site, token: string): ReleaseSite {
  const root = runtime.cwd;
  return {
    config: async () => configOf({ platform }, await platform.context()),
    async open({ name: model, register }, environment, within = runtime.signal) {
      const { nodeWeb: web } = await import('../runtime/node/web.ts');
      const asking = { ...runtime, signal: within };
      const place = { runtime: asking, web, root, environment: environment.name, model };
      return {
        ...{ runtime, web, model, environment, token },
        registry: await openRegistry({ runtime, root, client }, register),
        documents: createGitHubDocuments(client),
        locks: createGitHubLocks(client, runner),
        deployments: createGitHubDeployments(runtime, client, runner),
        target: await createTarget(place, environment.target),
        workspace: join(folder, 'releases'),
        by: { actor: runtime.env['GITHUB_ACTOR'] ?? null, url: runner.runUrl },
      };
    },
  };
}
