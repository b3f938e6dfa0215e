import { dirname, join } from 'node:path';
import { parseSemver } from '../../core/version/semver.ts';
import { manifestName, readManifest } from '../../formats/manifest.ts';
import type { Runtime } from '../../runtime/types.ts';
import { besides } from '../../stores/verified.ts';
import type { WritableRegistry } from '../types.ts';
import { bringVerified, missingFile, otherBytes } from '../verified.ts';

const signatureName = 'model.sig';

/**
 * Versions as folders, for a laptop or a mounted disk: `<folder>/<model>/<version>/manifest.json`, the signature and the
 * files below `files/` beside it. The folder of a version is there as a whole or not at all.
 */
export function createFolderRegistry(runtime: Runtime, folder: string): WritableRegistry {
  const { files } = runtime;
  const read = (model: string, version: string, name: string) =>
    files.readText(join(folder, model, version, name));
  const find: WritableRegistry['find'] = async (model, version) => {
    const text = await read(model, version, manifestName);
    return text === null
      ? null
      : readManifest(text, join(folder, model, version, manifestName), { model, version });
  };
  return {
    id: 'folder',
    find,

    async versions(model) {
      const listed = (await files.list(join(folder, model))) ?? [];
      const names = listed.filter((name) => parseSemver(name) !== null);
      const infos = await Promise.all(
        names.map((name) => files.info(join(folder, model, name, manifestName))),
      );
      return names.filter((_, i) => infos[i]?.kind === 'file');
    },

    async fetch(manifest, to) {
      const from = join(folder, manifest.model, manifest.model_version, 'files');
      await bringVerified(runtime, manifest, to, async (name, file) => {
        const kept = join(from, name);
        if ((await files.info(kept))?.kind !== 'file') throw missingFile(manifest, name);
        await files.copy(kept, file);
      });
    },

    async publish({ manifest, text, folder: from, signature }) {
      const { model, model_version: version, resources } = manifest;
      const url = join(folder, model, version);
      const isThere = async (): Promise<boolean> => {
        const there = await find(model, version);
        if (there !== null && there.digest !== manifest.digest) throw otherBytes(there, manifest);
        return there !== null;
      };
      if (await isThere()) return { result: 'unchanged', url };
      const stage = besides(runtime.random, join(folder, model, `.${version}`));
      try {
        for (const { name } of resources) await move(files, join(from, name), join(stage, 'files', name));
        if (signature !== null) await files.write(join(stage, signatureName), signature);
        await files.write(join(stage, manifestName), text);
        await files.rename(stage, url);
        return { result: 'created', url };
      } catch (error) {
        if (await isThere()) return { result: 'unchanged', url };
        throw error;
      } finally {
        await files.remove(stage);
      }
    },

    page: async (model, version) => join(folder, model, version),

    async signed(model, version) {
      const text = await read(model, version, manifestName);
      return text === null ? null : { text, signature: await read(model, version, signatureName) };
    },
  };
}

/** Within a file system a large file moves at once; to another it is copied. */
async function move(files: Runtime['files'], from: string, to: string): Promise<void> {
  await files.makeFolder(dirname(to));
  try {
    await files.rename(from, to);
  } catch {
    await files.copy(from, to);
  }
}
