import { ConfigError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Artifact, ArtifactUploads } from '../../platform/github/artifacts.ts';
import type { BlobStore } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { writeChunks } from '../../runtime/write-chunks.ts';
import { besides, placeVerified, requireBytes, requireDigest } from '../verified.ts';
import { artifactsNamed, lastsLong, takeFromArtifacts } from './artifacts.ts';

/** Days that GitHub keeps predictions, where the repository's setting allows as many. */
export const predictionsDays = 90;

/** Largest file that is kept: what reads it takes it whole. */
const fileBytes = 512 * 1024 * 1024;
const archiveBytes = fileBytes + 1024 * 1024;

/** Name of the artifact that holds the predictions of this digest. */
export function predictionsArtifact(sha256: string): string {
  return `trainyard-predictions-${requireDigest(sha256)}`;
}

/**
 * Predictions as artifacts of any run of this repository, one each, found by the digest in their name and verified by
 * their bytes. Needs `actions: read`. A put of what is there is nothing, until it has lived half of its days: then it
 * is kept anew.
 */
export function createArtifactBlobStore(
  runtime: Runtime,
  client: GitHubClient,
  uploads: ArtifactUploads,
): BlobStore {
  const { files } = runtime;
  const nameOf = predictionsArtifact;
  // Who asks whether bytes are there mostly fetches them next: the list is not asked for twice.
  const listed = new Map<string, Artifact[]>();
  return {
    async has(sha256) {
      const artifacts = await artifactsNamed(client, nameOf(sha256));
      listed.set(sha256, artifacts);
      return artifacts.length > 0;
    },

    async put(sha256, file) {
      const name = nameOf(sha256);
      await requireBytes(runtime, file, sha256);
      const bytes = (await files.info(file))?.bytes ?? 0;
      if (bytes > fileBytes) throw tooLarge(file, bytes);
      if (lastsLong(await artifactsNamed(client, name), runtime.clock)) return;
      await uploads.upload(name, [{ path: sha256, file }], predictionsDays);
    },

    async get(sha256, file) {
      const artifacts = listed.get(sha256) ?? (await artifactsNamed(client, nameOf(sha256)));
      listed.delete(sha256);
      const at = { at: besides(runtime.random, `${file}.zip`), maxBytes: archiveBytes };
      return takeFromArtifacts(runtime, client, artifacts, at, async (archive) => {
        const chunks = archive.file(sha256, fileBytes);
        if (chunks === null) return false;
        const found = await placeVerified(runtime, file, sha256, (to) => writeChunks(files, to, chunks));
        return found === sha256;
      });
    },
  };
}

function tooLarge(file: string, bytes: number): ConfigError {
  const most = fileBytes / 1024 / 1024;
  return new ConfigError(
    `${file} has ${Math.ceil(bytes / 1024 / 1024)} MiB; predictions have ${most} at most.`,
    {
      place: { file },
      expected: `at most ${most} MiB`,
      hint: 'Predict a sample of the rows, or leave out columns that are no slices.',
    },
  );
}
