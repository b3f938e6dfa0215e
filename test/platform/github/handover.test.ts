import { afterAll, expect, test } from '@jest/globals';
import { createTakeOver } from '../../../src/platform/github/handover.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import { zipOf } from '../../rig/github/zip.ts';
import { clientFor, jobRuntime, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

/** The archive with another size for each file in its directory, as a stranger can write it. */
function claiming(zip: Buffer, bytes: number): Buffer {
  const forged = Buffer.from(zip);
  for (let at = forged.indexOf('PK\x01\x02'); at >= 0; at = forged.indexOf('PK\x01\x02', at + 4))
    forged.writeUInt32LE(bytes, at + 24);
  return forged;
}

async function taken(zip: Buffer) {
  const { github, repository } = await startSite();
  const run = github.workflowRun(repository, { headSha: repository.refs.get('refs/heads/main') as string });
  github.artifact(run, { name: 'trainyard-bundle.1.0', zip });
  const runtime = jobRuntime();
  const folder = makeFolder();
  const bundles = await createTakeOver(runtime, clientFor(github, runtime), async () => run.id).take(folder);
  return { runtime, folder: bundles[0]?.folder ?? '' };
}

test('files under names of ours are unpacked, all others are left', async () => {
  const files = { 'bundle.json': '{}', 'files/1': 'x', '../evil': 'x', 'runs/../../evil': 'x', '/evil': 'x' };

  const { runtime, folder } = await taken(zipOf(files));

  expect(await runtime.files.list(folder)).toEqual(['bundle.json', 'files']);
  expect(await runtime.files.list(`${folder}/..`)).not.toContain('evil');
});

test('an archive whose files are small enough one by one and too large together is refused before a byte is written', async () => {
  const files = { 'bundle.json': '{}', 'files/1': 'x', 'files/2': 'x', 'files/3': 'x' };

  await expect(taken(claiming(zipOf(files), 900 * 1024 * 1024))).rejects.toMatchObject({
    name: 'UpstreamError',
    message: expect.stringContaining('unpacks to'),
  });
});
