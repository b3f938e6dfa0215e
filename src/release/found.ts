import { ConfigError, UpstreamError } from '../core/errors.ts';
import { isLower } from '../core/version/semver.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { Placed, TargetState } from '../targets/types.ts';
import { put, readState, sealed, writeState, writing } from './books.ts';
import { recordPath } from './paths.ts';
import { beginning } from './record.ts';
import * as change from './state.ts';
import { steadily } from './steady.ts';
import type { ReleaseDeps } from './types.ts';

/** What the target says, and the state that agrees with what it serves. */
export interface CaughtUp {
  /** `null`: the target cannot be asked. */
  now: TargetState | null;
  state: EnvironmentState;
}

/**
 * Writes down what the target serves and no record tells of: a ledger that knows nothing takes it as live; else it was put
 * there while the ledger could not be reached, and a version that was good before is a rollback, which blocks what it left.
 */
export async function catchUp(deps: ReleaseDeps): Promise<CaughtUp> {
  const { state } = await readState(deps);
  const now = await whatServes(deps);
  const stable = now?.stable ?? null;
  if (now === null || stable === null || isKnown(state, stable)) return { now, state };
  if (await hasRecord(deps, stable.deployment)) return { now, state };
  const at = deps.runtime.clock.now().toISOString();
  if (knowsNothing(state)) {
    const take = (empty: EnvironmentState) =>
      knowsNothing(empty) ? change.takenAsLive(empty, stable, at) : empty;
    return { now, state: await writeState(deps, 'what the target serves', take) };
  }
  deps.runtime.log.warn(
    `${deps.environment.name} serves ${stable.version} by deployment ${stable.deployment}, which has no record: it gets one.`,
  );
  const written = await writing(deps, async () => {
    const seen = await readState(deps);
    if (isKnown(seen.state, stable)) return { done: seen.state };
    const record = recordOf(deps, seen.state, stable, now.fence, at);
    const attempt = await put(
      deps,
      seen.version,
      sealed(change.foundServing(seen.state, record, at)),
      'found',
    );
    return 'done' in attempt ? { done: attempt.done.books.state } : attempt;
  });
  return { now, state: written };
}

/** Whether the ledger has never heard of the environment. */
function knowsNothing({ live, open, recent }: EnvironmentState): boolean {
  return live === null && open === null && recent.length === 0;
}

function isKnown({ live, open, good, recent }: EnvironmentState, { deployment }: Placed): boolean {
  const placed = [live, ...good].some((one) => one?.deployment === deployment);
  return placed || open === deployment || recent.some(({ id }) => id === deployment);
}

/** One so old that the state lists it no more. */
async function hasRecord({ documents, environment, model }: ReleaseDeps, id: string): Promise<boolean> {
  const { texts } = await documents.read([recordPath(environment.name, model, id)]);
  return (texts[0] ?? null) !== null;
}

async function whatServes({ runtime, target }: ReleaseDeps): Promise<TargetState | null> {
  try {
    return await steadily(runtime, 'Looking at the target', () => target.current());
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof ConfigError)) throw error;
    runtime.log.warn(`What is served was not looked at: ${error.message}`);
    return null;
  }
}

function recordOf(
  deps: ReleaseDeps,
  { live, good, fence }: EnvironmentState,
  { deployment: id, version, digest }: Placed,
  seen: number,
  at: string,
): DeploymentRecord {
  const before = good.find((one) => one.version === version && one.digest === digest);
  const wentBack = live !== null && (before !== undefined || isLower(version, live.version));
  const { commit = null, verdict = null } = before ?? {};
  const begun = beginning(
    { ...deps, by: { actor: null, url: null } },
    {
      id,
      kind: wentBack ? 'rollback' : 'deploy',
      candidate: { version, digest, commit, run: null, verdict },
      from: live && { deployment: live.deployment, version: live.version, digest: live.digest },
      fence: Math.max(fence, seen, 1),
      reason: 'found on the target: it was put there while the ledger could not be reached',
      created: at,
    },
  );
  return { ...begun, state: 'succeeded', finished: at };
}
