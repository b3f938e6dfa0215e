import { join } from 'node:path';
import type { BlobStore } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import { createFileBlobStore } from '../stores/index.ts';

/**
 * Predictions that came in the folders of bundles, beside those that this job keeps in `folder`. What a bundle calls by a
 * digest counts, for `has` too, only when its bytes have it: bundles are a stranger's.
 */
export function bundledBlobs(
  runtime: Runtime,
  folder: string,
  open: () => Promise<readonly { folder: string }[]>,
): BlobStore {
  const own = createFileBlobStore(runtime, folder);
  const brought = async (sha256: string): Promise<boolean> => {
    if (await own.has(sha256)) return true;
    const file = join(folder, `${sha256}.brought`);
    for (const bundle of await open()) {
      if (!(await createFileBlobStore(runtime, bundle.folder).get(sha256, file))) continue;
      await own.put(sha256, file);
      await runtime.files.remove(file);
      return true;
    }
    return false;
  };
  return {
    put: own.put,
    has: brought,
    get: async (sha256, file) => (await brought(sha256)) && own.get(sha256, file),
  };
}
