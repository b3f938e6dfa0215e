import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { registerVersion } from '../release/manifests.ts';
import type { Planned } from '../rig/github/faults.ts';
import { getObject } from '../rig/github/git-objects.ts';
import { entryAt } from '../rig/github/git-trees.ts';
import { startStep } from '../rig/step.ts';
import { closeReleases, makeRelease } from './released.ts';

/** Every request is too many for each change: `TRAINYARD_EACH_REQUEST=all` takes them all. */
const every = process.env['TRAINYARD_EACH_REQUEST'] === 'all' ? 1 : 26;

/** Requests that each of these jobs makes at least, and at most. */
const [least, most] = [25, 45];

let release: Awaited<ReturnType<typeof makeRelease>>;
let [minor, live] = [0, ''];

beforeAll(async () => {
  release = await makeRelease('    notify: { issue: tracking }\n');
  expect(await release.step('deploy', { version: '1.0.0' })).toMatchObject({ code: 0 });
}, 60_000);
afterAll(closeReleases);

/** Deployments of the model with the state that is shown. */
const shown = () =>
  release.site.repository.deployments.map(({ payload, statuses }) => ({
    ...(payload as { id: string; version: string }),
    state: statuses.at(-1)?.state ?? 'none',
  }));

function lock(): string | null | undefined {
  const { objects, refs } = release.site.repository;
  const commit = getObject(objects, 'commit', refs.get('refs/heads/trainyard-lock/production') as string);
  const entry = commit && entryAt(objects, commit.tree, 'lock.json');
  return entry && getObject(objects, 'blob', entry.sha)?.bytes.toString().trim();
}

/** What must hold whatever died: one version is live, everything says so, nobody holds the lock, nothing is told twice. */
async function requireOrder(): Promise<string> {
  const { site, step, served } = release;
  const [state] = JSON.parse((await step('status', { target: 'true' })).outputs['status'] ?? 'null');
  expect(state).toMatchObject({ open: null, target: { agrees: true, candidate: null } });
  const version: string = state.live.version;
  expect(served()).toBe(`model ${version}`);
  expect(shown().filter(({ state: said }) => said === 'success')).toMatchObject([{ version }]);
  expect(shown().filter(({ state: said }) => ['in_progress', 'pending', 'none'].includes(said))).toEqual([]);
  const ids = shown().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(lock()).toBe('null');
  const checks = site.repository.checks.map(({ externalId }) => externalId);
  expect(new Set(checks).size).toBe(checks.length);
  expect([...site.repository.issues.values()]).toHaveLength(1);
  const told = site.repository.comments.map(({ body }) => body.split('\n')[0]);
  expect(new Set(told).size).toBe(told.length);
  return version;
}

/** A job during which something happens to its n-th request; it has ended when this has. */
async function disturbed(
  action: string,
  inputs: Record<string, string>,
  n: number,
  how: How,
): Promise<boolean> {
  const { site, seed } = release;
  const given = seed(action, inputs);
  const { child, finished } = startStep(given);
  const before = site.github.switches.pending();
  expect(before).toBe(0);
  site.github.switches.plan({ ...how(() => child.kill('SIGKILL')), after: n - 1 });
  await finished;
  const struck = site.github.switches.pending() === 0;
  site.github.switches.clear();
  given.run.status = 'completed';
  return struck;
}

type How = (kill: () => void) => Planned;

const ways: [string, How][] = [
  ['is killed before request %d took effect', (meanwhile) => ({ fault: 'no-connection', meanwhile })],
  ['is killed after request %d took effect', (meanwhile) => ({ fault: 'lost-answer', meanwhile })],
  ['gets 502 once, at request %d', () => ({ fault: 'status', status: 502 })],
  ['never hears the answer to request %d', () => ({ fault: 'lost-answer' })],
];

const cases = ways.flatMap(([name, how], offset) =>
  Array.from({ length: most }, (_, i) => i + 1)
    .filter((n) => (n + offset) % every === 0)
    .map((n) => [name.replace('%d', String(n)), n, how] as const),
);

test.each(cases)(
  'a deployment that %s, a reconcile after it, and the same deployment again',
  async (_name, n, how) => {
    minor += 1;
    const version = `1.${minor}.0`;
    registerVersion(release.workspace, version, { commit: null });
    live = await requireOrder();
    const struck = await disturbed('deploy', { version }, n, how);
    if (n <= least) expect(struck).toBe(true);
    expect(await release.step('reconcile')).toMatchObject({ code: 0 });
    expect([live, version]).toContain(await requireOrder());

    const again = await release.step('deploy', { version });
    expect([again.code, again.code === 0 ? '' : again.log]).toEqual([0, '']);
    expect(await requireOrder()).toBe(version);
  },
  120_000,
);
