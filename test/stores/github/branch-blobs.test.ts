import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createBranchBlobStore } from '../../../src/stores/github/branch-blobs.ts';
import { pathOf, predictionsBranch } from '../../../src/stores/github/branch-files.ts';
import { describeBlobStore, sha256 } from '../../contract/blob-store.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, stopSites } from '../../platform/github/site.ts';
import { branch, fileOf, makeBranchSite } from './branch-site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const append = 'graphql/createCommitOnBranch';

describeBlobStore('a branch on GitHub', async () => (await makeBranchSite()).store);

describe('requests', () => {
  test('a put takes two, the first one also those that begin the branch; a question one, a get two', async () => {
    const { github, store } = await makeBranchSite();
    const cost = async (work: Promise<unknown>) => {
      github.requests.clear();
      await work;
      return github.requests.count();
    };
    const [a, b] = [fileOf('a'), fileOf('b')];

    expect(await cost(store.put(a.digest, a.file))).toBe(5);
    expect(await cost(store.put(b.digest, b.file))).toBe(2);
    expect(await cost(store.put(b.digest, b.file))).toBe(1);
    expect(await cost(store.has(a.digest))).toBe(1);
    expect(await cost(store.get(a.digest, join(a.folder, 'out')))).toBe(2);
    expect(await cost(store.get(sha256('none'), join(a.folder, 'none')))).toBe(1);
  });
});

describe('bytes', () => {
  test('that are no text come back as they were, the first and all others', async () => {
    const { store } = await makeBranchSite();
    for (const size of [1, 100_000, 2_000_000]) {
      const bytes = randomBytes(size);
      const { digest, file, folder } = fileOf(bytes);
      await store.put(digest, file);

      expect(await store.get(digest, join(folder, 'out'))).toBe(true);
      expect(readFileSync(join(folder, 'out')).equals(bytes)).toBe(true);
    }
  });

  test('of 8 MiB are kept, more are refused with their size and the way out', async () => {
    const { github, store } = await makeBranchSite();
    const most = 8 * 1024 * 1024;
    const [fits, large] = [fileOf(Buffer.alloc(most, 'x')), fileOf(Buffer.alloc(most + 200_000, 'x'))];
    await store.put(fits.digest, fits.file);
    expect(await store.has(fits.digest)).toBe(true);
    github.requests.clear();

    await expect(store.put(large.digest, large.file)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'The predictions have 8.2 MiB; a branch of the repository takes 8 at most.',
      hint: expect.stringContaining('predictions: { store: artifact }'),
    });
    expect(github.requests.count()).toBe(0);
  });

  test('that were changed on the branch are not given out, and a put mends them', async () => {
    const { github, repository, store, warnings } = await makeBranchSite(['rows']);
    const { digest, file, folder } = fileOf('rows');
    github.commit(repository, { branch: predictionsBranch, files: { [pathOf(digest)]: 'rots' } });

    expect(await store.get(digest, join(folder, 'out'))).toBe(false);
    expect(existsSync(join(folder, 'out'))).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('its bytes have changed')]);

    await store.put(digest, file);
    expect(await store.get(digest, join(folder, 'out'))).toBe(true);
  });
});

describe('other writers', () => {
  test('who move the branch 20 times in a row only make it take longer', async () => {
    const { github, repository, store } = await makeBranchSite(['old']);
    const fault = { fault: 'ref-moved', repository: repository.fullName, ref: predictionsBranch } as const;
    github.switches.plan({ ...fault, operation: append, times: 20 });
    const { digest, file } = fileOf('new');

    await store.put(digest, file);

    expect(github.switches.pending()).toBe(0);
    expect([await store.has(digest), await store.has(sha256('old'))]).toEqual([true, true]);
  });

  test('at the same time lose nothing, from the first commit on', async () => {
    const site = await makeBranchSite();
    const files = ['a', 'b', 'c', 'd', 'e', 'f'].map(fileOf);
    const stores = files.map(() => createBranchBlobStore(site.runtime, clientFor(site.github, site.runtime)));

    await Promise.all(files.map(({ digest, file }, i) => stores[i]?.put(digest, file)));

    for (const { digest } of files) expect(await site.store.has(digest)).toBe(true);
  });

  test('who delete the branch between looking and writing: it is begun anew', async () => {
    const { repository, store } = await makeBranchSite(['old']);
    repository.refs.delete(branch);
    const { digest, file } = fileOf('new');

    await store.put(digest, file);

    expect([await store.has(digest), await store.has(sha256('old'))]).toEqual([true, false]);
  });

  test('who delete it while a get looks: nothing is found', async () => {
    const { repository, store } = await makeBranchSite(['old']);
    repository.refs.delete(branch);

    expect(await store.get(sha256('old'), join(fileOf('x').folder, 'out'))).toBe(false);
  });
});

describe('an answer that never came', () => {
  test.each([
    ['lost', { fault: 'lost-answer' }],
    ['502 after the write', { fault: 'status', status: 502, afterWrite: true }],
    ['502 instead of it', { fault: 'status', status: 502 }],
    ['cut', { fault: 'cut-off' }],
  ] as const)('(%s) leaves the bytes there, written once', async (_name, fault) => {
    const { github, repository, store } = await makeBranchSite(['old']);
    github.switches.plan({ ...fault, operation: append });
    const before = repository.refs.get(branch);
    const { digest, file } = fileOf('new');

    await store.put(digest, file);

    expect(github.switches.pending()).toBe(0);
    expect(await store.has(digest)).toBe(true);
    const commits = await parentsOf(repository, repository.refs.get(branch));
    expect(commits).toEqual([before]);
  });

  test.each(['git/create-blob', 'git/create-tree', 'git/create-commit', 'git/create-ref'])(
    'to %s does not hinder the beginning',
    async (operation) => {
      const { github, store } = await makeBranchSite();
      github.switches.plan({ fault: 'lost-answer', operation });
      const { digest, file } = fileOf('first');

      await store.put(digest, file);

      expect(await store.has(digest)).toBe(true);
    },
  );

  test('for good ends in an UpstreamError that says to run again', async () => {
    const { github, store } = await makeBranchSite(['old']);
    github.switches.plan({ fault: 'status', status: 502, operation: append, times: 100 });
    const { digest, file } = fileOf('new');

    await expect(store.put(digest, file)).rejects.toMatchObject({
      name: 'UpstreamError',
      message: expect.stringContaining('"trainyard-predictions" could not be written after 60 tries'),
    });
  });
});

async function parentsOf(
  { objects }: Awaited<ReturnType<typeof makeBranchSite>>['repository'],
  sha: string | undefined,
): Promise<readonly string[] | undefined> {
  const commit = objects.get(sha ?? '');
  return commit?.type === 'commit' ? commit.parents : undefined;
}

describe('the branch', () => {
  test('that is protected against us is a ConfigError with the way out', async () => {
    const { repository, store } = await makeBranchSite(['old']);
    repository.protected.add(branch);
    const { digest, file } = fileOf('new');

    await expect(store.put(digest, file)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('"trainyard-predictions" is protected'),
      hint: expect.any(String),
    });
    expect(await store.has(sha256('old'))).toBe(true);
  });

  test('of a user is neither read nor written', async () => {
    const { github, repository, store } = await makeBranchSite();
    const tip = github.commit(repository, { branch: predictionsBranch, files: { 'README.md': 'mine' } });
    const { digest, file } = fileOf('new');

    await expect(store.put(digest, file)).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(store.has(digest)).rejects.toThrow('was not made by Trainyard');
    expect(repository.refs.get(branch)).toBe(tip);
  });

  test('is not written with a token that may only read: the permission is named', async () => {
    const { store } = await makeBranchSite(['old'], 'read-all');
    const { digest, file } = fileOf('new');

    await expect(store.put(digest, file)).rejects.toMatchObject({
      name: 'ConfigError',
      expected: 'permissions: contents: write',
    });
    expect(await store.has(sha256('old'))).toBe(true);
  });

  test('is not begun with a token that may only read', async () => {
    const { store, repository } = await makeBranchSite([], 'read-all');
    const { digest, file } = fileOf('new');

    await expect(store.put(digest, file)).rejects.toMatchObject({
      expected: 'permissions: contents: write',
    });
    expect(repository.refs.has(branch)).toBe(false);
  });

  test('takes a file only as long as it is what its digest says', async () => {
    const { github, store } = await makeBranchSite(['old']);
    const { file, digest } = fileOf('new');
    writeFileSync(file, 'changed');

    await expect(store.put(digest, file)).rejects.toThrow('is not what it was');
    expect(github.requests.count()).toBe(0);
  });
});
