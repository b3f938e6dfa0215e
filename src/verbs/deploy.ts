import { ConfigError } from '../core/errors.ts';
import { parseSemver } from '../core/version/semver.ts';
import { readBooks, readState } from '../release/books.ts';
import { type Checks, check } from '../release/checks.ts';
import { drive } from '../release/drive.ts';
import { turnBack } from '../release/ending.ts';
import { adoptBooks, type Journal } from '../release/journal.ts';
import { withLock } from '../release/lock.ts';
import { occupied, openAndDrive } from '../release/open.ts';
import { reconcileLocked } from '../release/reconcile.ts';
import { type Destination, oneDestination, type ReleaseSite } from '../release/site.ts';
import { resumed } from '../release/state.ts';
import { stepsOf } from '../release/steps.ts';
import type { DeployResult, ReleaseDeps, RolloutStep } from '../release/types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

export interface Asked {
  model: string | null;
  environment: string | null;
}

export interface DeployOptions extends Asked {
  version: string;
  allowLower: boolean;
}

/** What a deployment would do; nothing was written. */
export interface DeployPlan {
  model: string;
  environment: string;
  version: string;
  /** Version that is live now. */
  from: string | null;
  target: string;
  steps: RolloutStep[];
  warnings: string[];
  /** Why it would be refused. */
  refusals: string[];
}

/**
 * Makes a version live in an environment, step by step: under the environment's lock, after tidying what an earlier run
 * left, and after every check that needs no byte to move. A version that is live already stays as it is.
 */
export async function deploy(site: ReleaseSite, options: DeployOptions): Promise<DeployResult> {
  const destination = await oneDestination(site, options);
  const deps = await site.open(destination.model, destination.environment);
  const manifest = await manifestOf(deps, options.version);
  return withLock(deps, `deploy ${deps.model} ${options.version}`, async () => {
    await reconcileLocked(deps);
    const { state } = await readState(deps);
    if (state.open !== null) throw occupied(state.environment, state.open);
    if (isLive(state, manifest) && (await servesLive(deps, state))) return unchanged(state);
    admit(deps, checksOf(deps, destination, manifest, state, options.allowLower));
    return openAndDrive(deps, { kind: 'deploy', manifest, state, reason: null });
  });
}

/** What `deploy` would do with the environment as it is now. */
export async function planDeployment(site: ReleaseSite, options: DeployOptions): Promise<DeployPlan> {
  const destination = await oneDestination(site, options);
  const deps = await site.open(destination.model, destination.environment);
  const manifest = await manifestOf(deps, options.version);
  const { state } = await readState(deps);
  const { refusals, warnings } = checksOf(deps, destination, manifest, state, options.allowLower);
  const open = state.open === null ? [] : [`Deployment ${state.open} has not ended.`];
  return {
    ...{ model: deps.model, environment: state.environment, version: options.version },
    ...{ from: state.live?.version ?? null, target: deps.target.id },
    steps: stepsOf('deploy', deps.environment, deps.target.capabilities),
    warnings: [...open, ...warnings],
    refusals: refusals.map(({ message }) => message),
  };
}

/** Goes on with a deployment that is held, from the step after the one it stopped at. */
export async function resume(site: ReleaseSite, asked: Asked): Promise<DeployResult> {
  const { model, environment } = await oneDestination(site, asked);
  const deps = await site.open(model, environment);
  return withLock(deps, 'resume', async () => {
    const journal = await heldDeployment(deps);
    const manifest = await manifestOf(deps, journal.books.record.candidate.version);
    const now = deps.runtime.clock.now().toISOString();
    await journal.write('resumed', (books) => resumed(books, now));
    return drive(deps, journal, manifest);
  });
}

/** Takes back a deployment that is held. */
export async function abort(site: ReleaseSite, asked: Asked): Promise<DeployResult> {
  const { model, environment } = await oneDestination(site, asked);
  const deps = await site.open(model, environment);
  return withLock(deps, 'abort', async () => {
    const journal = await heldDeployment(deps);
    return turnBack(deps, journal, 'aborted', `aborted by ${deps.by.actor ?? 'hand'}`);
  });
}

async function heldDeployment(deps: ReleaseDeps): Promise<Journal> {
  const { state } = await readState(deps);
  const record = state.open === null ? null : (await readBooks(deps, state.open)).books.record;
  if (record?.state === 'held') return adoptBooks(deps, record.id);
  throw new ConfigError(`No deployment is held in ${state.environment}.`, {
    hint:
      record === null
        ? '"trainyard status" shows what is live.'
        : 'One was left by a run that ended: "trainyard reconcile" tidies it.',
  });
}

/** The manifest of a version; one that is not registered is a ConfigError with the nearest that is. */
export async function manifestOf({ registry, model }: ReleaseDeps, version: string): Promise<ModelManifest> {
  if (parseSemver(version) === null)
    throw new ConfigError(`"${version}" is no version.`, {
      expected: 'a semantic version as 1.2.0, without "v"',
    });
  const manifest = await registry.find(model, version);
  if (manifest !== null) return manifest;
  const known = await registry.versions(model);
  throw new ConfigError(`There is no version ${version} of ${model} in the registry "${registry.id}".`, {
    expected:
      known.length === 0 ? 'a version that was registered; there is none yet' : `one of ${known.join(', ')}`,
  });
}

function checksOf(
  deps: ReleaseDeps,
  { model }: Destination,
  manifest: ModelManifest,
  state: EnvironmentState,
  allowLower: boolean,
): Checks {
  return check(manifest, {
    ...{ kind: 'deploy', state, allowLower, freeze: deps.environment.freeze },
    now: deps.runtime.clock.now().getTime(),
    blockInconclusive: model.policy.onInconclusive === 'block',
  });
}

/** Says what to know, and refuses by the first reason there is. */
export function admit({ runtime }: ReleaseDeps, { refusals, warnings }: Checks): void {
  for (const warning of warnings) runtime.log.warn(warning);
  const [first] = refusals;
  if (first !== undefined) throw new ConfigError(first.message, { hint: first.hint });
}

function isLive({ live }: EnvironmentState, { model_version: version, digest }: ModelManifest): boolean {
  return live?.version === version && live.digest === digest;
}

async function servesLive({ target }: ReleaseDeps, { live }: EnvironmentState): Promise<boolean> {
  return (await target.current()).stable?.deployment === live?.deployment;
}

function unchanged({ live, model, environment }: EnvironmentState): DeployResult {
  const reason = `${model} ${live?.version} is live in ${environment} already.`;
  return { result: 'unchanged', record: null, reason, exit: 0 };
}
