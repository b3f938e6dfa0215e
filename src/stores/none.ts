import type { BlobStore } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import { requireBytes, requireDigest } from './verified.ts';

/** Keeps nothing: what is put is verified and forgotten. */
export function createEmptyBlobStore(runtime: Pick<Runtime, 'files'>): BlobStore {
  const never = async (sha256: string) => {
    requireDigest(sha256);
    return false;
  };
  return {
    has: never,
    put: async (sha256, file) => requireBytes(runtime, file, requireDigest(sha256)),
    get: never,
  };
}
