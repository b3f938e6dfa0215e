import type { BlobStore } from '../platform/types.ts';

/**
 * A near store in front of a far one: what this job made is found at once, what came from afar is kept near. `put` keeps
 * in both; `has` says whether `get` would find it in either.
 */
export function createLayeredBlobStore(near: BlobStore, far: BlobStore): BlobStore {
  return {
    has: async (sha256) => (await near.has(sha256)) || far.has(sha256),

    async put(sha256, file) {
      await near.put(sha256, file);
      await far.put(sha256, file);
    },

    async get(sha256, file) {
      if (await near.get(sha256, file)) return true;
      if (!(await far.get(sha256, file))) return false;
      await near.put(sha256, file);
      return true;
    },
  };
}
