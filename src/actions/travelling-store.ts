import { isAbsolute, join } from 'node:path';
import type { PredictionsStore, StoresConfig } from '../config/stores.ts';
import type { ArtifactUploads } from '../platform/github/artifacts.ts';
import { readPayload } from '../platform/github/runner.ts';
import type { BlobStore } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import type { ActionsRuntime } from '../runtime/actions/index.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { candidateArtifact } from '../stores/candidates/artifacts.ts';
import { createBlobCandidateStore } from '../stores/candidates/by-digest.ts';
import { predictionsArtifact, predictionsDays } from '../stores/github/artifact-blobs.ts';
import { createEmptyBlobStore, createFileBlobStore } from '../stores/index.ts';
import { storesOfModel } from './stores.ts';
import { createRunnerUploads } from './uploads.ts';

/** Days that predictions travel which the job that records puts elsewhere: a pull request may wait that long. */
const travelDays = 14;

/**
 * Where a job without a token puts predictions, which can hand over and look nothing up: in the folder that the
 * configuration names, or as an artifact that later jobs find by digest. In a public repository that does not say so,
 * nothing is kept.
 */
export async function openTravellingStore(
  runtime: Runtime,
  uploads: ArtifactUploads,
  root: string,
  store: PredictionsStore | null,
): Promise<BlobStore> {
  if (store?.kind === 'path') return createFileBlobStore(runtime, folderOf(store.folder, root));
  if (store?.kind === 'none' || (store === null && (await isPublicRepository(runtime))))
    return createEmptyBlobStore(runtime);
  const days = store?.kind === 'ledger' ? travelDays : predictionsDays;
  return {
    has: async () => false,
    async put(sha256, file) {
      await uploads.upload(predictionsArtifact(sha256), [{ path: sha256, file }], days);
    },
    get: async () => false,
  };
}

/** Keeps the models of runs made in this checkout, for whoever promotes or releases them. */
export async function sendCandidates(
  runtime: ActionsRuntime,
  deps: Deps,
  records: readonly RunRecord[],
): Promise<void> {
  const uploads = createRunnerUploads(runtime);
  const context = await deps.platform.context();
  const { models } = await deps.config();
  for (const record of records) {
    const model = models.find(({ name }) => name === record.model);
    if (model === undefined || record.commit.built_sha !== context.builtSha) continue;
    const { candidates } = await storesOfModel(deps, context, model.name);
    const run = { record, folder: join(deps.root, model.path) };
    await sendCandidate(runtime, uploads, deps.root, candidates, run);
  }
}

/** Keeps the files of a run for whoever promotes or releases it: in the configured folder, else as an artifact. */
async function sendCandidate(
  runtime: Runtime,
  uploads: ArtifactUploads,
  root: string,
  store: StoresConfig['candidates'],
  run: { record: RunRecord; folder: string },
): Promise<void> {
  const { record, folder } = run;
  if (store.kind === 'path') {
    const blobs = createFileBlobStore(runtime, folderOf(store.folder, root));
    await createBlobCandidateStore(runtime, blobs).put(record, folder);
    return;
  }
  const { name, files, days } = await candidateArtifact(runtime, record, folder);
  if (files.length > 0) await uploads.upload(name, files, days);
}

/** Whether the event says that everybody can see the repository; `null` when it does not say. */
export async function isPublicRepository(runtime: Runtime): Promise<boolean | null> {
  const { repository } = (await readPayload(runtime)) as { repository?: { private?: unknown } };
  return typeof repository?.private === 'boolean' ? !repository.private : null;
}

function folderOf(folder: string, root: string): string {
  return isAbsolute(folder) ? folder : join(root, folder);
}
