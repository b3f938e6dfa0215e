import { join } from 'node:path';
import type { StoresConfig } from '../config/stores.ts';
import type { RunContext } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { createArtifactCandidateStore } from '../stores/candidates/artifacts.ts';
import { createArtifactBlobStore } from '../stores/github/artifact-blobs.ts';
import { openCandidateStore, openPredictionsStore } from '../stores/github/open.ts';
import { rerootPredictions } from '../stores/github/reroot.ts';
import { neededPredictions } from '../stores/needed.ts';
import { storePlaces } from './remote-deps.ts';
import type { Site } from './site.ts';
import { storesOfModel } from './stores.ts';

/** What the branch of predictions keeps: what the newest runs of each model need, and what is young. */
const neededRuns = 50;
const youngDays = 90;
const branchBytes = 100 * 1024 * 1024;

/**
 * Moves what a recorded run left as artifacts to where the configuration keeps it for good: predictions to their branch,
 * the model to a draft release. What is gone already is said and fails nothing: the record stands without it.
 */
export async function keepForGood(
  site: Site,
  deps: Deps,
  context: RunContext,
  records: readonly RunRecord[],
): Promise<void> {
  let branch = false;
  for (const record of records) {
    const stores = await storesOfModel(deps, context, record.model);
    if (stores.predictions?.kind === 'ledger') {
      for (const sha256 of digestsOf(record))
        branch = (await movePredictions(site, deps, stores, record.model, sha256)) || branch;
    }
    if (stores.candidates.kind === 'draft-release') await moveCandidate(site, stores, record);
  }
  if (branch) await tidyBranch(site, deps);
}

/** Predictions of a run and of those with further seeds. */
function digestsOf({ predictions, repeats = [] }: RunRecord): string[] {
  const all = [predictions?.sha256 ?? null, ...repeats.map((one) => one.predictions)];
  return all.filter((sha256) => sha256 !== null);
}

/** Whether something was put on the branch. */
async function movePredictions(
  site: Site,
  deps: Deps,
  stores: StoresConfig,
  model: string,
  sha256: string,
): Promise<boolean> {
  const places = storePlaces(site);
  const far = await openPredictionsStore(places, stores.predictions);
  if (await far.has(sha256)) return false;
  const file = join(site.folder, 'moving', sha256);
  const near = createArtifactBlobStore(places.runtime, places.client, places.uploads);
  const found = (await deps.blobs(model).get(sha256, file)) || (await near.get(sha256, file));
  if (!found) {
    site.runtime.log.warn(
      `${model}: the predictions of this run are gone, so later changes are not compared row by row.`,
    );
    return false;
  }
  await far.put(sha256, file);
  return true;
}

async function moveCandidate(site: Site, stores: StoresConfig, record: RunRecord): Promise<void> {
  const places = storePlaces(site);
  const far = openCandidateStore(places, stores.candidates);
  if (record.artifacts.length === 0 || (await far.has(record))) return;
  const folder = join(site.folder, 'moving', record.id);
  const near = createArtifactCandidateStore(places.runtime, places.client, places.uploads);
  if (await near.get(record, folder)) await far.put(record, folder);
  else
    site.runtime.log.warn(
      `${record.model}: the files of run ${record.id} are gone, so it cannot be released without training.`,
    );
}

async function tidyBranch({ runtime, client }: Site, deps: Deps): Promise<void> {
  const models = (await deps.config()).models.map(({ name }) => name);
  const needed = await neededPredictions(deps.ledger, models, neededRuns);
  await rerootPredictions(runtime, client, { needed, days: youngDays, maxBytes: branchBytes });
}
