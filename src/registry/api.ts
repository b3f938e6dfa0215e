import { isAbsolute, join } from 'node:path';
import type { RegistryConfig } from '../config/register.ts';
import { ConfigError } from '../core/errors.ts';
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

/** The registry that a model's configuration names. Only that one is loaded. */
export async function openRegistry(
  { runtime, root, client }: RegistryPlace,
  config: RegistryConfig,
): Promise<WritableRegistry> {
  if (config.kind === 'github' && client !== null) {
    const { createGitHubRegistry } = await import('./github/index.ts');
    return createGitHubRegistry(runtime, client);
  }
  if (config.kind === 'mlflow') throw new ConfigError('The registry "mlflow" cannot be used yet.');
  const { createFolderRegistry } = await import('./folder/index.ts');
  const folder = config.kind === 'path' ? config.folder : join('.trainyard', 'registry');
  return createFolderRegistry(runtime, isAbsolute(folder) ? folder : join(root, folder));
}
