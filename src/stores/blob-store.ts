import { join } from 'node:path';
import type { BlobStore } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import { otherBytes, placeVerified, requireDigest } from './verified.ts';

/**
 * Bytes by digest as files, `<folder>/objects/<aa>/<sha256>`. Digests are verified on the way in and out: other bytes
 * than promised are refused (`put`: ConfigError) or thrown away with a warning (`get`: false). Several processes may
 * use one folder.
 */
export function createFileBlobStore(runtime: Runtime, folder: string): BlobStore {
  const { files } = runtime;
  const pathOf = (sha256: string) => join(folder, 'objects', requireDigest(sha256).slice(0, 2), sha256);
  return {
    has: async (sha256) => (await files.info(pathOf(sha256)))?.kind === 'file',

    async put(sha256, file) {
      const path = pathOf(sha256);
      const found = await placeVerified(runtime, path, sha256, (to) => files.copy(file, to));
      if (found !== sha256) throw otherBytes(file, sha256, found);
    },

    async get(sha256, file) {
      const path = pathOf(sha256);
      if ((await files.info(path))?.kind !== 'file') return false;
      if ((await placeVerified(runtime, file, sha256, (to) => files.copy(path, to))) === sha256) return true;
      runtime.log.warn(`Threw ${path} away: its bytes had changed.`);
      await files.remove(path);
      return false;
    },
  };
}
