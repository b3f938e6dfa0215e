import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHubRegistry } from '../../src/registry/github/index.ts';
import { shardsOf } from '../../src/registry/manifest.ts';
import type { WritableRegistry } from '../../src/registry/types.ts';
import { describeRegistry, filesIn, versionOf } from '../contract/registry.ts';
import { makeFolder, removeFolders } from '../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  startSite,
  stopSites,
} from '../platform/github/site.ts';
import type { Fault } from '../rig/github/faults.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

async function makeRegistry() {
  const { github, repository } = await startSite();
  /** Publishing makes the tag where the verb has not. */
  const open = (): WritableRegistry => {
    const runtime = jobRuntime();
    return createGitHubRegistry(runtime, clientFor(github, runtime));
  };
  return { github, repository, open, name: 'churn' };
}

describeRegistry('releases on GitHub', async () => makeRegistry());

describe('a version as a release', () => {
  let github: GitHub;
  let repository: Repository;
  let open: () => WritableRegistry;
  beforeEach(async () => {
    ({ github, repository, open } = await makeRegistry());
  });
  const only = () => {
    const [release] = repository.releases;
    if (!release) throw new Error('There is no release.');
    return release;
  };
  const names = () => only().assets.map(({ name }) => name);

  test('has an asset for each file, under a name that GitHub leaves alone; the label is the path', async () => {
    await open().publish(versionOf('1.0.0'));

    expect(only()).toMatchObject({
      tag: 'churn@v1.0.0',
      draft: false,
      prerelease: false,
      name: 'churn 1.0.0',
    });
    expect(names()).toEqual([
      'model.config.json',
      'file-3.bin',
      'model.weights.bin',
      'file-5.bin',
      'model.sig',
      'manifest.json',
    ]);
    expect(only().assets.map(({ label }) => label)).toContain('model/config.json');
    expect(only().body).toContain('Verdict: **pass**');
  });

  test('of a pre-release is one', async () => {
    await open().publish(versionOf('1.0.0-rc.1'));
    expect(only().prerelease).toBe(true);
  });

  test('is filled as a draft, so that an immutable one has everything', async () => {
    repository.immutableReleases = true;
    await open().publish(versionOf('1.0.0'));
    expect(only()).toMatchObject({ immutable: true });
    expect(await open().publish(versionOf('1.0.0'))).toMatchObject({ result: 'unchanged' });
  });

  test('that a person made is refused, to read and to write', async () => {
    repository.releases.push({ ...(await released()), body: 'My own words' });
    for (const work of [open().find('churn', '1.0.0'), open().publish(versionOf('1.0.0'))])
      await expect(work).rejects.toMatchObject({
        message: expect.stringContaining('that Trainyard did not make'),
        hint: expect.stringContaining('take the next version'),
      });
  });

  async function released() {
    await open().publish(versionOf('1.0.0'));
    return repository.releases.pop() as ReturnType<typeof only>;
  }

  test('with an asset deleted or changed is refused before anything is fetched', async () => {
    const made = versionOf('1.0.0');
    await open().publish(made);
    const asset = only().assets.find(({ name }) => name === 'model.weights.bin');
    const bytes = asset?.bytes as Buffer;
    const fetched = () => open().fetch(made.manifest, join(makeFolder(), 'to'));

    Object.assign(asset ?? {}, { bytes: Buffer.from('WEIGHTS') });
    await expect(fetched()).rejects.toThrow('"model/weights.bin" of the release is other bytes');
    Object.assign(asset ?? {}, { bytes });
    only().assets.splice(only().assets.indexOf(asset as never), 1);
    await expect(fetched()).rejects.toThrow('"model/weights.bin" of the release is gone');
    only().assets.splice(0);
    await expect(open().find('churn', '1.0.0')).rejects.toThrow('has no manifest.json');
  });

  test('that was cut off goes on: whole assets stay, half ones and strange ones are replaced or removed', async () => {
    const release = await released();
    const [kept, half] = release.assets;
    repository.refs.delete('refs/tags/churn@v1.0.0');
    const strange = { ...(kept as NonNullable<typeof kept>), id: 1, name: 'stale.bin' };
    const halved = { ...(half as NonNullable<typeof half>), state: 'open' as const, bytes: Buffer.from('x') };
    const assets = [kept as NonNullable<typeof kept>, halved, strange];
    repository.releases.push({ ...release, draft: true, published: null, assets });

    expect(await open().publish(versionOf('1.0.0'))).toMatchObject({ result: 'created' });

    expect(repository.releases).toHaveLength(1);
    expect(only().assets[0]).toBe(kept);
    expect(names()).not.toContain('stale.bin');
    expect(names()).toHaveLength(6);
  });

  /** A version of one file in three shards. */
  async function inShards() {
    const made = versionOf('1.0.0', { 'big.bin': 'aaaabbbbcc' });
    const shards = await shardsOf(jobRuntime().files, join(made.folder, 'big.bin'), 4);
    const resources = made.manifest.resources.map((one) => ({ ...one, shards }));
    const manifest = { ...made.manifest, resources };
    return { ...made, manifest, text: JSON.stringify(manifest) };
  }

  test('of a file with shards is one asset for each, and whole again when fetched', async () => {
    const made = await inShards();
    await open().publish(made);

    expect(
      only()
        .assets.slice(0, 3)
        .map(({ name, bytes }) => [name, bytes.toString()]),
    ).toEqual([
      ['big.bin.part-001', 'aaaa'],
      ['big.bin.part-002', 'bbbb'],
      ['big.bin.part-003', 'cc'],
    ]);
    const folder = join(makeFolder(), 'to');
    await open().fetch(made.manifest, folder);
    expect(filesIn(folder)).toEqual({ 'big.bin': 'aaaabbbbcc' });
  });

  test('cut off within the second shard keeps the first, sends the second again, and is sent once', async () => {
    const made = await inShards();
    const operation = 'repos/upload-release-asset';
    github.switches.plan({ fault: 'no-connection', operation, after: 1, times: 5 });
    await expect(open().publish(made)).rejects.toMatchObject({ name: 'UpstreamError' });
    const [first] = only().assets;
    const half = { ...(first as NonNullable<typeof first>), id: 1, name: 'big.bin.part-002' };
    only().assets.push({ ...half, bytes: Buffer.from('bb'), state: 'open' });
    github.requests.clear();

    expect(await open().publish(await inShards())).toMatchObject({ result: 'created' });
    expect(await open().publish(await inShards())).toMatchObject({ result: 'unchanged' });

    expect(only().assets[0]).toBe(first);
    expect(
      only()
        .assets.map(({ name, bytes, state }) => [name, String(bytes), state])
        .slice(0, 3),
    ).toEqual([
      ['big.bin.part-001', 'aaaa', undefined],
      ['big.bin.part-002', 'bbbb', undefined],
      ['big.bin.part-003', 'cc', undefined],
    ]);
    // Two shards, the signature and the manifest.
    expect(github.requests.counts()).toMatchObject({ [operation]: 4, 'repos/delete-release-asset': 1 });
  });

  test('of more files than GitHub takes is refused before there is a draft', async () => {
    const files = Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`f${i}`, String(i)]));
    await expect(open().publish(versionOf('1.0.0', files))).rejects.toThrow('a release takes 998');
    expect(repository.releases).toEqual([]);
  });

  const operations = [
    'create-release',
    'list-releases',
    'upload-release-asset',
    'list-release-assets',
    'update-release',
  ];
  test.each(
    operations.flatMap((operation): [string, string, Fault][] => [
      [operation, 'fails once', { fault: 'no-connection' }],
      [operation, 'fails after it was done', { fault: 'status', status: 502, afterWrite: true }],
      [operation, 'asks to wait', { fault: 'secondary-limit', retryAfter: 1 }],
    ]),
  )('is published once and whole where %s %s', async (operation, _what, fault) => {
    github.switches.plan({ ...fault, operation: `repos/${operation}` });

    await open().publish(versionOf('1.0.0'));

    expect(github.switches.pending()).toBe(0);
    expect(repository.releases).toHaveLength(1);
    expect(only()).toMatchObject({ draft: false });
    expect(names()).toHaveLength(6);
  });
});
