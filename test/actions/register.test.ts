import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readManifest } from '../../src/formats/manifest.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { ask } from '../rig/github/ask.ts';
import { getObject } from '../rig/github/git-objects.ts';
import { plainConfig, plainParams } from '../rig/project.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';
import type { FinishedStep } from '../rig/step.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

/** One repository for all: its first push is recorded, then a change that passes is merged. */
let site: GitHubSite;
let first: string;
let better: string;
/** Where the model serves. */
let served: string;

beforeAll(async () => {
  served = join(makeFolder(), 'srv');
  const deploy = `deploy:\n  production: { target: { directory: { path: ${served} } } }\n`;
  site = await makeSite({ 'trainyard.yml': `${plainConfig}${deploy}` });
  first = mainOf(site);
  await site.workflow(site.ofPush(first, '0'.repeat(40)));
  better = await merged('errors: 40', 'errors: 39');
});
afterAll(async () => {
  await site.close();
  removeFolders();
});
/** What the tests made of versions and of releases. */
beforeEach(() => {
  const { refs, releases } = site.repository;
  for (const ref of refs.keys()) if (ref.startsWith('refs/tags/')) refs.delete(ref);
  refs.set('refs/heads/main', better);
  refs.set('refs/heads/trainyard', ledger ?? (refs.get('refs/heads/trainyard') as string));
  ledger ??= refs.get('refs/heads/trainyard') ?? null;
  releases.splice(0);
  site.repository.immutableReleases = false;
  site.repository.burntTags.clear();
});
let ledger: string | null = null;

const mainOf = ({ repository }: GitHubSite) => repository.refs.get('refs/heads/main') as string;

/** A pull request from the clone, whose main is the first commit. */
function proposal(from: string, to: string): number {
  site.project.git('switch', '--quiet', 'main');
  if (site.project.git('branch', '--list', 'change') !== '')
    site.project.git('branch', '--delete', '--force', 'change');
  return propose(site, ['params.yaml', from, to]);
}

/** Merges a change of the model after its run was judged; gives the merge. */
async function merged(from: string, to: string): Promise<string> {
  const before = mainOf(site);
  const number = proposal(from, to);
  await site.workflow(site.ofPull(number));
  const sha = site.github.state.merge(site.repository, number, 'merge');
  await site.workflow(site.ofPush(sha, before));
  return sha;
}

interface Asked {
  action?: string;
  event?: string;
  ref?: string;
  sha?: string;
  payload?: object;
  inputs?: Record<string, string>;
}

/** The register job, or another, as a process of its own. */
function job({
  action = 'register',
  event = 'workflow_dispatch',
  ref = 'refs/heads/main',
  sha,
  payload = {},
  inputs = {},
}: Asked): Promise<FinishedStep> {
  const { repository, github } = site;
  const common = {
    event,
    sha: sha ?? mainOf(site),
    ref,
    payload: { ...payload, repository: { default_branch: 'main' } },
  };
  const run = startRun(site, { ...common, headSha: common.sha });
  run.path = '.github/workflows/release.yml';
  const permissions = {
    contents: 'write',
    actions: 'read',
    checks: 'read',
    ...(action === 'deploy' && { deployments: 'write' as const, checks: 'write' as const }),
  } as const;
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  return site.step({ ...common, run, action, token, inputs });
}

/** A person's release, published, and the job that it starts. */
async function release(tag: string, more = {}): Promise<FinishedStep> {
  const { repository, github } = site;
  const token = github.state.token('write-all');
  const body = { tag_name: tag, target_commitish: mainOf(site), name: 'Spring', body: 'Better.', ...more };
  const made = await ask(github, `POST /repos/${repository.fullName}/releases`, { token, body });
  const payload = { action: 'published', release: made.body };
  return job({ event: 'release', ref: `refs/tags/${tag}`, payload });
}

const releaseOn = (tag: string) => site.repository.releases.find((one) => one.tag === tag);
const deploymentsOf = ({ outputs }: FinishedStep) => JSON.parse(outputs['deployments'] ?? 'null');
const versionsOf = ({ outputs }: FinishedStep) => JSON.parse(outputs['versions'] ?? 'null');

describe('a release of a merged change', () => {
  test('becomes an annotated tag, a release of its own with files and manifest, a ledger entry, and a link', async () => {
    site.repository.immutableReleases = true;

    const done = await release('v1.2.0');

    expect(done).toMatchObject({
      code: 0,
      outputs: { model: 'churn', version: '1.2.0', tag: 'churn@v1.2.0' },
    });
    expect(versionsOf(done)).toMatchObject([{ result: 'registered', verdict: 'pass' }]);
    expect(deploymentsOf(done)).toEqual({ production: [{ model: 'churn', version: '1.2.0' }] });
    const { objects, refs } = site.repository;
    const tag = getObject(objects, 'tag', refs.get('refs/tags/churn@v1.2.0') as string);
    expect(tag).toMatchObject({ object: better, tag: 'churn@v1.2.0' });
    const own = releaseOn('churn@v1.2.0');
    expect(own).toMatchObject({ draft: false, immutable: true, prerelease: false });
    expect(own?.assets.map(({ name }) => name).sort()).toEqual(['manifest.json', 'model.txt']);
    const text = own?.assets.find(({ name }) => name === 'manifest.json')?.bytes.toString() ?? '';
    const manifest = readManifest(text, 'manifest.json', { model: 'churn', version: '1.2.0' });
    const bytes = Buffer.from(plainParams.replace('errors: 40', 'errors: 39'));
    expect(manifest).toMatchObject({ commit: better, verdict: { kind: 'pass' } });
    expect(manifest.resources).toEqual([
      {
        name: 'model.txt',
        bytes: bytes.length,
        algorithm: 'sha256',
        digest: createHash('sha256').update(bytes).digest('hex'),
      },
    ]);
    expect(releaseOn('v1.2.0')).toMatchObject({
      assets: [],
      body: expect.stringMatching(/^Better\.\n\n[\s\S]*churn@v1\.2\.0/),
    });
    expect(own?.body).not.toContain('undefined');
  });

  test('is registered once, whether its release, its tag or a person starts the job', async () => {
    const first = await release('v1.2.0');
    const text = releaseOn('v1.2.0')?.body;
    expect(text).toContain(`](${versionsOf(first)[0].url})`);
    const before = JSON.stringify(
      [...site.repository.refs].filter(([ref]) => !ref.startsWith('refs/tags/v')),
    );

    const payload = { action: 'published', release: { id: releaseOn('v1.2.0')?.id, tag_name: 'v1.2.0' } };
    const again = [
      await job({ event: 'release', ref: 'refs/tags/v1.2.0', payload }),
      await job({ event: 'push', ref: 'refs/tags/v1.2.0', payload: { ref: 'refs/tags/v1.2.0' } }),
      await job({ inputs: { version: 'churn@v1.2.0' } }),
    ];

    expect(again.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(again.flatMap(versionsOf).map(({ result }) => result)).toEqual(Array(3).fill('unchanged'));
    expect(releaseOn('v1.2.0')?.body).toBe(text);
    expect(JSON.stringify([...site.repository.refs].filter(([ref]) => !ref.startsWith('refs/tags/v')))).toBe(
      before,
    );
    expect(site.repository.releases).toHaveLength(2);
  });

  test('that two jobs register at once is one version', async () => {
    const both = await Promise.all([1, 2].map(() => job({ inputs: { version: 'v1.2.0' } })));

    expect(both.map(({ code, log }) => [code, code === 0 ? '' : log])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(site.repository.releases).toMatchObject([{ tag: 'churn@v1.2.0', draft: false }]);
    expect(releaseOn('churn@v1.2.0')?.assets).toHaveLength(2);
  });

  test('goes on where a job was cut off: half an asset is sent again, a whole one stays', async () => {
    const whole = await job({ inputs: { version: 'v1.2.0' } });
    expect(whole.code).toBe(0);
    const own = releaseOn('churn@v1.2.0');
    const kept = own?.assets.find(({ name }) => name === 'model.txt');
    Object.assign(own ?? {}, { draft: true, published: null });
    const manifest = own?.assets.find(({ name }) => name === 'manifest.json');
    Object.assign(manifest ?? {}, { state: 'open', bytes: Buffer.from('{') });

    const again = await job({ inputs: { version: 'v1.2.0' } });

    expect(versionsOf(again)).toMatchObject([{ result: 'registered' }]);
    expect(releaseOn('churn@v1.2.0')).toMatchObject({ draft: false });
    expect(releaseOn('churn@v1.2.0')?.assets).toContain(kept);
    expect(
      JSON.parse(
        String(releaseOn('churn@v1.2.0')?.assets.find(({ name }) => name === 'manifest.json')?.bytes),
      ),
    ).toMatchObject({ model: 'churn' });
  });
});

test('what was registered is deployed from its release, and its digests are checked before a byte moves', async () => {
  const { outputs } = await job({ inputs: { version: 'v1.2.0' } });
  const deploy = () => job({ action: 'deploy', inputs: { version: outputs['version'] ?? '' } });
  const asset = releaseOn('churn@v1.2.0')?.assets.find(({ name }) => name === 'model.txt');
  const bytes = asset?.bytes;

  Object.assign(asset ?? {}, { bytes: Buffer.from('x') });
  const refused = await deploy();
  expect([refused.code, existsSync(join(served, 'current'))]).toEqual([2, false]);
  expect(refused.log).toContain('is other bytes than those registered');

  Object.assign(asset ?? {}, { bytes });
  expect(await deploy()).toMatchObject({ code: 0, outputs: { result: 'succeeded' } });
  expect(readFileSync(join(served, 'current/model.txt'), 'utf8')).toContain('errors: 39');
});

test('a pre-release is registered and goes nowhere until it is released, and what is live is deployed no more', async () => {
  const done = await release('v1.2.0', { prerelease: true });
  expect(versionsOf(done)).toMatchObject([{ result: 'registered' }]);
  expect([deploymentsOf(done), done.log]).toEqual([{}, expect.stringContaining('v1.2.0 is a pre-release')]);
  const tagged = () => job({ event: 'push', ref: 'refs/tags/v1.2.0', payload: { ref: 'refs/tags/v1.2.0' } });
  expect(deploymentsOf(await tagged())).toEqual({});

  const own = releaseOn('v1.2.0');
  Object.assign(own ?? {}, { prerelease: false });
  const payload = { action: 'released', release: { id: own?.id, tag_name: 'v1.2.0', prerelease: false } };
  const released = await job({ event: 'release', ref: 'refs/tags/v1.2.0', payload });
  expect(deploymentsOf(released)).toEqual({ production: [{ model: 'churn', version: '1.2.0' }] });
  expect(await job({ action: 'deploy', inputs: { version: '1.2.0' } })).toMatchObject({ code: 0 });
  expect(deploymentsOf(await tagged())).toEqual({});
});

test('a version takes 36 requests at most, two of them uploads', async () => {
  const { requests } = site.github;
  requests.clear();
  await job({ inputs: { version: 'v1.2.0' } });
  expect(requests.count()).toBeLessThanOrEqual(36);
});

describe('nothing is written', () => {
  const untouched = () => {
    expect([...site.repository.refs.keys()].filter((ref) => ref.includes('churn@'))).toEqual([]);
    expect(site.repository.releases.filter(({ tag }) => tag.startsWith('churn@'))).toEqual([]);
  };

  test('for a run that the gate refused and somebody merged all the same', async () => {
    site.repository.refs.set('refs/heads/main', first);
    await merged('errors: 40', 'errors: 90');
    const done = await job({ inputs: { version: 'v1.2.0' } });
    expect([done.code, done.log]).toEqual([2, expect.stringContaining('its verdict is "fail"')]);
    untouched();
  });

  test('for a commit without a recorded run', async () => {
    site.project.git('switch', '--quiet', 'main');
    site.project.write('notes.txt', 'x');
    site.project.commit();
    site.push();
    const done = await job({ inputs: { version: 'v1.2.0' } });
    site.project.git('reset', '--quiet', '--hard', first);
    expect([done.code, done.log]).toEqual([2, expect.stringContaining('No run is recorded for churn')]);
    untouched();
  });

  test('for a run whose files have expired, with the remedy', async () => {
    const kept = site.repository.runs.map(({ artifacts }) => artifacts);
    for (const run of site.repository.runs)
      run.artifacts = run.artifacts.filter(({ name }) => !name.includes('model'));
    const done = await job({ inputs: { version: 'v1.2.0' } });
    for (const [i, run] of site.repository.runs.entries()) run.artifacts = kept[i] ?? run.artifacts;
    expect([done.code, done.log]).toEqual([2, expect.stringContaining('--retrain')]);
    untouched();
  });

  test("for a person's release on the tag of a version, with the remedy", async () => {
    const done = await release('churn@v1.2.0');
    expect([done.code, done.log]).toEqual([2, expect.stringContaining('release "v1.2.0"')]);
    expect(releaseOn('churn@v1.2.0')?.assets).toEqual([]);
  });

  test.each([
    [
      'a release that was edited',
      { event: 'release', payload: { action: 'edited', release: { id: 1, tag_name: 'v1.2.0' } } },
    ],
    [
      'a release that was deleted',
      { event: 'release', payload: { action: 'deleted', release: { id: 1, tag_name: 'v1.2.0' } } },
    ],
    ['a tag that was deleted', { event: 'push', ref: 'refs/tags/v1.2.0', payload: { deleted: true } }],
    ['a tag of a stage', { event: 'push', ref: 'refs/tags/churn#prod#3' }],
    [
      'a release that names no version',
      { event: 'release', payload: { action: 'published', release: { id: 1, tag_name: 'spring' } } },
    ],
  ])('for %s, and that is no failure', async (_name, asked) => {
    const done = await job(asked);
    expect([done.code, done.outputs['versions'], done.outputs['deployments'], done.log]).toEqual([
      0,
      '[]',
      '{}',
      expect.stringContaining('nothing to register'),
    ]);
    untouched();
  });

  test('for an event that says no version, and for a proposal', async () => {
    expect((await job({ event: 'schedule' })).log).toContain('says no version to register');
    const number = proposal('errors: 40', 'errors: 38');
    const { event, sha, ref, payload } = site.ofPull(number);
    const done = await job({ event, sha, ref, payload, inputs: { version: 'v1.2.0' } });
    expect([done.code, done.log]).toEqual([
      2,
      expect.stringContaining('"register" does not run for the event'),
    ]);
    untouched();
  });
});

test('other bytes under a version that is taken are refused, and an unchanged model gets no new version', async () => {
  await job({ inputs: { version: 'v1.0.0' }, sha: first });
  const same = await job({ inputs: { version: 'v1.1.0' }, sha: first });
  expect(versionsOf(same)).toMatchObject([{ result: 'same-bytes' }]);
  expect(deploymentsOf(same)).toEqual({});

  const done = await job({ inputs: { version: 'v1.0.0' } });

  expect([done.code, done.log]).toEqual([
    2,
    expect.stringContaining('is registered already, with other bytes'),
  ]);
  expect(site.repository.releases.map(({ tag }) => tag)).toEqual(['churn@v1.0.0']);
});

test('the first version of a project is registered with a warning: nothing was there to judge it by', async () => {
  const done = await job({ inputs: { version: 'v1.0.0', commit: first.slice(0, 12) } });
  expect(versionsOf(done)).toMatchObject([{ result: 'registered', verdict: 'adoption' }]);
  expect(done.log).toMatch(/::warning[^\n]*was not judged \(adoption\)/);
});
