import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { UpstreamError } from '../../../src/core/errors.ts';
import type { GitHubClient } from '../../../src/github/types.ts';
import type { CandidateStore } from '../../../src/platform/types.ts';
import { createReleaseCandidateStore } from '../../../src/stores/candidates/draft-release.ts';
import { describeCandidateStore, filesIn, madeBy, model } from '../../contract/candidate-store.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  startSite,
  stopSites,
} from '../../platform/github/site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

type Release = Repository['releases'][number];

interface Site {
  github: GitHub;
  repository: Repository;
  warnings: string[];
  open(permissions?: Parameters<typeof clientFor>[2], keep?: number): CandidateStore;
  /** A store whose client does something more. */
  openWith(change: (client: GitHubClient) => Partial<GitHubClient>): CandidateStore;
}

async function makeSite(): Promise<Site> {
  const { github, repository } = await startSite();
  const warnings: string[] = [];
  const plain = jobRuntime();
  const runtime = { ...plain, log: { ...plain.log, warn: (line: string) => void warnings.push(line) } };
  return {
    github,
    repository,
    warnings,
    open: (permissions, keep = 10) =>
      createReleaseCandidateStore(runtime, clientFor(github, runtime, permissions), keep),
    openWith(change) {
      const client = clientFor(github, runtime);
      return createReleaseCandidateStore(runtime, { ...client, ...change(client) }, 10);
    },
  };
}

describeCandidateStore('draft releases', async () => {
  const { open } = await makeSite();
  return { open: () => open() };
});

const upload = 'repos/upload-release-asset';
const create = 'repos/create-release';
const two = { one: '1', two: '22' };

function uploads({ github }: Site): number {
  return github.requests.all.filter(({ operation }) => operation === upload).length;
}

/** The one release there is. */
function only({ repository }: Site): Release {
  expect(repository.releases).toHaveLength(1);
  return repository.releases[0] as Release;
}

/** An asset as an upload that broke off leaves it. */
function breakOff(release: Release, name: string, bytes = 'half'): void {
  const [like] = release.assets;
  if (!like) throw new Error('no asset to take after');
  release.assets = release.assets.filter((asset) => asset.name !== name);
  release.assets.push({ ...like, id: like.id + 5000, name, bytes: Buffer.from(bytes), state: 'open' });
}

describe('a draft release', () => {
  test('holds one asset for each content, makes no tag, and says what it is', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a');

    await site.open().put(record, folder);

    const release = only(site);
    const digests = ['model/weights.bin', 'model/config.json', 'ünï: "x"?.txt'].map(
      (path) => record.artifacts.find((artifact) => artifact.path === path)?.sha256,
    );
    expect(release.assets.map(({ name }) => name).sort()).toEqual(digests.sort());
    expect(release).toMatchObject({ draft: true, tag: `trainyard-candidate-churn-${record.id}` });
    expect(release.body).toContain(`<!-- trainyard:candidate churn ${record.id} -->`);
    expect([...site.repository.refs.keys()].filter((ref) => ref.startsWith('refs/tags'))).toEqual([]);
  });

  test('is found on whatever page it stands', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    const draft = only(site);
    for (let i = 0; i < 230; i += 1)
      site.repository.releases.push({
        ...draft,
        id: draft.id + 1 + i,
        tag: `v${i}`,
        draft: false,
        immutable: false,
        assets: [],
      });

    expect(await site.open().get(record, makeFolder())).toBe(true);
    await site.open().put(record, folder);
    expect(site.repository.releases).toHaveLength(231);
  });

  test.each([
    ['published', (release: Release) => ({ ...release, draft: false })],
    ['under another tag', (release: Release) => ({ ...release, tag: 'v1.0.0' })],
    ['without the marker', (release: Release) => ({ ...release, body: 'Notes of mine' })],
    ['that quotes the marker', (release: Release) => ({ ...release, body: `> ${release.body.trim()}` })],
    [
      'with the marker of another run',
      (release: Release) => ({
        ...release,
        body: release.body.replace(/[0-9a-f]{20} -->/, `${'0'.repeat(20)} -->`),
      }),
    ],
  ])("%s is a user's, neither used nor removed", async (_name, change) => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    const changed = change(only(site));
    if (changed.body.startsWith('>')) changed.body = changed.body.replaceAll('\n', ' ');
    site.repository.releases = [changed];

    expect(await site.open().has(record)).toBe(false);
    await site.open('write-all', 0).put(record, folder);

    expect(site.repository.releases).toHaveLength(2);
    expect(site.repository.releases[0]).toBe(changed);
  });

  test('of the newest runs stay, older ones go; those of other models and of users are left alone', async () => {
    const site = await makeSite();
    const store = site.open('write-all', 2);
    const other = madeBy('other', two);
    await store.put({ ...other.record, model: 'spam' }, other.folder);
    const runs = ['a', 'b', 'c', 'd'].map((name) => madeBy(name, { model: name }));
    for (const { record, folder } of runs) await store.put(record, folder);

    const has = [];
    for (const { record } of runs) has.push(await store.has(record));
    expect(has).toEqual([false, false, true, true]);
    expect(await store.has({ ...other.record, model: 'spam' })).toBe(true);

    const [oldest] = runs as [(typeof runs)[number]];
    await store.put(oldest.record, oldest.folder);
    expect(await store.has(oldest.record)).toBe(true);
  });
});

describe('a put that was cut off', () => {
  test('goes on with what is missing', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', { a: 'aa', b: 'bb', c: 'cc', d: 'dd' });
    site.github.switches.plan({ fault: 'status', status: 503, operation: upload, after: 2, times: 99 });
    await expect(site.open().put(record, folder)).rejects.toMatchObject({ name: 'UpstreamError' });
    site.github.switches.clear();
    expect(await site.open().has(record)).toBe(false);
    expect(await site.open().get(record, makeFolder())).toBe(false);
    site.github.requests.clear();

    await site.open().put(record, folder);

    expect(uploads(site)).toBe(2);
    expect(only(site).assets).toHaveLength(4);
  });

  test.each([
    ['half an asset', (release: Release, name: string) => breakOff(release, name)],
    [
      'an asset of the right size that was never finished',
      (release: Release, name: string) => breakOff(release, name, '1'),
    ],
    [
      'a finished asset with other bytes',
      (release: Release, name: string) => {
        for (const asset of release.assets) if (asset.name === name) asset.bytes = Buffer.from('2');
      },
    ],
  ])('leaves %s: it is removed and sent again, the rest is not', async (_name, spoil) => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    spoil(only(site), record.artifacts[0]?.sha256 ?? '');
    site.github.requests.clear();
    expect(await site.open().has(record)).toBe(false);

    await site.open().put(record, folder);

    expect(uploads(site)).toBe(1);
    expect(await site.open().get(record, makeFolder())).toBe(true);
    expect(only(site).assets).toHaveLength(2);
  });

  test('leaves nothing more to do when all was there', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a');
    await site.open().put(record, folder);
    site.github.requests.clear();

    await site.open().put(record, folder);

    expect(site.github.requests.all.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(site.github.requests.count()).toBe(3);
  });
});

describe('an answer that never came', () => {
  test.each([
    ['lost', { fault: 'lost-answer' }],
    ['502 after the write', { fault: 'status', status: 502, afterWrite: true }],
    ['502 instead of it', { fault: 'status', status: 502 }],
    ['cut', { fault: 'cut-off' }],
  ] as const)('(%s) is looked up: one draft, each asset once', async (_name, fault) => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    const operations = [create, upload, upload];
    site.github.switches.plan(...operations.map((operation) => ({ ...fault, operation })));

    await site.open().put(record, folder);

    expect(site.github.switches.pending()).toBe(0);
    expect(
      only(site)
        .assets.map(({ bytes }) => bytes.toString())
        .sort(),
    ).toEqual(['1', '22']);
    expect(await site.open().get(record, makeFolder())).toBe(true);
  });

  test('and left half an asset (502): that is removed before the file is sent again', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    const [first = '', second = ''] = record.artifacts.map(({ sha256 }) => sha256);
    let failed = false;
    const store = site.openWith((client) => ({
      async upload<T>(sent: Parameters<GitHubClient['upload']>[0]): Promise<T> {
        const answer = await client.upload<T>(sent);
        if (sent.query['name'] !== second || failed) return answer;
        failed = true;
        breakOff(only(site), second);
        throw new UpstreamError('502', { retryable: true });
      },
    }));

    await store.put(record, folder);

    expect(only(site).assets.map(({ name }) => name)).toEqual([first, second]);
    expect(await site.open().get(record, makeFolder())).toBe(true);
  });

  test('for good ends in an UpstreamError', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    site.github.switches.plan({ fault: 'status', status: 502, operation: upload, times: 99 });

    await expect(site.open().put(record, folder)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
  });
});

describe('two jobs at once', () => {
  test('end with one draft that has everything', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', { a: 'aa', b: 'bb', c: 'cc' });

    await Promise.all([1, 2, 3].map(() => site.open().put(record, folder)));

    expect(only(site).assets).toHaveLength(3);
    expect(await site.open().get(record, makeFolder())).toBe(true);
  });

  test("of which one did not see the other's draft yet: the whole one is found", async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    const [whole] = site.repository.releases.splice(0);
    await site.open().put(record, folder);
    site.repository.releases.unshift(whole as Release);
    site.repository.releases[0]?.assets.pop();

    expect(await site.open().has(record)).toBe(true);
    expect(await site.open().get(record, makeFolder())).toBe(true);
  });

  test('of which one removes the draft while the other fetches: nothing is brought', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    const store = site.openWith((client) => ({
      download: (...asked) => {
        site.repository.releases.splice(0);
        return client.download(...asked);
      },
    }));
    const target = makeFolder();

    expect(await store.get(record, target)).toBe(false);
    expect(filesIn(target)).toEqual({});
  });
});

describe('what is fetched', () => {
  test('is verified: other bytes under the right name are not taken', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    await site.open().put(record, folder);
    const store = site.openWith((client) => ({
      async download(call, file, most) {
        await client.download(call, file, most);
        writeFileSync(file, 'X');
      },
    }));
    const target = makeFolder();

    expect(await store.get(record, target)).toBe(false);
    expect(filesIn(target)).toEqual({});
    expect(site.warnings).toEqual([expect.stringContaining('their bytes have changed')]);
  });

  test('comes although GitHub fails now and then', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a');
    await site.open().put(record, folder);
    const operations = ['repos/list-releases', 'repos/list-release-assets', 'repos/get-release-asset'];
    for (const operation of operations)
      site.github.switches.plan(
        { fault: 'status', status: 502, operation },
        { fault: 'lost-answer', operation },
      );
    const target = makeFolder();

    expect(await site.open().get(record, target)).toBe(true);
    expect(site.github.switches.pending()).toBe(0);
    expect(filesIn(target)).toEqual(model);
  });
});

describe('refused', () => {
  test('with a token that may only read: the permission is named', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);

    await expect(site.open('read-all').put(record, folder)).rejects.toMatchObject({
      name: 'ConfigError',
      expected: 'permissions: contents: write',
    });
    expect(site.repository.releases).toEqual([]);
  });

  test('is a file of 2 GiB, before anything is read or sent', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    truncateSync(join(folder, 'one'), 2 ** 31);
    const artifacts = record.artifacts.map((artifact) => ({ ...artifact, bytes: 2 ** 31 }));

    await expect(site.open().put({ ...record, artifacts }, folder)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'one has 2.00 GiB; a file of a release must be smaller than 2 GiB.',
      hint: expect.stringContaining('store: path'),
    });
    expect(site.github.requests.count()).toBe(0);
  });

  test('is a model of more files than a release takes', async () => {
    const site = await makeSite();
    const { record, folder } = madeBy('a', two);
    const artifacts = Array.from({ length: 1001 }, (_, i) => ({
      path: `${i}`,
      bytes: 1,
      sha256: i.toString(16).padStart(64, '0'),
      stage: null,
    }));

    await expect(site.open().put({ ...record, artifacts }, folder)).rejects.toMatchObject({
      message: 'The model has 1001 files; a release takes 1000.',
    });
  });
});
