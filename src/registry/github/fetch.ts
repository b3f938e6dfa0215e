import { ConfigError } from '../../core/errors.ts';
import { type Asset, downloadAsset, isWhole } from '../../github/release-assets.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { writeChunks } from '../../runtime/write-chunks.ts';
import type { ModelManifest } from '../../schema/manifest.types.ts';
import { bringVerified } from '../verified.ts';
import { type Piece, piecesOf } from './assets.ts';

/** Brings the files of a version below `folder`; nothing is fetched where GitHub's own word says that one has changed. */
export async function fetchFiles(
  runtime: Runtime,
  client: GitHubClient,
  assets: ReadonlyMap<string, Asset>,
  manifest: ModelManifest,
  folder: string,
): Promise<void> {
  const pieces = new Map(piecesOf(manifest).map((parts, i) => [manifest.resources[i]?.name, parts]));
  for (const [name = '', parts] of pieces)
    for (const part of parts) requirePiece(manifest, name, part, assets.get(part.name));
  await bringVerified(runtime, manifest, folder, async (name, file) => {
    const parts = pieces.get(name) ?? [];
    const [only] = parts;
    if (only === undefined) await runtime.files.write(file, '');
    else if (parts.length === 1) await bring(client, manifest, name, assets.get(only.name), file);
    else await bringParts(runtime, client, manifest, name, assets, parts, file);
  });
}

async function bringParts(
  { files }: Runtime,
  client: GitHubClient,
  manifest: ModelManifest,
  name: string,
  assets: ReadonlyMap<string, Asset>,
  parts: readonly Piece[],
  file: string,
): Promise<void> {
  const places: string[] = [];
  for (const part of parts) {
    const place = `${file}.${part.name}`;
    await bring(client, manifest, name, assets.get(part.name), place);
    places.push(place);
  }
  await writeChunks(
    files,
    file,
    (async function* () {
      const buffers = [new Uint8Array(1 << 20)];
      for (const place of places) yield* files.stream(place, undefined, undefined, buffers);
    })(),
  );
  for (const place of places) await files.remove(place);
}

async function bring(
  client: GitHubClient,
  manifest: ModelManifest,
  name: string,
  asset: Asset | undefined,
  file: string,
): Promise<void> {
  if (asset === undefined || !(await downloadAsset(client, asset, file)))
    throw changed(manifest, name, 'gone');
}

function requirePiece(
  manifest: ModelManifest,
  name: string,
  piece: Piece,
  asset: Asset | undefined,
): asserts asset is Asset {
  if (isWhole(asset, piece)) return;
  throw changed(manifest, name, asset === undefined ? 'gone' : 'other bytes than those registered');
}

function changed({ model, model_version: version }: ModelManifest, name: string, what: string): ConfigError {
  return new ConfigError(`${model} ${version}: the file ${JSON.stringify(name)} of the release is ${what}.`, {
    expected: 'the assets that were published',
    hint: 'Register the model again under a new version; what is deployed stays as it is.',
  });
}
