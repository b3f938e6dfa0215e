import { ConfigError } from '../core/errors.ts';
import { readState } from '../release/books.ts';
import { check, lastGood } from '../release/checks.ts';
import { turnBack } from '../release/ending.ts';
import { adoptBooks } from '../release/journal.ts';
import { withLock } from '../release/lock.ts';
import { openAndDrive } from '../release/open.ts';
import { reconcileLocked } from '../release/reconcile.ts';
import { oneDestination, type ReleaseSite } from '../release/site.ts';
import { withKept } from '../release/stored.ts';
import type { DeployResult, ReleaseDeps } from '../release/types.ts';
import { unblockVersion } from '../release/unblock.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { type Asked, admit, manifestOf } from './deploy.ts';

export interface RollbackOptions extends Asked {
  /** Version to go back to; `null` is the last good one. */
  to: string | null;
  reason: string | null;
}

/**
 * Goes back to a version that was good, by its stored bytes: nothing is built and no gate asked, probes are. The version
 * that is left is blocked until somebody lifts the block. A deployment that is held is taken back first, and where no
 * version is named that is all.
 */
export async function rollback(site: ReleaseSite, options: RollbackOptions): Promise<DeployResult> {
  const { model, environment } = await oneDestination(site, options);
  const deps = await site.open(model, environment);
  return withLock(deps, `rollback ${deps.model}`, async () => {
    await reconcileLocked(deps);
    const abandoned = await abandonHeld(deps, options.reason);
    if (abandoned !== null && options.to === null) return abandoned;
    const { state } = await readState(deps);
    const version = options.to ?? lastGood(state)?.version ?? null;
    if (version === null) throw nothingGood(state);
    if (version === state.live?.version) throw liveAlready(state, version);
    const registry = withKept(deps);
    const manifest = await manifestOf({ ...deps, registry }, version);
    const freeze = deps.environment.freeze;
    const now = deps.runtime.clock.now().getTime();
    const against = {
      kind: 'rollback',
      state,
      freeze,
      now,
      allowLower: true,
      blockInconclusive: false,
    } as const;
    admit(deps, check(manifest, against));
    const reason = options.reason ?? `rolled back by ${deps.by.actor ?? 'hand'}`;
    return openAndDrive({ ...deps, registry }, { kind: 'rollback', manifest, state, reason });
  });
}

/** Lifts the block of a version; one that is not blocked is a ConfigError. */
export async function unblock(
  site: ReleaseSite,
  asked: Asked & { version: string },
): Promise<EnvironmentState> {
  const { model, environment } = await oneDestination(site, asked);
  return unblockVersion(await site.open(model, environment), asked.version);
}

async function abandonHeld(deps: ReleaseDeps, reason: string | null): Promise<DeployResult | null> {
  const { state } = await readState(deps);
  if (state.open === null) return null;
  return turnBack(
    deps,
    await adoptBooks(deps, state.open),
    'rolled-back',
    reason ?? 'rolled back while it was held',
  );
}

function nothingGood({ environment, model, live }: EnvironmentState): ConfigError {
  return new ConfigError(`${model} has no earlier good version in ${environment}: nothing was changed.`, {
    hint: `Live is ${live?.version ?? 'nothing'}. Name a version with --to, or deploy one.`,
  });
}

function liveAlready({ environment, model }: EnvironmentState, version: string): ConfigError {
  return new ConfigError(`${model} ${version} is live in ${environment}: there is nothing to go back from.`, {
    hint: 'Leave --to out to go back to the last good version.',
  });
}
