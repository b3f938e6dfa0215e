import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { manifestName } from '../../formats/manifest.ts';
import type { WantedAsset } from '../../github/release-assets.ts';
import type { ModelManifest, ModelResource } from '../../schema/manifest.types.ts';

/** Name of the asset that the signature is. */
export const signatureName = 'model.sig';

/** GitHub's limit of assets, manifest and signature included. */
const mostAssets = 1000;

/** A piece of a model file as an asset. */
export type Piece = Pick<WantedAsset, 'name' | 'start' | 'bytes' | 'sha256'>;

/**
 * The assets that a model's files become, by the order of the resources: one each, of a file with shards one for each
 * shard, of an empty file none (GitHub takes no empty ones). A file keeps its path with `.` for `/` where GitHub leaves
 * such a name alone and no other file has it; the label is the whole path. More than GitHub takes: ConfigError.
 */
export function piecesOf({ resources }: Pick<ModelManifest, 'resources'>): Piece[][] {
  const taken = new Set([manifestName, signatureName]);
  const pieces = resources.map((resource, i) => {
    const name = freeName(resource.name, i, taken);
    taken.add(name.toLowerCase());
    return piecesOfOne(resource, name);
  });
  const count = pieces.flat().length + 2;
  if (count <= mostAssets) return pieces;
  throw new ConfigError(`The model has ${resources.length} files; a release takes ${mostAssets - 2}.`, {
    expected: `at most ${mostAssets - 2} files, a file of 2 GiB and more counting once for each GiB`,
    hint: 'Pack them into one archive in the stage that makes them.',
  });
}

/** The same as files to send. */
export function wantedAssets(manifest: ModelManifest, folder: string): WantedAsset[] {
  return piecesOf(manifest).flatMap((pieces, i) => {
    const { name: label = '' } = manifest.resources[i] ?? {};
    return pieces.map((piece) => ({ ...piece, label, file: join(folder, label) }));
  });
}

function piecesOfOne({ bytes, digest, shards }: ModelResource, name: string): Piece[] {
  if (bytes === 0) return [];
  if (shards === undefined) return [{ name, bytes, sha256: digest }];
  return shards.digests.map((sha256, i) => {
    const start = i * shards.bytes;
    const part = String(i + 1).padStart(3, '0');
    return { name: `${name}.part-${part}`, start, bytes: Math.min(shards.bytes, bytes - start), sha256 };
  });
}

function freeName(path: string, index: number, taken: ReadonlySet<string>): string {
  const name = path.replaceAll('/', '.');
  const plain = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,180}$/.test(name) && !/\.part-\d+$|\.$|\.\./.test(name);
  return plain && !taken.has(name.toLowerCase()) ? name : `file-${index + 1}.bin`;
}
