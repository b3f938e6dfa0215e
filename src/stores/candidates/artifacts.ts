import { join } from 'node:path';
import type { GitHubClient } from '../../github/types.ts';
import type { ArtifactUploads } from '../../platform/github/artifacts.ts';
import type { CandidateStore, HandedFile } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { writeChunks } from '../../runtime/write-chunks.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { artifactsNamed, lastsLong, takeFromArtifacts } from '../github/artifacts.ts';
import {
  bringAll,
  type CandidateFile,
  candidateFiles,
  candidateRun,
  requireFiles,
  stageIn,
} from './files.ts';

/** Days that GitHub keeps them, where the repository's setting allows as many. */
const days = 14;

/** What an archive may have beyond its files: names, and what does not shrink. */
const overheadBytes = 4 * 1024 * 1024;

/**
 * Model files as one artifact a run, of any run of this repository, found by its name and verified by the digests of the
 * record. Needs `actions: read`. A put of what is there is nothing, until it has lived half of its days.
 */
export function createArtifactCandidateStore(
  runtime: Runtime,
  client: GitHubClient,
  uploads: ArtifactUploads,
): CandidateStore {
  const { files, random } = runtime;
  return {
    has: async (record) =>
      candidateFiles(record).length > 0 && (await artifactsNamed(client, nameOf(record))).length > 0,

    async put(record, folder) {
      const artifact = await candidateArtifact(runtime, record, folder);
      if (artifact.files.length === 0) return;
      if (lastsLong(await artifactsNamed(client, artifact.name), runtime.clock)) return;
      await uploads.upload(artifact.name, artifact.files, artifact.days);
    },

    async get(record, folder) {
      const wanted = candidateFiles(record);
      if (wanted.length === 0) return false;
      const bytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
      const archive = {
        at: `${stageIn(random, folder)}.zip`,
        maxBytes: Math.ceil(bytes * 1.01) + overheadBytes,
      };
      const artifacts = await artifactsNamed(client, nameOf(record));
      return takeFromArtifacts(runtime, client, artifacts, archive, (zip) =>
        bringAll(runtime, wanted, folder, async (file, to) => {
          const chunks = zip.file(entryOf(file), file.bytes);
          if (chunks !== null) await writeChunks(files, to, chunks);
          return chunks !== null;
        }),
      );
    },
  };
}

/** The artifact that holds the model files of a run, which lie below `folder`; other bytes than the record's: ConfigError. */
export async function candidateArtifact(
  runtime: Runtime,
  record: RunRecord,
  folder: string,
): Promise<{ name: string; files: HandedFile[]; days: number }> {
  const wanted = candidateFiles(record);
  await requireFiles(runtime, wanted, folder);
  const files = wanted.map((file) => ({ path: entryOf(file), file: join(folder, file.path) }));
  return { name: nameOf(record), files, days };
}

function nameOf(record: RunRecord): string {
  return `trainyard-model-${record.model}-${candidateRun(record)}`;
}

/** Name in the archive: the path for people to find, except where an artifact takes no such name. */
function entryOf({ path, sha256 }: CandidateFile): string {
  return /[":<>|*?\r\n]/.test(path) ? `by-digest/${sha256}` : path;
}
