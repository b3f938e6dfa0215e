import { join } from 'node:path';
import { createGitHubLedger } from '../ledger/github/index.ts';
import type { Deps } from '../run/deps.ts';
import { createArtifactBlobStore } from '../stores/github/artifact-blobs.ts';
import { createFileBlobStore, createLayeredBlobStore } from '../stores/index.ts';
import { composeCheckout } from './checkout.ts';
import type { Site } from './site.ts';
import { createRunnerUploads } from './uploads.ts';

/** A checkout whose runs are made here, and everything else by API. */
export async function composeOneStep({ runtime, client, platform }: Site): Promise<Deps> {
  const here = await composeCheckout(runtime);
  const near = createFileBlobStore(runtime, join(here.stateFolder, 'cache'));
  const far = createArtifactBlobStore(runtime, client, createRunnerUploads(runtime));
  return {
    ...here,
    ledger: createGitHubLedger(runtime, client),
    blobs: createLayeredBlobStore(near, far),
    platform: {
      ...platform,
      async keepRecord(made) {
        await here.platform.keepRecord(made);
      },
    },
  };
}
