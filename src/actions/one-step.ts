import { join } from 'node:path';
import { createGitHubDocuments } from '../ledger/github/documents.ts';
import { createGitHubLedger } from '../ledger/github/index.ts';
import { rememberedLedger } from '../ledger/remembered.ts';
import type { Deps } from '../run/deps.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { createFileBlobStore } from '../stores/index.ts';
import { composeCheckout } from './checkout.ts';
import { keptCandidates, keptPredictions } from './remote-deps.ts';
import type { Site } from './site.ts';

/** What a job that does everything in one step works with, and the records of the runs that it made. */
export interface OneStep {
  deps: Deps;
  made: readonly RunRecord[];
}

/** A checkout whose runs are made here, and everything else by API. */
export async function composeOneStep(site: Site): Promise<OneStep> {
  const { runtime, client, platform } = site;
  const here = await composeCheckout(runtime);
  const near = createFileBlobStore(runtime, join(here.stateFolder, 'cache'));
  const made: RunRecord[] = [];
  const deps: Deps = {
    ...here,
    ledger: rememberedLedger(createGitHubLedger(runtime, client)),
    documents: createGitHubDocuments(client),
    blobs: keptPredictions(site, here.config, near),
    candidates: keptCandidates(site, here.config),
    platform: {
      ...platform,
      async keepRecord(record) {
        made.push(record);
        await here.platform.keepRecord(record);
      },
    },
  };
  return { deps, made };
}
