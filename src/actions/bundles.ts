import { join } from 'node:path';
import { createTakeOver } from '../platform/github/handover.ts';
import { type OpenBundle, takeBundles } from '../run/bundle/open.ts';
import { bundledRuns, type TrainResult } from '../run/bundle/runs.ts';
import { configOf } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';
import { bundledBlobs } from './bundled-blobs.ts';
import { remoteDeps } from './remote-deps.ts';
import type { Site } from './site.ts';

/** A job or run that ended in any other way (timed out, never started) failed. */
function trainResult(text: string | null): TrainResult {
  return text === null || text === 'success' || text === 'cancelled' || text === 'skipped'
    ? (text ?? 'success')
    : 'failure';
}

/** What verbs work with in a job that judges or records what earlier jobs of the run made. */
export interface BundledSite {
  deps: Deps;
  /** The one record that was brought, else the folder of all bundles. */
  recordPath(): Promise<string>;
}

/** Takes the bundles of the run at hand, when the first one is asked for. */
export function openBundles(site: Site): BundledSite {
  const { runtime, client, platform, inputs } = site;
  const folder = join(site.folder, 'bundles');
  const context = () => platform.context();
  const takeOver = createTakeOver(runtime, client, async () => Number((await context()).runId));
  let opened: Promise<OpenBundle[]> | null = null;
  const open = (): Promise<OpenBundle[]> => {
    opened ??= context().then((known) => takeBundles(runtime, takeOver, known, folder));
    return opened;
  };
  const runs = bundledRuns(open, trainResult(inputs.text('train-result')));
  const near = bundledBlobs(runtime, folder, open);
  const deps: Deps = remoteDeps(site, { runs, config: async () => configOf(deps, await context()) }, near);
  return {
    deps,
    async recordPath() {
      const paths = (await open().catch(() => [])).flatMap((bundle) =>
        bundle.document.models.flatMap(({ record }) =>
          record === null ? [] : [join(bundle.folder, record)],
        ),
      );
      return paths.length === 1 ? (paths[0] as string) : folder;
    },
  };
}
