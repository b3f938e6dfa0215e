import { join } from 'node:path';
import { readManifest } from '../../formats/manifest.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Registry } from '../types.ts';
import { bringVerified } from '../verified.ts';

/**
 * Versions as folders, for a laptop or a mounted disk: `<folder>/<model>/<version>/manifest.json`, and the files beside
 * it below `files/`.
 */
export function createFolderRegistry(runtime: Runtime, folder: string): Registry {
  const { files } = runtime;
  return {
    id: 'folder',

    async find(model, version) {
      const file = join(folder, model, version, 'manifest.json');
      const text = await files.readText(file);
      return text === null ? null : readManifest(text, file, { model, version });
    },

    async versions(model) {
      const names = (await files.list(join(folder, model))) ?? [];
      const infos = await Promise.all(
        names.map((name) => files.info(join(folder, model, name, 'manifest.json'))),
      );
      return names.filter((_, i) => infos[i]?.kind === 'file');
    },

    async fetch(manifest, to) {
      const from = join(folder, manifest.model, manifest.model_version, 'files');
      await bringVerified(runtime, manifest, to, (name, file) => files.copy(join(from, name), file));
    },
  };
}
