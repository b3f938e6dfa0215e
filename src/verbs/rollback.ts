import { ConfigError } from '../core/errors.ts';
import { readBooks, readState } from '../release/books.ts';
import { check, lastGood } from '../release/checks.ts';
import {
  abandonUnrecorded,
  type GoodVersion,
  keptVersions,
  lastGoodElsewhere,
} from '../release/elsewhere.ts';
import { turnBack } from '../release/ending.ts';
import { enduring, type GivenUp } from '../release/giving-up.ts';
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
 * version is named that is all. A ledger, lock or registry that does not answer keeps it from nothing: what is good is
 * asked elsewhere then, and what was done is recorded by the next reconcile.
 */
export async function rollback(site: ReleaseSite, options: RollbackOptions): Promise<DeployResult> {
  const { model, environment } = await oneDestination(site, options);
  const { deps, gone, giveUpLedger } = enduring(await site.open(model, environment));
  const used: string[] = [];
  const result = await withLock(deps, `rollback ${deps.model}`, async () => {
    await tidy(deps, giveUpLedger);
    const reason = options.reason ?? `rolled back by ${deps.by.actor ?? 'hand'}`;
    const abandoned = await abandon(deps, gone, options.reason);
    if (abandoned !== null && options.to === null) return abandoned;
    return goBack(deps, options.to, reason, used);
  });
  return { ...result, used: [...used, ...missing(gone, result)] };
}

/** Tidies what a dead run left. A ledger that is damaged counts as one that cannot be reached. */
async function tidy(deps: ReleaseDeps, giveUpLedger: (reason: string) => void): Promise<void> {
  try {
    await reconcileLocked(deps);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const damage = await damageOf(deps);
    if (damage === null) throw error;
    giveUpLedger(damage.message);
    await reconcileLocked(deps);
  }
}

/** Why what the ledger has of the environment cannot be read; `null` when it can. */
async function damageOf(deps: ReleaseDeps): Promise<ConfigError | null> {
  try {
    const { state } = await readState(deps);
    const newest = state.open ?? state.recent[0]?.id;
    if (newest !== undefined) await readBooks(deps, newest);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

async function goBack(
  deps: ReleaseDeps,
  to: string | null,
  reason: string,
  used: string[],
): Promise<DeployResult> {
  const { state } = await readState(deps);
  const { version, by } = await goodVersion(deps, state, to);
  if (version === state.live?.version) throw liveAlready(state, version);
  used.push(`${version} is the version to go back to by ${by}.`);
  const registry = withKept(deps, (source) => used.push(`Its files are those of ${source}.`));
  const manifest = await manifestOf({ ...deps, registry }, version);
  const { freeze } = deps.environment;
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
  return openAndDrive({ ...deps, registry }, { kind: 'rollback', manifest, state, reason });
}

async function goodVersion(
  deps: ReleaseDeps,
  state: EnvironmentState,
  to: string | null,
): Promise<GoodVersion> {
  if (to !== null) return { version: to, by: 'what was asked for' };
  const last = lastGood(state);
  if (last !== null) return { version: last.version, by: 'the ledger' };
  // With a history in the ledger, none to go back to is an answer.
  if (state.live === null || state.recent.length > 0) throw nothingGood(state, []);
  const good = await lastGoodElsewhere(deps, state.live);
  if (good === null) throw nothingGood(state, await keptVersions(deps));
  return good;
}

/** What could not be asked, and what that means. */
function missing({ ledger, lock, deployments }: GivenUp, { record }: DeployResult): string[] {
  const fence = record === null ? '' : `, number ${record.fence}`;
  return [
    ...(ledger === null ? [] : [`The ledger was not reached (${ledger}): the next reconcile records this.`]),
    ...(lock === null ? [] : [`No lock was held (${lock}): the target's fence${fence} kept others off.`]),
    ...(deployments === null ? [] : [`It is not shown as a deployment yet (${deployments}).`]),
  ];
}

/** Lifts the block of a version; one that is not blocked is a ConfigError. */
export async function unblock(
  site: ReleaseSite,
  asked: Asked & { version: string },
): Promise<EnvironmentState> {
  const { model, environment } = await oneDestination(site, asked);
  return unblockVersion(await site.open(model, environment), asked.version);
}

/** Takes back a deployment that is held, and without the ledger whatever has traffic besides the stable version. */
async function abandon(
  deps: ReleaseDeps,
  gone: GivenUp,
  reason: string | null,
): Promise<DeployResult | null> {
  const { state } = await readState(deps);
  if (state.open !== null) {
    const why = reason ?? 'rolled back while it was held';
    return turnBack(deps, await adoptBooks(deps, state.open), 'rolled-back', why);
  }
  if (gone.ledger === null) return null;
  return abandonUnrecorded(deps, reason ?? 'rolled back while it was under way');
}

function nothingGood(
  { environment, model, live }: EnvironmentState,
  kept: readonly { version: string }[],
): ConfigError {
  const others = kept.map(({ version }) => version).filter((version) => version !== live?.version);
  const lying = others.length === 0 ? '' : ` The target has kept ${others.join(', ')}.`;
  return new ConfigError(`${model} has no earlier good version in ${environment}: nothing was changed.`, {
    hint: `Live is ${live?.version ?? 'nothing'}.${lying} Name a version with --to, or deploy one.`,
  });
}

function liveAlready({ environment, model }: EnvironmentState, version: string): ConfigError {
  return new ConfigError(`${model} ${version} is live in ${environment}: there is nothing to go back from.`, {
    hint: 'Leave --to out to go back to the last good version.',
  });
}
