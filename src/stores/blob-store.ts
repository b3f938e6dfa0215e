import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { BlobStore } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';

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
      const found = await copyVerified(runtime, file, path, sha256);
      if (found === sha256) return;
      throw new ConfigError(
        `${file} is not what it was: its digest is ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}….`,
        {
          place: { file },
          hint: 'Something else wrote to the file meanwhile; run again.',
        },
      );
    },

    async get(sha256, file) {
      const path = pathOf(sha256);
      if ((await files.info(path))?.kind !== 'file') return false;
      if ((await copyVerified(runtime, path, file, sha256)) === sha256) return true;
      runtime.log.warn(`Threw ${path} away: its bytes had changed.`);
      await files.remove(path);
      return false;
    },
  };
}

/** Copies by way of a temporary file beside the target, which appears only with the right digest. Returns the digest found. */
async function copyVerified(runtime: Runtime, from: string, to: string, sha256: string): Promise<string> {
  const { files, random } = runtime;
  const temporary = `${to}.${Buffer.from(random.bytes(8)).toString('hex')}.tmp`;
  try {
    await files.copy(from, temporary);
    const [found = ''] = await files.sha256([temporary]);
    if (found === sha256) await files.rename(temporary, to);
    return found;
  } finally {
    await files.remove(temporary);
  }
}

function requireDigest(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new ConfigError(`${JSON.stringify(text.slice(0, 80))} is not a SHA-256 digest.`, {
    expected: '64 hexadecimal digits',
  });
}
