import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { BlobStore } from '../../../src/platform/types.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import { createArtifactBlobStore } from '../../../src/stores/github/artifact-blobs.ts';
import { describeBlobStore, sha256 } from '../../contract/blob-store.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  type Run,
  startSite,
  stopSites,
  uploadsTo,
} from '../../platform/github/site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

interface Site {
  github: GitHub;
  repository: Repository;
  run: Run;
  runtime: Runtime;
  warnings: string[];
  store: BlobStore;
  /** A store as another run of the repository has it. */
  another(now?: Date): { run: Run; store: BlobStore };
}

async function makeSite(permissions: Parameters<typeof clientFor>[2] = 'write-all'): Promise<Site> {
  const { github, repository } = await startSite();
  const headSha = repository.refs.get('refs/heads/main') as string;
  const warnings: string[] = [];
  const plain = jobRuntime();
  const runtime = { ...plain, log: { ...plain.log, warn: (line: string) => void warnings.push(line) } };
  const another = (now?: Date) => {
    const run = github.workflowRun(repository, { headSha, event: 'push' });
    const clock = now ? { ...runtime.clock, now: () => now } : runtime.clock;
    const client = clientFor(github, runtime, permissions);
    return { run, store: createArtifactBlobStore({ ...runtime, clock }, client, uploadsTo(github, run)) };
  };
  return { github, repository, runtime, warnings, ...another(), another };
}

function fileOf(text: string): { file: string; digest: string; folder: string } {
  const folder = makeFolder();
  writeFileSync(join(folder, 'in'), text);
  return { file: join(folder, 'in'), digest: sha256(text), folder };
}

describeBlobStore('artifacts', async () => (await makeSite()).store);

const nameOf = (digest: string) => `trainyard-predictions-${digest}`;

describe('kept as artifacts, bytes', () => {
  test('are found by every later run of the repository, in one request to ask and three to fetch', async () => {
    const site = await makeSite();
    const { file, digest, folder } = fileOf('rows');
    await site.store.put(digest, file);
    site.github.requests.clear();

    expect(await site.another().store.has(digest)).toBe(true);
    expect(site.github.requests.count()).toBe(1);
    expect(await site.another().store.get(digest, join(folder, 'out'))).toBe(true);
    expect(site.github.requests.count()).toBe(3);

    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('rows');
    expect(readdirSync(folder).sort()).toEqual(['in', 'out']);
  });

  test('that are there are not uploaded again, until half of their days are over', async () => {
    const site = await makeSite();
    const { file, digest } = fileOf('rows');
    await site.store.put(digest, file);
    const days = (count: number) => new Date(Date.now() + count * 86_400_000);

    const soon = site.another(days(40));
    await soon.store.put(digest, file);
    expect(soon.run.artifacts).toEqual([]);

    const late = site.another(days(50));
    await late.store.put(digest, file);
    expect(late.run.artifacts.map(({ name }) => name)).toEqual([nameOf(digest)]);
  });

  test('that have expired are gone, and a put keeps them again', async () => {
    const site = await makeSite();
    const { file, digest, folder } = fileOf('rows');
    await site.store.put(digest, file);
    for (const artifact of site.run.artifacts) artifact.expires = '2020-01-01T00:00:00Z';

    expect(await site.store.has(digest)).toBe(false);
    expect(await site.store.get(digest, join(folder, 'out'))).toBe(false);
    const later = site.another();
    await later.store.put(digest, file);
    expect(await later.store.has(digest)).toBe(true);
  });

  test("of a fork's run are not looked at, whatever they are called", async () => {
    const { github, repository, store } = await makeSite();
    const { digest, folder } = fileOf('rows');
    const fork = github.repository('eve/flights', { forkOf: repository });
    const headSha = repository.refs.get('refs/heads/main') as string;
    const run = github.workflowRun(repository, { headSha, headRepository: fork });
    github.artifact(run, { name: nameOf(digest), files: { [digest]: 'rows' } });

    expect(await store.has(digest)).toBe(false);
    expect(await store.get(digest, join(folder, 'out'))).toBe(false);
  });

  test('cannot be hidden behind hundreds of others that a fork makes', async () => {
    const { github, repository, store } = await makeSite();
    const { digest, file, folder } = fileOf('rows');
    await store.put(digest, file);
    const fork = github.repository('eve/flights', { forkOf: repository });
    const headSha = repository.refs.get('refs/heads/main') as string;
    const run = github.workflowRun(repository, { headSha, headRepository: fork });
    for (let i = 0; i < 250; i += 1) github.artifact(run, { name: nameOf(digest), files: {} });

    expect(await store.has(digest)).toBe(true);
    expect(await store.get(digest, join(folder, 'out'))).toBe(true);
  });
});

describe('an artifact that is not what its name says', () => {
  const bomb = Buffer.alloc(1_000_000);
  test.each([
    ['with other bytes', { files: (digest: string) => ({ [digest]: 'other' }) }],
    ['with another file', { files: () => ({ 'predictions.csv': 'rows' }) }],
    ['that is empty', { files: () => ({}) }],
    ['that is no archive', { zip: () => Buffer.from('<html>') }],
    ['with nothing', { zip: () => Buffer.alloc(0) }],
    ['that is cut', { zip: (whole: Buffer) => whole.subarray(0, whole.length - 40) }],
    ['whose content is cut', { zip: (whole: Buffer) => whole.subarray(30) }],
    ['that claims more than it may', { zip: (whole: Buffer) => claiming(whole, 0xffff_fff0) }],
    ['that holds more than it claims', { zip: (whole: Buffer) => claiming(whole, 2), bytes: bomb }],
  ])('%s is passed over with a warning; the older good one is taken', async (_name, bad) => {
    const site = await makeSite();
    const { file, digest, folder } = fileOf('rows');
    await site.store.put(digest, file);
    const later = site.another();
    const whole = site.github.artifact(later.run, {
      name: nameOf(digest),
      files: { [digest]: 'bytes' in bad ? bad.bytes : 'rows' },
    });
    if ('zip' in bad) whole.zip = bad.zip(whole.zip);
    else later.run.artifacts.pop();
    if ('files' in bad)
      site.github.artifact(later.run, { name: nameOf(digest), files: { ...bad.files(digest) } });

    expect(await later.store.get(digest, join(folder, 'out'))).toBe(true);

    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('rows');
    expect(site.warnings).toEqual([expect.stringContaining(`run ${later.run.id} is not used: `)]);
    expect(readdirSync(folder).sort()).toEqual(['in', 'out']);
  });

  test('and alone leaves the target as it was', async () => {
    const { github, run, store } = await makeSite();
    const { digest, folder } = fileOf('rows');
    github.artifact(run, { name: nameOf(digest), files: { [digest]: 'other' } });

    expect(await store.get(digest, join(folder, 'out'))).toBe(false);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

/** The archive with another size in its directory (the first entry's). */
function claiming(archive: Buffer, size: number): Buffer {
  const changed = Buffer.from(archive);
  changed.writeUInt32LE(size, changed.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  return changed;
}

describe('when GitHub fails', () => {
  test.each([
    ['answers 502', { fault: 'status', status: 502 }],
    ['loses the answer', { fault: 'lost-answer' }],
    ['cuts the answer', { fault: 'cut-off' }],
    ['limits us', { fault: 'secondary-limit', retryAfter: 1 }],
  ] as const)('(it %s) asking and fetching go on', async (_name, fault) => {
    const { github, store } = await makeSite();
    const { file, digest, folder } = fileOf('rows');
    await store.put(digest, file);
    const operations = ['actions/list-artifacts-for-repo'];
    if (fault.fault !== 'cut-off') operations.push('actions/download-artifact');
    github.switches.plan(...operations.map((operation) => ({ ...fault, operation, times: 2 })));

    expect(await store.get(digest, join(folder, 'out'))).toBe(true);
    expect(github.switches.pending()).toBe(0);
  });

  test('for good, that is no missing artifact but an UpstreamError', async () => {
    const { github, store } = await makeSite();
    const { file, digest, folder } = fileOf('rows');
    await store.put(digest, file);
    github.switches.plan({ fault: 'status', status: 503, operation: 'actions/download-artifact', times: 99 });

    await expect(store.get(digest, join(folder, 'out'))).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
    expect(readdirSync(folder)).toEqual(['in']);
  });

  test('with a token that may not read artifacts the permission is named', async () => {
    const site = await makeSite({ contents: 'write' });
    const { file, digest } = fileOf('rows');

    await expect(site.store.put(digest, file)).rejects.toMatchObject({
      expected: 'permissions: actions: read',
    });
  });
});
