import { afterAll, expect, test } from '@jest/globals';
import { createGitHubLedger } from '../../src/ledger/github/index.ts';
import { neededPredictions } from '../../src/stores/needed.ts';
import { removeFolders } from '../git/repository.ts';
import { digits, makeRecord, minutesLater } from '../ledger/records.ts';
import { clientFor, jobRuntime, startSite, stopSites } from '../platform/github/site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

test('the predictions of the newest runs of each model are needed, one request a model', async () => {
  const { github } = await startSite();
  const runtime = jobRuntime();
  const ledger = createGitHubLedger(runtime, clientFor(github, runtime));
  for (const [i, [model, rows]] of [
    ['churn', 'old'],
    ['churn', 'same'],
    ['churn', null],
    ['churn', 'same'],
    ['spam', 'other'],
  ].entries()) {
    const task = 'binary' as const;
    const predictions = rows ? { sha256: digits(rows, 64), rows: 1, task, slices: [] } : null;
    const changes = { model: model ?? '', predictions, finished: minutesLater(i) };
    await ledger.append(makeRecord(`run ${i}`, changes));
  }
  github.requests.clear();

  expect(await neededPredictions(ledger, ['churn', 'spam', 'unknown'], 3)).toEqual(
    new Set([digits('same', 64), digits('other', 64)]),
  );
  expect(github.requests.count()).toBe(3);
});
