import { UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { isRefusal, orNull } from './failures.ts';
import { type Release, releasesNeed } from './releases.ts';
import { at, type Call, type GitHubClient } from './types.ts';

/** A file of a release as GitHub lists it. */
export interface Asset {
  id: number;
  name: string;
  state: string;
  size: number;
  /** `sha256:…`, on servers that tell. */
  digest?: string | null;
}

/** Bytes that are to be an asset. */
export interface WantedAsset {
  /** Letters, digits, `.`, `_` and `-`: GitHub changes other names. */
  name: string;
  /** What people see. */
  label: string;
  /** Absolute path of the file, and where in it the bytes begin. */
  file: string;
  start?: number;
  bytes: number;
  sha256: string;
}

/** Where assets go. */
export type AssetsOf = Pick<Release, 'id' | 'uploadUrl'>;

const assetPages = 11;
const uploadTries = 5;

/** Assets of a release by name; empty when the release is gone. */
export async function listAssets(
  client: GitHubClient,
  { id }: Pick<Release, 'id'>,
): Promise<Map<string, Asset>> {
  const { owner, repo, pages } = client;
  const path = at`/repos/${owner}/${repo}/releases/${id}/assets`;
  const call: Call = { method: 'GET', path, query: { per_page: 100 }, needs: releasesNeed };
  const read = async () => {
    const assets = new Map<string, Asset>();
    for await (const asset of pages<Asset, Asset[]>(call, (page) => page, assetPages))
      assets.set(asset.name, asset);
    return assets;
  };
  return (await orNull(read(), 404)) ?? new Map();
}

/** Whether the asset is there with all its bytes, as far as GitHub tells. */
export function isWhole(
  asset: Asset | undefined,
  { bytes, sha256 }: Pick<WantedAsset, 'bytes' | 'sha256'>,
): asset is Asset {
  if (asset === undefined || asset.state !== 'uploaded' || asset.size !== bytes) return false;
  return typeof asset.digest !== 'string' || asset.digest === `sha256:${sha256}`;
}

/**
 * Sends a file unless it is there whole. What an upload left half (`starter`), and other bytes under that name, are
 * removed first; after an answer that never came it is looked up. `there` is what is known of the name.
 */
export async function ensureAsset(
  runtime: Runtime,
  client: GitHubClient,
  release: AssetsOf,
  wanted: WantedAsset,
  there: Asset | undefined,
): Promise<void> {
  let known = there;
  let failure: UpstreamError | null = null;
  for (let tries = 0; tries < uploadTries; tries += 1) {
    if (tries > 0) {
      await runtime.clock.sleep(1000 * 2 ** tries * (0.5 + runtime.random.fraction()), runtime.signal);
      known = (await listAssets(client, release)).get(wanted.name);
    }
    if (isWhole(known, wanted)) return;
    if (known !== undefined) await removeAsset(client, known);
    try {
      if (isWhole(await upload(client, release, wanted), wanted)) return;
      failure = new UpstreamError(`GitHub kept other bytes of ${wanted.label} than it was sent.`, {
        retryable: true,
      });
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      failure = error;
      runtime.log.debug(`${error.message} Looking whether it arrived.`);
    }
  }
  throw failure ?? new UpstreamError(`${wanted.label} could not be sent.`);
}

/** No answer, or another job was first: both mean looking again. */
function mayGoOn(error: unknown): error is UpstreamError {
  if (isRefusal(error, 422)) return /already_exists/.test(error.said) || /already exists/i.test(error.said);
  return error instanceof UpstreamError && error.retryable;
}

function upload(
  client: GitHubClient,
  { uploadUrl: url }: AssetsOf,
  { name, label, file, start, bytes }: WantedAsset,
): Promise<Asset> {
  const query = { name, label: label.slice(-200) };
  const from = start === undefined ? {} : { start };
  return client.upload<Asset>({ url, query, file, ...from, bytes, needs: releasesNeed });
}

/** Removes an asset; one that is gone is fine. */
export async function removeAsset({ owner, repo, rest }: GitHubClient, { id }: Asset): Promise<void> {
  const path = at`/repos/${owner}/${repo}/releases/assets/${id}`;
  await orNull(rest({ method: 'DELETE', path, needs: releasesNeed }), 404);
}

/** Brings the bytes of an asset to a new file; false when it is gone. */
export async function downloadAsset(client: GitHubClient, asset: Asset, to: string): Promise<boolean> {
  const done = client.download(bytesOf(client, asset), to, asset.size).then(() => true);
  return (await orNull(done, 404, 410)) ?? false;
}

/** The text of a small asset; `null` when it is gone. More than `maxBytes` is an UpstreamError. */
export async function readAsset(
  client: GitHubClient,
  asset: Asset,
  maxBytes: number,
): Promise<string | null> {
  const bytes = await orNull(client.bytes(bytesOf(client, asset), maxBytes), 404, 410);
  return bytes && new TextDecoder().decode(bytes);
}

function bytesOf({ owner, repo }: GitHubClient, { id }: Asset): Call {
  const path = at`/repos/${owner}/${repo}/releases/assets/${id}`;
  return { method: 'GET', path, accept: 'application/octet-stream', needs: 'contents: read' };
}
