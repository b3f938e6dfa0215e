import { ConfigError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { EnginePlugin } from './types.ts';

/** Engines by id, sorted; each is loaded when it is used. */
export const engines: ReadonlyMap<string, () => Promise<EnginePlugin>> = new Map([
  ['python', async () => (await import('./python/index.ts')).plugin],
]);

/** The engine of that id. Throws ConfigError naming the nearest id when there is none. */
export async function engine(id: string): Promise<EnginePlugin> {
  const load = engines.get(id);
  if (load !== undefined) return load();
  const ids = [...engines.keys()];
  const near = nearest(id, ids);
  throw new ConfigError(`There is no engine "${id}".`, {
    expected: `one of: ${ids.join(', ')}`,
    ...(near === null ? {} : { hint: `Did you mean "${near}"?` }),
  });
}
