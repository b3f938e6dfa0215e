import { isAbsolute, join } from 'node:path';
import type { RegisterConfig, RegistryConfig } from '../config/register.ts';
import type { GitHubClient } from '../github/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { WritableRegistry } from './types.ts';

/** What registries are opened with. */
export interface RegistryPlace {
  runtime: Runtime;
  /** Absolute root of the checkout. */
  root: string;
  /** `null` where there is none, as on a laptop: versions of `github` are then folders below `.trainyard/`. */
  client: GitHubClient | null;
}

/**
 * The registry that a model's configuration names. Only that one is loaded. Where the configuration says who
 * signs, only versions signed so count.
 */
export async function openRegistry(
  place: RegistryPlace,
  { registry, signer }: Pick<RegisterConfig, 'registry' | 'signer'>,
): Promise<WritableRegistry> {
  const opened = await openPlain(place, registry);
  if (signer === null) return opened;
  const { requireSigned } = await import('./signed.ts');
  return requireSigned(place.runtime, opened, signer);
}

async function openPlain(
  { runtime, root, client }: RegistryPlace,
  config: RegistryConfig,
): Promise<WritableRegistry> {
  if (config.kind === 'github' && client !== null) {
    const { createGitHubRegistry } = await import('./github/index.ts');
    return createGitHubRegistry(runtime, client);
  }
  if (config.kind === 'mlflow') {
    const { createMlflowRegistry } = await import('./mlflow/index.ts');
    return createMlflowRegistry(runtime, config.url);
  }
  const { createFolderRegistry } = await import('./folder/index.ts');
  const folder = config.kind === 'path' ? config.folder : join('.trainyard', 'registry');
  return createFolderRegistry(runtime, isAbsolute(folder) ? folder : join(root, folder));
}
