import { ConfigError } from '../core/errors.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import { outdated } from '../targets/fence.ts';
import { drive } from './drive.ts';
import { openBooks } from './journal.ts';
import { beginning } from './record.ts';
import { opened } from './state.ts';
import { steadily } from './steady.ts';
import { stepsOf } from './steps.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

/** What is to be made live, and why. */
export interface Wanted {
  kind: DeploymentRecord['kind'];
  manifest: ModelManifest;
  /** The environment as it was when the version was checked. */
  state: EnvironmentState;
  /** Why a rollback is made; `null` for a deployment. */
  reason: string | null;
}

/** Opens a deployment and takes it to its end; the caller holds the lock and has checked the version. */
export async function openAndDrive(deps: ReleaseDeps, wanted: Wanted): Promise<DeployResult> {
  const { runtime, target, environment } = deps;
  const { kind, manifest, reason } = wanted;
  stepsOf(kind, environment, target.capabilities);
  const now = await steadily(runtime, 'Looking at the target', () => target.current());
  const id = Buffer.from(runtime.random.bytes(10)).toString('hex');
  const created = runtime.clock.now().toISOString();
  const journal = await openBooks(deps, (state) => {
    if (state.fence !== wanted.state.fence || state.open !== null)
      throw outdated(`the environment "${environment.name}"`, wanted.state.fence + 1, state.fence);
    if (state.live?.deployment !== now.stable?.deployment) {
      const told = `${environment.name} serves ${now.stable?.version ?? 'nothing'}, the ledger says ${state.live?.version ?? 'nothing'}`;
      runtime.log.warn(`${told}: what it serves is what counts.`);
    }
    const fence = Math.max(state.fence, now.fence) + 1;
    const of = { id, kind, candidate: candidateOf(manifest), from: now.stable, fence, reason, created };
    return opened(state, beginning(deps, of));
  });
  return drive(deps, journal, manifest);
}

/** The version of a manifest, as records have it. */
function candidateOf(manifest: ModelManifest): DeploymentRecord['candidate'] {
  const { model_version: version, digest, commit, run, verdict } = manifest;
  return { version, digest, commit, run, verdict: verdict?.kind ?? null };
}

/** A deployment that is held has the environment until somebody decides. */
export function occupied(environment: string, id: string): ConfigError {
  return new ConfigError(`Deployment ${id} is held in ${environment}: a person has to decide first.`, {
    hint: `"trainyard deploy --env ${environment} --resume" goes on with it, "--abort" takes it back; on GitHub the input "held" of the action deploy.`,
  });
}
