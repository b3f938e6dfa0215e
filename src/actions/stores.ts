import type { StoresConfig } from '../config/stores.ts';
import type { BlobStore, RunContext } from '../platform/types.ts';
import { readableConfigAt } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';

/**
 * Where the configuration says that a model's predictions and candidates are kept: the base's word for a change, the
 * commit's own where there is no base that says anything.
 */
export async function storesOfModel(
  deps: Pick<Deps, 'platform' | 'config'>,
  context: RunContext,
  model: string,
): Promise<StoresConfig> {
  const { baseSha, onDefaultBranch } = context;
  const asked = onDefaultBranch || baseSha === null ? null : await readableConfigAt(deps, baseSha);
  const config = asked?.config ?? (await deps.config());
  const found = config.models.find(({ name }) => name === model);
  return found?.stores ?? { predictions: null, candidates: { kind: 'artifact' } };
}

/** One store for each model, opened when it is first used. */
export function storeByModel(open: (model: string) => Promise<BlobStore>): (model: string) => BlobStore {
  const opened = new Map<string, Promise<BlobStore>>();
  return (model) => {
    const store = (): Promise<BlobStore> => {
      const known = opened.get(model) ?? open(model);
      opened.set(model, known);
      return known;
    };
    return {
      has: async (sha256) => (await store()).has(sha256),
      put: async (sha256, file) => (await store()).put(sha256, file),
      get: async (sha256, file) => (await store()).get(sha256, file),
    };
  };
}
