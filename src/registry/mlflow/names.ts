import { parseSemver } from '../../core/version/semver.ts';

/**
 * The alias of a version. MLflow counts versions 1, 2, 3 itself and takes no dots in aliases; a semantic version has no
 * `_`, so that it can stand for them: `v1_2_0-rc_1`.
 */
export function aliasOf(version: string): string {
  return `v${version.replaceAll('.', '_').replaceAll('+', '__')}`;
}

/** The version that an alias of ours stands for; `null` for any other. */
export function versionOfAlias(alias: string): string | null {
  const version = alias.replace(/^v/, '').replaceAll('__', '+').replaceAll('_', '.');
  return alias.startsWith('v') && parseSemver(version) !== null ? version : null;
}
