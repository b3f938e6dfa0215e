import { admission } from '../core/gate/admission.ts';
import { frozenBy } from '../core/rollout/freeze.ts';
import type { FreezeWindow } from '../core/rollout/types.ts';
import { isLower } from '../core/version/semver.ts';
import type { EnvironmentState, LiveVersion } from '../schema/environment.types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

/** What a deployment is checked against before a byte moves. */
export interface CheckedAgainst {
  kind: 'deploy' | 'rollback';
  state: EnvironmentState;
  freeze: readonly FreezeWindow[];
  now: number;
  /** A version lower than the live one is wanted. */
  allowLower: boolean;
  /** The gate blocks what is inconclusive. */
  blockInconclusive: boolean;
}

export interface Refusal {
  message: string;
  hint: string;
}

/** Why a version must not be deployed, and what a person should know although it may. */
export interface Checks {
  refusals: Refusal[];
  warnings: string[];
}

/**
 * Checks a version by its verdict, the blocked versions, the order of versions and the frozen times. A rollback goes to
 * what was good once, whatever the gate and the calendar say; a blocked version is refused always.
 */
export function check(manifest: ModelManifest, against: CheckedAgainst): Checks {
  const { kind, state } = against;
  const checks: Checks = { refusals: blockedRefusals(manifest, state), warnings: [] };
  checks.refusals.push(...bytesRefusals(manifest, state));
  if (kind === 'rollback') return checks;
  const { refusal, warning } = verdictCheck(manifest, against.blockInconclusive);
  if (refusal) checks.refusals.push(refusal);
  if (warning !== undefined) checks.warnings.push(warning);
  if (!against.allowLower) checks.refusals.push(...lowerRefusals(manifest, state));
  const frozen = frozenBy(against.freeze, against.now);
  if (frozen !== null) {
    const why = frozen.reason === null ? '' : `: ${frozen.reason}`;
    const hint = 'Wait, or change "freeze" in the configuration.';
    checks.refusals.push({ message: `${state.environment} is frozen now${why}.`, hint });
  }
  return checks;
}

/** The version to go back to: the newest good one that is neither live nor blocked; `null` when there is none. */
export function lastGood({ good, live, blocked }: EnvironmentState): LiveVersion | null {
  const isBlocked = (version: string) => blocked.some((one) => one.version === version);
  return good.find(({ version }) => version !== live?.version && !isBlocked(version)) ?? null;
}

function blockedRefusals({ model_version: version }: ModelManifest, state: EnvironmentState): Refusal[] {
  const block = state.blocked.find((one) => one.version === version);
  if (block === undefined) return [];
  return [
    {
      message: `Version ${version} is blocked in ${state.environment} since ${block.since}: ${block.reason}.`,
      hint: `Deploy another version, or lift the block: "trainyard rollback --env ${state.environment} --unblock ${version}", on GitHub the input "unblock" of the action rollback.`,
    },
  ];
}

/** A version is immutable: other bytes under its name are refused. */
function bytesRefusals(
  { model_version: version, digest }: ModelManifest,
  { live, good }: EnvironmentState,
): Refusal[] {
  const before = [live, ...good].find((one) => one?.version === version);
  if (!before || before.digest === digest) return [];
  const message = `Version ${version} was deployed before with other bytes (${before.digest.slice(0, 12)}, now ${digest.slice(0, 12)}).`;
  return [{ message, hint: 'Register these bytes under a new version.' }];
}

function lowerRefusals(
  { model_version: version }: ModelManifest,
  { live, environment }: EnvironmentState,
): Refusal[] {
  if (live === null || !isLower(version, live.version)) return [];
  return [
    {
      message: `Version ${version} is lower than ${live.version}, which is live in ${environment}.`,
      hint: `To go back use "trainyard rollback --env ${environment} --to ${version}"; to deploy it all the same add --allow-lower.`,
    },
  ];
}

const judgeIt = 'Register a run that its gate has passed.';

function verdictCheck(
  { model_version: version, verdict }: ModelManifest,
  blockInconclusive: boolean,
): { refusal?: Refusal; warning?: string } {
  if (verdict === null)
    return { refusal: { message: `There is no verdict on version ${version}.`, hint: judgeIt } };
  const { kind } = verdict;
  const admitted = admission(kind, { blockInconclusive });
  if (admitted === 'admitted') return {};
  const inconclusive = kind === 'inconclusive';
  if (admitted === 'unsure') {
    const warning = inconclusive
      ? `The verdict on version ${version} is inconclusive.`
      : `Version ${version} was not judged (${kind}).`;
    return { warning };
  }
  const message = inconclusive
    ? `The verdict on version ${version} is inconclusive, which blocks here.`
    : `The verdict on version ${version} is "${kind}".`;
  return { refusal: { message, hint: judgeIt } };
}
