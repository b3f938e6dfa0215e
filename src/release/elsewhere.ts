import { UpstreamError } from '../core/errors.ts';
import { isLower } from '../core/version/semver.ts';
import type { LiveVersion } from '../schema/environment.types.ts';
import type { Placed } from '../targets/types.ts';
import { readState } from './books.ts';
import { turnBack } from './ending.ts';
import { openBooks } from './journal.ts';
import { beginning } from './record.ts';
import { steadily } from './steady.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/** A version to go back to, and who named it. */
export interface GoodVersion {
  version: string;
  by: string;
}

/**
 * The last good version where the ledger cannot say: by GitHub's deployments, else the newest one that the target has kept
 * and that is lower than what is live. A version above it may be the one that an earlier rollback left.
 */
export async function lastGoodElsewhere(deps: ReleaseDeps, live: LiveVersion): Promise<GoodVersion | null> {
  const { deployments, environment, model, runtime } = deps;
  try {
    const shown = await deployments.lastGood({ environment: environment.name, model, live });
    if (shown !== null) return { version: shown.version, by: "GitHub's deployments" };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    runtime.log.warn(`Deployments that are shown cannot be asked: ${error.message}`);
  }
  const kept = (await keptVersions(deps)).find(({ version }) => isLower(version, live.version));
  return kept === undefined ? null : { version: kept.version, by: 'what the target has kept' };
}

/** Versions that lie on the target still, newest first; none where it cannot say. */
export async function keptVersions({ target, runtime }: ReleaseDeps): Promise<readonly Placed[]> {
  return steadily(runtime, 'Looking at what the target has kept', async () => (await target.keeps?.()) ?? []);
}

/** Takes back what has traffic on the target besides the stable version and what no record tells of; `null` for none. */
export async function abandonUnrecorded(deps: ReleaseDeps, reason: string): Promise<DeployResult | null> {
  const { runtime, target } = deps;
  const now = await steadily(runtime, 'Looking at the target', () => target.current());
  const { candidate, stable } = now;
  if (candidate === null || (await readState(deps)).state.open !== null) return null;
  const { deployment: id, version, digest } = candidate;
  const created = runtime.clock.now().toISOString();
  const journal = await openBooks(deps, (state) => {
    const fence = Math.max(state.fence, now.fence) + 1;
    const record = beginning(deps, {
      ...{ id, kind: 'deploy', from: stable, fence, reason: null, created },
      candidate: { version, digest, commit: null, run: null, verdict: null },
    });
    return { state: { ...state, fence, open: id }, record };
  });
  return turnBack(deps, journal, 'rolled-back', reason);
}
