import { UpstreamError } from '../../core/errors.ts';
import { isRefusal, orNull } from '../../github/failures.ts';
import { at, type Call, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { type Draft, draftsNeed } from './drafts.ts';
import type { CandidateFile } from './files.ts';

/** A file of a release as GitHub lists it. Ours are named by their digest. */
export interface Asset {
  id: number;
  name: string;
  state: string;
  size: number;
  /** `sha256:…`, on servers that tell. */
  digest?: string | null;
}

const assetPages = 11;
const uploadTries = 5;

/** Assets of a draft by name; empty when the draft is gone. */
export async function listAssets(client: GitHubClient, { id }: Draft): Promise<Map<string, Asset>> {
  const { owner, repo, pages } = client;
  const path = at`/repos/${owner}/${repo}/releases/${id}/assets`;
  const call: Call = { method: 'GET', path, query: { per_page: 100 }, needs: draftsNeed };
  const read = async () => {
    const assets = new Map<string, Asset>();
    for await (const asset of pages<Asset, Asset[]>(call, (page) => page, assetPages))
      assets.set(asset.name, asset);
    return assets;
  };
  return (await orNull(read(), 404)) ?? new Map();
}

/** Whether the asset is there with all its bytes, as far as GitHub tells. */
export function isWhole(asset: Asset | undefined, { bytes, sha256 }: CandidateFile): asset is Asset {
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
  draft: Draft,
  wanted: CandidateFile & { file: string },
  there: Asset | undefined,
): Promise<void> {
  let known = there;
  let failure: UpstreamError | null = null;
  for (let tries = 0; tries < uploadTries; tries += 1) {
    if (tries > 0) {
      await runtime.clock.sleep(1000 * 2 ** tries * (0.5 + runtime.random.fraction()), runtime.signal);
      known = (await listAssets(client, draft)).get(wanted.sha256);
    }
    if (isWhole(known, wanted)) return;
    if (known !== undefined) await removeAsset(client, known);
    try {
      if (isWhole(await upload(client, draft, wanted), wanted)) return;
      failure = new UpstreamError(`GitHub kept other bytes of ${wanted.path} than it was sent.`, {
        retryable: true,
      });
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      failure = error;
      runtime.log.debug(`${error.message} Looking whether it arrived.`);
    }
  }
  throw failure ?? new UpstreamError(`${wanted.path} could not be sent.`);
}

/** No answer, or another job was first: both mean looking again. */
function mayGoOn(error: unknown): error is UpstreamError {
  if (isRefusal(error, 422)) return /already_exists/.test(error.said) || /already exists/i.test(error.said);
  return error instanceof UpstreamError && error.retryable;
}

function upload(
  client: GitHubClient,
  { uploadUrl: url }: Draft,
  { sha256, path, file, bytes }: CandidateFile & { file: string },
): Promise<Asset> {
  /** The label is what people see; GitHub would change a path that is a name. */
  const query = { name: sha256, label: path.slice(-200) };
  return client.upload<Asset>({ url, query, file, bytes, needs: draftsNeed });
}

async function removeAsset({ owner, repo, rest }: GitHubClient, { id }: Asset): Promise<void> {
  const path = at`/repos/${owner}/${repo}/releases/assets/${id}`;
  await orNull(rest({ method: 'DELETE', path, needs: draftsNeed }), 404);
}

/** Brings the bytes of an asset to a new file; false when it is gone. */
export async function downloadAsset(client: GitHubClient, { id, size }: Asset, to: string): Promise<boolean> {
  const path = at`/repos/${client.owner}/${client.repo}/releases/assets/${id}`;
  const call: Call = { method: 'GET', path, accept: 'application/octet-stream', needs: draftsNeed };
  const done = client.download(call, to, size).then(() => true);
  return (await orNull(done, 404, 410)) ?? false;
}
