import { afterAll, describe, expect, test } from '@jest/globals';
import { createBranchBlobStore } from '../../../src/stores/github/branch-blobs.ts';
import { pathOf, predictionsBranch } from '../../../src/stores/github/branch-files.ts';
import { type Keeping, type Rerooted, rerootPredictions } from '../../../src/stores/github/reroot.ts';
import { sha256 } from '../../contract/blob-store.ts';
import { removeFolders } from '../../git/repository.ts';
import { clientFor, stopSites } from '../../platform/github/site.ts';
import { type BranchSite, branch, fileOf, makeBranchSite } from './branch-site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const swap = 'graphql/updateRefs';
const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

/** A branch that got one text a day, and the day after the last one. */
async function daily(...texts: string[]): Promise<BranchSite & { at(days: number): void }> {
  const site = await makeBranchSite();
  const at = (days: number) => {
    site.github.raw.now = () => new Date(start + days * day);
    site.runtime.clock.now = site.github.raw.now;
  };
  for (const [days, text] of texts.entries()) {
    at(days);
    await put(site, text);
  }
  at(texts.length);
  site.github.requests.clear();
  return { ...site, at };
}

async function put({ store }: BranchSite, text: string): Promise<void> {
  const { digest, file } = fileOf(text);
  await store.put(digest, file);
}

function reroot(site: BranchSite, keeping: Partial<Keeping>): Promise<Rerooted> {
  const all = { needed: new Set<string>(), days: 1000, maxBytes: 1e9, ...keeping };
  return rerootPredictions(site.runtime, site.client, all);
}

async function held({ store }: BranchSite, ...texts: string[]): Promise<string[]> {
  const there = await Promise.all(texts.map((text) => store.has(sha256(text))));
  return texts.filter((_, i) => there[i]);
}

function historyLength({ repository }: BranchSite): number {
  let length = 0;
  for (let sha = repository.refs.get(branch); sha !== undefined; length += 1) {
    const commit = repository.objects.get(sha);
    sha = commit?.type === 'commit' ? commit.parents[0] : undefined;
  }
  return length;
}

describe('begun anew, the branch', () => {
  test('has what is young enough or needed, and no history', async () => {
    const site = await daily('a', 'b', 'c', 'd', 'e');

    expect(await reroot(site, { days: 2.5, needed: new Set([sha256('b')]) })).toEqual({
      result: 'rerooted',
      kept: 3,
      dropped: 2,
      bytes: 3,
    });

    expect(await held(site, 'a', 'b', 'c', 'd', 'e')).toEqual(['b', 'd', 'e']);
    expect(historyLength(site)).toBe(1);
  });

  test('still knows how old its files are, and those kept since', async () => {
    const site = await daily('a', 'b', 'c');
    await reroot(site, { days: 2.5 });
    await put(site, 'd');
    site.at(4);

    await reroot(site, { days: 2.5 });

    expect(await held(site, 'a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });

  test('holds no more bytes than it may: the oldest go, those needed last', async () => {
    const site = await daily('aaaa', 'bbbb', 'cccc', 'dddd');

    await reroot(site, { maxBytes: 8, needed: new Set([sha256('aaaa')]) });

    expect(await held(site, 'aaaa', 'bbbb', 'cccc', 'dddd')).toEqual(['aaaa', 'dddd']);
  });

  test('keeps what else lies on it, and is ours still', async () => {
    const site = await daily('a', 'b');
    const { github, repository } = site;
    github.commit(repository, { branch: predictionsBranch, files: { 'README.md': 'notes' } });

    await reroot(site, { days: 1.5 });
    await put(site, 'c');

    const { data } = await site.client.rest<{ tree: { path: string }[] }>({
      method: 'GET',
      path: `/repos/octo/flights/git/trees/${predictionsBranch}`,
      needs: '',
    });
    const names = data.tree.map(({ path }) => path).filter((path) => path.includes('.'));
    expect(names.sort()).toEqual(['README.md', 'dates.json', 'store.json']);
  });

  test('knows the age of a file behind hundreds of commits', async () => {
    const site = await daily('a');
    const [old, young] = [sha256('old'), sha256('young')];
    const commit = (message: string, path: string, count: number) => {
      for (let i = 0; i < count; i += 1) {
        const files = { [path]: `${path} ${i}` };
        site.github.commit(site.repository, { branch: predictionsBranch, message, files });
      }
    };
    commit(`Keep ${old}`, pathOf(old), 1);
    commit('Other', 'notes.txt', 130);
    site.at(5);
    commit(`Keep ${young}`, pathOf(young), 1);
    commit('Other', 'notes.txt', 130);

    await reroot(site, { days: 3 });

    expect(await Promise.all([old, young].map((digest) => site.store.has(digest)))).toEqual([false, true]);
  });

  test('of which an older file was kept again counts from then', async () => {
    const site = await daily('a', 'b');
    site.repository.refs.delete(branch);
    await put(site, 'a');
    site.at(3);
    await put(site, 'b');

    await reroot(site, { days: 0.5 });

    expect(await held(site, 'a', 'b')).toEqual(['b']);
  });
});

describe('nothing is written', () => {
  test('when nothing is to go', async () => {
    const site = await daily('a', 'b');
    const before = site.repository.refs.get(branch);

    expect(await reroot(site, { days: 10 })).toEqual({ result: 'unchanged', kept: 2, dropped: 0, bytes: 2 });
    expect(site.repository.refs.get(branch)).toBe(before);
  });

  test('when there is no branch, or one of a user', async () => {
    const site = await daily();
    expect((await reroot(site, {})).result).toBe('unchanged');

    site.github.commit(site.repository, { branch: predictionsBranch, files: { 'README.md': 'mine' } });
    await expect(reroot(site, { days: 0 })).rejects.toThrow('was not made by Trainyard');
  });
});

describe('a writer meanwhile', () => {
  test('loses nothing, however often', async () => {
    const site = await daily('a', 'b');
    const fault = { fault: 'ref-moved', repository: 'octo/flights', ref: predictionsBranch } as const;
    site.github.switches.plan({ ...fault, operation: swap, times: 5 });

    expect((await reroot(site, { days: 1.5 })).result).toBe('rerooted');

    expect(site.github.switches.pending()).toBe(0);
    expect(await held(site, 'a', 'b')).toEqual(['b']);
    const { data } = await site.client.rest<{ tree: { path: string }[] }>({
      method: 'GET',
      path: `/repos/octo/flights/git/trees/${predictionsBranch}`,
      query: { recursive: 1 },
      needs: '',
    });
    expect(data.tree.filter(({ path }) => path.startsWith('moved/'))).toHaveLength(5);
  });

  test('puts while the branch is begun anew, and both are done', async () => {
    const site = await daily('a', 'b', 'c');
    const others = ['x', 'y', 'z'].map((text) => ({
      ...fileOf(text),
      store: createBranchBlobStore(site.runtime, clientFor(site.github, site.runtime)),
    }));

    const [done] = await Promise.all([
      reroot(site, { days: 1.5 }),
      ...others.map(({ store, digest, file }) => store.put(digest, file)),
    ]);

    expect(done.result).toBe('rerooted');
    expect(await held(site, 'a', 'b', 'c', 'x', 'y', 'z')).toEqual(['c', 'x', 'y', 'z']);
  });

  test('who deletes the branch has the last word', async () => {
    const site = await daily('a', 'b');
    site.github.switches.plan({ fault: 'status', status: 502, operation: swap });
    const tips = site.client.graphql;
    let asked = 0;
    const client = {
      ...site.client,
      graphql: async <T>(call: Parameters<typeof tips>[0]): Promise<T> => {
        const answer = await tips<T>(call).catch((error: unknown) => {
          site.repository.refs.delete(branch);
          throw error;
        });
        asked += 1;
        return answer;
      },
    };

    await rerootPredictions(site.runtime, client, { needed: new Set(), days: 1.5, maxBytes: 1e9 });

    expect(asked).toBeGreaterThan(2);
    expect(site.repository.refs.has(branch)).toBe(false);
  });
});

describe('an answer that never came', () => {
  test.each([
    ['lost', { fault: 'lost-answer' }],
    ['502 after the move', { fault: 'status', status: 502, afterWrite: true }],
    ['502 instead of it', { fault: 'status', status: 502 }],
  ] as const)('(%s) is looked up', async (_name, fault) => {
    const site = await daily('a', 'b');
    site.github.switches.plan({ ...fault, operation: swap });

    expect(await reroot(site, { days: 1.5 })).toMatchObject({ result: 'rerooted', dropped: 1 });
    expect(await held(site, 'a', 'b')).toEqual(['b']);
  });
});

describe('not to be begun anew', () => {
  test('is a branch that is protected', async () => {
    const site = await daily('a', 'b');
    site.repository.protected.add(branch);

    await expect(reroot(site, { days: 1.5 })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('is protected against being begun anew'),
    });
  });

  test('is any branch with a token that may only read', async () => {
    const site = await daily('a', 'b');
    const client = clientFor(site.github, site.runtime, 'read-all');

    await expect(reroot({ ...site, client }, { days: 1.5 })).rejects.toMatchObject({
      expected: 'permissions: contents: write',
    });
  });
});
