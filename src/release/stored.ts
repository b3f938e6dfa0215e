import { join } from 'node:path';
import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { Registry } from '../registry/types.ts';
import { bringVerified } from '../registry/verified.ts';
import type { ReleaseDeps } from './types.ts';

/**
 * The registry, and behind it what the target has kept: going back must not wait for a registry that cannot be asked or
 * has lost the version. What was used is said, also to `used`.
 */
export function withKept(
  { registry, target, runtime }: ReleaseDeps,
  used: (source: string) => void,
): Registry {
  const kept = async (version: string, why: string) => {
    const found = (await target.kept?.(version)) ?? null;
    if (found !== null) runtime.log.warn(`Version ${version} is taken from what the target has kept: ${why}`);
    return found;
  };
  return {
    ...registry,
    async find(model, version) {
      try {
        const manifest = await registry.find(model, version);
        if (manifest !== null) return manifest;
        return (await kept(version, `the registry "${registry.id}" does not have it.`))?.manifest ?? null;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        const found = await kept(version, error.message);
        if (found === null) throw error;
        return found.manifest;
      }
    },
    async fetch(manifest, folder) {
      try {
        await registry.fetch(manifest, folder);
        used(`the registry "${registry.id}"`);
      } catch (error) {
        if (!(error instanceof UpstreamError) && !(error instanceof ConfigError)) throw error;
        const found = await kept(manifest.model_version, error.message);
        if (found?.manifest.digest !== manifest.digest) throw error;
        await bringVerified(runtime, manifest, folder, (name, file) =>
          runtime.files.copy(join(found.folder, name), file),
        );
        used('what the target has kept');
      }
    },
  };
}
