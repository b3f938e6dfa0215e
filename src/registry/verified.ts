import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

/**
 * Brings every resource of a manifest below `folder` by `bring` and verifies sizes and digests. One that differs is a
 * ConfigError, and nothing stays in the folder.
 */
export async function bringVerified(
  { files }: Runtime,
  manifest: ModelManifest,
  folder: string,
  bring: (name: string, file: string) => Promise<void>,
): Promise<void> {
  await files.remove(folder);
  await files.makeFolder(folder);
  try {
    for (const { name } of manifest.resources) await bring(name, join(folder, name));
    await verifyFiles({ files }, manifest, folder);
  } catch (error) {
    await files.remove(folder);
    throw error;
  }
}

/** Compares the files below a folder with the manifest; the first that is missing or differs is a ConfigError. */
export async function verifyFiles(
  { files }: Pick<Runtime, 'files'>,
  manifest: ModelManifest,
  folder: string,
): Promise<void> {
  const paths = manifest.resources.map(({ name }) => join(folder, name));
  for (const [i, { name, bytes }] of manifest.resources.entries()) {
    const info = await files.info(paths[i] as string);
    if (info?.kind !== 'file') throw damaged(manifest, name, 'is missing');
    if (info.bytes !== bytes) throw damaged(manifest, name, `has ${info.bytes} bytes instead of ${bytes}`);
  }
  const digests = await files.sha256(paths);
  const wrong = manifest.resources.find(({ digest }, i) => digest !== digests[i]);
  if (wrong) throw damaged(manifest, wrong.name, 'has another digest than its manifest says');
}

/** A file that a registry has no longer. */
export function missingFile(manifest: ModelManifest, name: string): ConfigError {
  return damaged(manifest, name, 'is missing');
}

function damaged({ model, model_version: version }: ModelManifest, name: string, what: string): ConfigError {
  return new ConfigError(`${model} ${version}: the file ${JSON.stringify(name)} ${what}.`, {
    expected: 'the bytes that were registered',
    hint: 'Register the model again under a new version; what is deployed stays as it is.',
  });
}

/** A version that is there already, with other bytes. */
export function otherBytes(there: ModelManifest, wanted: Pick<ModelManifest, 'digest'>): ConfigError {
  const { model, model_version: version, digest } = there;
  return new ConfigError(
    `${model} ${version} is registered already, with other bytes (${digest.slice(0, 12)}…, now ${wanted.digest.slice(0, 12)}…).`,
    {
      expected: 'a version that is not taken: what is registered never changes',
      hint: 'Release these bytes under the next version.',
    },
  );
}
