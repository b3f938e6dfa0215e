import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ModelManifest } from '../../src/schema/manifest.types.ts';
import { registerVersion } from '../release/manifests.ts';
import { getObject } from '../rig/github/git-objects.ts';
import { entryAt } from '../rig/github/git-trees.ts';
import { closeReleases, makeRelease } from './released.ts';

const blocking = `gate:
  on-inconclusive: block
  rules: [{ metric: accuracy, max-drop: 0.02 }]
`;
let release: Awaited<ReturnType<typeof makeRelease>>;

beforeAll(async () => {
  release = await makeRelease(blocking);
  expect(await release.step('deploy', { version: '1.1.0' })).toMatchObject({ code: 0 });
}, 60_000);
afterAll(closeReleases);

/** Who holds the environment, as its branch says: `null`, nobody. */
function lock(): unknown {
  const { objects, refs } = release.site.repository;
  const commit = getObject(objects, 'commit', refs.get('refs/heads/trainyard-lock/production') as string);
  const entry = commit && entryAt(objects, commit.tree, 'lock.json');
  return JSON.parse(String(entry && getObject(objects, 'blob', entry.sha)?.bytes));
}

/** What is served, shown and written down, and who holds the lock. */
function state() {
  const { deployments, checks, releases, refs } = release.site.repository;
  const others = [...refs].filter(([ref]) => !ref.startsWith('refs/heads/trainyard-lock/'));
  return structuredClone({ served: release.served(), lock: lock(), deployments, checks, releases, others });
}

const file = (version: string, name: string) =>
  join(release.workspace, '.trainyard/registry/churn', version, name);
const registered = (version: string, changed: Partial<ModelManifest> = {}) =>
  registerVersion(release.workspace, version, { commit: null, ...changed });

test.each<[string, string, () => void, RegExp]>([
  ['a version that is none', '1.02.0', () => {}, /"1\.02\.0" is no version/],
  ['a version that begins as an option does', '--force', () => {}, /"--force" is no version/],
  ['a version that is an expression', `\${{ github.token }}`, () => {}, /is no version/],
  ['a version that is not there', '9.9.9', () => {}, /There is no version 9\.9\.9 of churn/],
  ['a version lower than what is live', '1.0.0', () => {}, /1\.0\.0 is lower than .*1\.1\.0/],
  [
    'a pre-release of what is live',
    '1.1.0-rc.1',
    () => registered('1.1.0-rc.1'),
    /1\.1\.0-rc\.1 is lower than .*1\.1\.0/,
  ],
  [
    'a manifest of a newer schema',
    '2.0.0',
    () => registered('2.0.0', { version: 2 } as object),
    /manifest\.json was made by a newer Trainyard[\s\S]*expected[\s\S]*version 1/i,
  ],
  [
    'a manifest that is cut off',
    '2.0.1',
    () => {
      registered('2.0.1');
      writeFileSync(file('2.0.1', 'manifest.json'), '{"schema": "trainyard/manifest", "ver');
    },
    /manifest\.json[^\n]*(JSON|ends|line 1)/,
  ],
  [
    'a manifest whose digest is not that of its files',
    '2.0.2',
    () => registered('2.0.2', { digest: 'e'.repeat(64) }),
    /manifest\.json has a digest that is not that of its files[\s\S]*"digest"/,
  ],
  [
    'a manifest of another model',
    '2.0.3',
    () => registered('2.0.3', { model: 'other' }),
    /manifest\.json is of other 2\.0\.3[\s\S]*the manifest of churn 2\.0\.3/,
  ],
  [
    'a manifest with a file elsewhere',
    '2.0.4',
    () =>
      registered('2.0.4', {
        resources: [{ name: '../../x', bytes: 1, algorithm: 'sha256', digest: 'a'.repeat(64) }],
      }),
    /manifest\.json names "\.\.\/\.\.\/x"[\s\S]*files below its own folder/,
  ],
  [
    'a verdict that failed',
    '2.2.0',
    () => registered('2.2.0', { verdict: { verdict: 'fail', kind: 'fail' } }),
    /The verdict on version 2\.2\.0 is "fail"/,
  ],
  [
    'a verdict that is an error',
    '2.2.1',
    () => registered('2.2.1', { verdict: { verdict: 'error', kind: 'error' } }),
    /The verdict on version 2\.2\.1 is "error"/,
  ],
  [
    'a verdict that is missing',
    '2.2.2',
    () => registered('2.2.2', { verdict: null }),
    /There is no verdict on version 2\.2\.2/,
  ],
  [
    'a verdict that is inconclusive where that blocks',
    '2.2.3',
    () => registered('2.2.3', { verdict: { verdict: 'inconclusive', kind: 'inconclusive' } }),
    /The verdict on version 2\.2\.3 is inconclusive, which blocks here/,
  ],
])(
  'a deployment is refused before it begins, and nothing changes: %s',
  async (_name, version, prepare, message) => {
    prepare();
    const before = state();

    const { code, log } = await release.step('deploy', { version });

    expect([code, log]).toEqual([2, expect.stringMatching(message)]);
    expect(state()).toEqual({ ...before, lock: null });
  },
);

test.each<[string, string, () => void, RegExp]>([
  [
    'a file with other bytes of the same size',
    '2.1.0',
    () => {
      writeFileSync(file('2.1.0', 'files/model.bin'), 'MODEL 2.1.0');
    },
    /the file "model\.bin" has another digest than its manifest says/,
  ],
  [
    'a file of another size',
    '2.1.1',
    () => {
      writeFileSync(file('2.1.1', 'files/model.bin'), 'short');
    },
    /the file "model\.bin" has 5 bytes instead of 11/,
  ],
  [
    'a file that is missing',
    '2.1.2',
    () => {
      rmSync(file('2.1.2', 'files/model.bin'));
    },
    /the file "model\.bin" is missing/,
  ],
])(
  'a deployment whose files are not those registered ends before one is staged: %s',
  async (_name, version, damage, message) => {
    const before = state();
    registered(version);
    damage();

    const { code, log } = await release.step('deploy', { version });

    expect([code, log]).toEqual([2, expect.stringMatching(message)]);
    const after = state();
    expect([after.served, after.lock]).toEqual([before.served, null]);
    expect(after.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual([
      ...before.deployments.map(({ statuses }) => statuses.at(-1)?.state),
      'error',
    ]);
    expect(after.checks.at(-1)).toMatchObject({ conclusion: 'failure' });
    const [live] = JSON.parse((await release.step('status', { target: 'true' })).outputs['status'] ?? 'null');
    expect(live).toMatchObject({
      live: { version: '1.1.0' },
      open: null,
      target: { agrees: true, candidate: null },
    });
  },
);

test('a rollback without an earlier good version says so and changes nothing', async () => {
  const before = state();

  const { code, log } = await release.step('rollback', { reason: 'slow' });

  expect([code, log]).toEqual([2, expect.stringContaining('no earlier good version')]);
  expect(state()).toEqual({ ...before, lock: null });
});

test('what was never judged goes live with a warning', async () => {
  registered('3.0.0', { verdict: { verdict: null, kind: 'adoption' } });

  const { code, log } = await release.step('deploy', { version: '3.0.0' });

  expect([code, log]).toEqual([
    0,
    expect.stringMatching(/::warning[^\n]*3\.0\.0 was not judged \(adoption\)/),
  ]);
  expect(release.served()).toBe('model 3.0.0');
});

test('what is inconclusive goes live with a warning where the gate does not block it', async () => {
  release = await makeRelease();
  registered('1.2.0', { verdict: { verdict: 'inconclusive', kind: 'inconclusive' } });

  const { code, log } = await release.step('deploy', { version: '1.2.0' });

  expect([code, log]).toEqual([0, expect.stringMatching(/::warning[^\n]*version 1\.2\.0 is inconclusive/)]);
  expect(release.served()).toBe('model 1.2.0');
});
