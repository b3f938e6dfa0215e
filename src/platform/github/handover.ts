import { join } from 'node:path';
import { UpstreamError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { writeChunks } from '../../runtime/write-chunks.ts';
import type { HandedFile, Handover } from '../types.ts';
import { type Artifact, type ArtifactUploads, downloadArtifact, listArtifacts } from './artifacts.ts';
import { openZipFile } from './zip.ts';

/** Days that what only the run itself needs is kept. */
const days = 1;

const archiveBytes = 512 * 1024 * 1024;
const fileBytes = 1024 * 1024 * 1024;
const archives = 256;
const filesInOne = 10_000;

/** All files of one archive together: its directory may name one content many times. */
const unpackedBytes = 2 * fileBytes;

/** Names that a bundle has. */
const known = /^(?:bundle\.json|(?:runs|files)\/\d{1,6}(?:\.json)?|objects\/[0-9a-f]{2}\/[0-9a-f]{64})$/;

const prefix = 'trainyard-bundle';

/** Hands files over as an artifact of this run. A job that hands over twice under one key and attempt: UpstreamError. */
export function createHandOff(uploads: ArtifactUploads, attempt: number): Pick<Handover, 'put'> {
  return {
    async put(key: string, files: readonly HandedFile[]) {
      const name = `${prefix}.${attempt}.${key}`;
      if (await uploads.upload(name, files, days)) return;
      throw new UpstreamError(`This run has an artifact ${name} already.`, {
        hint: 'Give each job of the matrix a key of its own.',
      });
    },
  };
}

/** Takes what jobs of a run handed over, by REST (`actions: read`). */
export function createTakeOver(
  runtime: Runtime,
  client: GitHubClient,
  runId: () => Promise<number>,
): Pick<Handover, 'take'> {
  return {
    async take(folder) {
      const taken: { name: string; folder: string }[] = [];
      for (const artifact of newestOfEach(await listArtifacts(client, { runId: await runId() }, 10))) {
        const own = join(folder, String(artifact.id));
        const zip = `${own}.zip`;
        if (!(await downloadArtifact(client, artifact, zip, archiveBytes))) continue;
        await unpack(runtime, zip, own, artifact.name);
        await runtime.files.remove(zip);
        taken.push({ name: artifact.name, folder: own });
      }
      return taken;
    },
  };
}

/** A job that ran again left a second one: its newest attempt counts. */
function newestOfEach(artifacts: readonly Artifact[]): Artifact[] {
  const newest = new Map<string, { artifact: Artifact; attempt: number }>();
  for (const artifact of artifacts) {
    const [, attempt, key] =
      /^trainyard-bundle\.(\d{1,6})\.([A-Za-z0-9._-]{1,60})$/.exec(artifact.name) ?? [];
    if (attempt === undefined || key === undefined) continue;
    const before = newest.get(key);
    if (!before || before.attempt < Number(attempt)) newest.set(key, { artifact, attempt: Number(attempt) });
  }
  if (newest.size > archives)
    throw new UpstreamError(`This run has ${newest.size} bundles; at most ${archives} are read.`);
  return [...newest.values()].map(({ artifact }) => artifact);
}

/** Only names that we give are unpacked: a path of a stranger could lead anywhere. */
async function unpack(runtime: Runtime, zip: string, folder: string, name: string): Promise<void> {
  const archive = await openZipFile(runtime.files, zip);
  if (archive.names.length > filesInOne)
    throw new UpstreamError(`${name} holds ${archive.names.length} files; at most ${filesInOne} are read.`);
  const paths = archive.names.filter((path) => known.test(path));
  const bytes = paths.reduce((sum, path) => sum + archive.bytes(path), 0);
  if (bytes > unpackedBytes)
    throw new UpstreamError(`${name} unpacks to ${bytes} bytes; at most ${unpackedBytes} are.`);
  for (const path of paths) {
    const chunks = archive.file(path, fileBytes);
    if (chunks !== null) await writeChunks(runtime.files, join(folder, ...path.split('/')), chunks);
  }
}
