import { afterAll } from '@jest/globals';
import { createGitHubLedger } from '../../../src/ledger/github/index.ts';
import { describeLedger } from '../../contract/ledger.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, jobRuntime, startSite, stopSites } from '../../platform/github/site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

describeLedger('GitHub', async () => {
  const { github } = await startSite();
  return {
    open: () => {
      const runtime = {
        ...jobRuntime(),
        random: { bytes: (n: number) => new Uint8Array(n), fraction: Math.random },
      };
      return createGitHubLedger(runtime, clientFor(github, runtime));
    },
  };
});
