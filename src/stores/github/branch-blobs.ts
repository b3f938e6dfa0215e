import { createHash } from 'node:crypto';
import { ConfigError } from '../../core/errors.ts';
import { commitOnto, startBranch, writeWithRetries } from '../../github/branch.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { BlobStore } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { otherBytes, placeVerified, requireBytes, requireDigest } from '../verified.ts';
import { headlineOf, lookAtTip, markerPath, markerText, pathOf, predictionsBranch } from './branch-files.ts';

/** Largest file: a repository keeps it for everyone who clones it, and GraphQL answers for no more than 10 MB. */
const fileBytes = 8 * 1024 * 1024;

/**
 * Predictions on the branch `trainyard-predictions`, as `<aa>/<sha256>`, at most 8 MiB each: they stay until the branch
 * is re-rooted (`rerootPredictions`). A question is one request, a get or put two as long as nobody else writes. Needs
 * `contents: read`, and `contents: write` to put. A branch that is protected or a user's own: ConfigError.
 */
export function createBranchBlobStore(runtime: Runtime, client: GitHubClient): BlobStore {
  return {
    has: async (sha256) => (await lookAtTip(client, requireDigest(sha256))).blob !== null,

    async put(sha256, file) {
      const bytes = await smallFile(runtime, file, requireDigest(sha256));
      await writeWithRetries(runtime, predictionsBranch, async () => {
        const { commit: parent, blob } = await lookAtTip(client, sha256);
        if (blob !== null && blob === blobId(bytes, blob.length)) return { done: null };
        const files = [{ path: pathOf(sha256), content: bytes }];
        const commit = { branch: predictionsBranch, message: headlineOf(sha256), files };
        const marker = { path: markerPath, content: markerText };
        const outcome = await (parent === null
          ? startBranch(client, { ...commit, files: [marker, ...files] })
          : commitOnto(client, parent, commit));
        return outcome.result === 'written' ? { done: null } : outcome;
      });
    },

    async get(sha256, file) {
      const { blob } = await lookAtTip(client, requireDigest(sha256));
      if (blob === null) return false;
      const found = await placeVerified(runtime, file, sha256, async (to) =>
        runtime.files.write(to, await readBlob(client, blob)),
      );
      if (found === sha256) return true;
      runtime.log.warn(`${predictionsBranch}:${pathOf(sha256)} is not used: its bytes have changed.`);
      return false;
    },
  };
}

async function smallFile(runtime: Runtime, file: string, sha256: string): Promise<Uint8Array> {
  const bytes = (await runtime.files.info(file))?.bytes ?? 0;
  if (bytes > fileBytes) {
    await requireBytes(runtime, file, sha256);
    throw tooLarge(file, bytes);
  }
  const content = await runtime.files.readBytes(file);
  const found = content && createHash('sha256').update(content).digest('hex');
  if (content === null || found !== sha256) throw otherBytes(file, sha256, found);
  return content;
}

function tooLarge(file: string, bytes: number): ConfigError {
  const size = (bytes / 1024 / 1024).toFixed(1);
  return new ConfigError(`The predictions have ${size} MiB; a branch of the repository takes 8 at most.`, {
    place: { file },
    expected: 'a file of at most 8 MiB with "predictions.store: ledger"',
    hint: 'Write "predictions: { store: artifact }", or "store: path" with a folder that all runners share.',
  });
}

/** The id that git gives these bytes, in a repository whose ids have this many digits. */
function blobId(bytes: Uint8Array, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

async function readBlob(client: GitHubClient, id: string): Promise<Uint8Array> {
  const path = at`/repos/${client.owner}/${client.repo}/git/blobs/${id}`;
  const { data } = await client.rest<{ content: string }>({ method: 'GET', path, needs: 'contents: read' });
  return Buffer.from(data.content, 'base64');
}
