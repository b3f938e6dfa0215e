import { compareSemver, parseSemver } from '../core/version/semver.ts';
import type { WritableRegistry } from './types.ts';

/** Root digest of the highest version that is whole; `null` without one. */
export async function newestDigest(registry: WritableRegistry, model: string): Promise<string | null> {
  const versions = (await registry.versions(model)).flatMap((text) => {
    const version = parseSemver(text);
    return version === null ? [] : [{ text, version }];
  });
  versions.sort((a, b) => compareSemver(b.version, a.version));
  for (const { text } of versions) {
    const manifest = await registry.find(model, text);
    if (manifest !== null) return manifest.digest;
  }
  return null;
}
