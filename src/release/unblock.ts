import { ConfigError } from '../core/errors.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { readState, writeState } from './books.ts';
import type { ReleaseDeps } from './types.ts';

/** Takes a version off the blocked ones; one that is not among them is a ConfigError. */
export async function unblockVersion(deps: ReleaseDeps, version: string): Promise<EnvironmentState> {
  const { state } = await readState(deps);
  if (!state.blocked.some((one) => one.version === version)) {
    throw new ConfigError(`Version ${version} is not blocked in ${state.environment}.`, {
      expected: state.blocked.map((one) => one.version).join(', ') || 'nothing: no version is blocked',
    });
  }
  return writeState(deps, `unblock ${version}`, (now) => ({
    ...now,
    blocked: now.blocked.filter((one) => one.version !== version),
  }));
}
