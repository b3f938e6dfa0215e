import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files in memory where there are any: thousands of worlds are made. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * What outlives a process: the ledger's documents, the lock, what is shown, the registry, and a target, which is a real
 * folder, a server that reads one, or a router with weights.
 */
export function createWorld(kind) {
  const folder = mkdtempSync(join(memory, 'trainyard-kill-'));
  const world = {
    ...{
      kind,
      folder,
      now: Date.UTC(2026, 0, 1),
      living: new Set(),
      /** Newest record by id of what is shown as a deployment. */
      shown: new Map(),
      checks: new Map(),
      comments: new Map(),
      mutations: [],
    },
    documents: { version: 0, files: new Map() },
    lock: { holder: null, mark: null, count: 0 },
    /** What the model server has loaded. */
    server: { loaded: null },
    router: { placed: new Map(), stable: null, candidate: null, fence: 0 },
    /** What the metric of a version says. */
    metric: () => 0,
    manifests: new Map(),
    srv: join(folder, 'srv'),
  };
  for (const version of ['0.9.0', '1.0.0', '1.1.0', '1.2.0', '1.3.0']) register(world, version);
  return world;
}

export function discard({ folder }) {
  rmSync(folder, { recursive: true, force: true });
}

function register({ folder, manifests }, version) {
  const contents = { 'model.bin': `model ${version}`, 'sub/vocabulary.txt': `words of ${version}` };
  const resources = Object.entries(contents).map(([name, text]) => {
    const file = join(folder, 'registry', version, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return { name, bytes: text.length, algorithm: 'sha256', digest: sha256(text) };
  });
  const digest = sha256(Buffer.concat(resources.map((one) => Buffer.from(one.digest, 'hex'))));
  manifests.set(version, {
    ...{
      schema: 'trainyard/manifest',
      version: 1,
      model: 'churn',
      model_version: version,
      digest,
      resources,
    },
    ...{
      commit: null,
      run: null,
      verdict: { verdict: 'pass', kind: 'pass' },
      created: '2026-01-01T00:00:00.000Z',
    },
  });
}

/** A document of the ledger as it is now; `null` when it is not there. */
export function documentOf({ documents }, name) {
  const text = documents.files.get(`deployments/production/churn/${name}.json`);
  return text === undefined ? null : JSON.parse(text);
}

/** Shares of the traffic by version, with whether the bytes that serve are those that were registered. */
export function traffic(world) {
  if (world.kind === 'folder') {
    const link = linkOf(world, 'current');
    if (link === null) return [];
    const files = join(world.srv, link);
    return [{ deployment: link.split('/')[1], weight: 100, whole: isWhole(world, files) }];
  }
  if (world.kind === 'server')
    return world.server.loaded === null ? [] : [{ ...world.server.loaded, weight: 100 }];
  const { stable, candidate, placed } = world.router;
  const shares = [];
  if (candidate !== null) shares.push({ deployment: candidate.deployment, weight: candidate.weight });
  if (stable !== null && (candidate?.weight ?? 0) < 100)
    shares.push({ deployment: stable, weight: 100 - (candidate?.weight ?? 0) });
  return shares.map((share) => ({ ...share, whole: placed.get(share.deployment)?.whole === true }));
}

/** The versions that have traffic, as the target itself knows them. */
export function servedVersions(world) {
  const noteOf = (deployment) =>
    JSON.parse(readFileSync(join(world.srv, 'versions', deployment, 'deployment.json'), 'utf8')).version;
  const versionOf = world.kind === 'router' ? (id) => world.router.placed.get(id)?.version : noteOf;
  return traffic(world).map(({ deployment }) => versionOf(deployment));
}

/** The model server loads what the link in its folder leads to now; it serves what it had until then. */
export function answer(world, method, url) {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/unload')) world.server.loaded = null;
  if (pathname.endsWith('/load')) {
    const link = linkOf(world, 'churn');
    if (method !== 'POST' || link === null) return 404;
    const deployment = link.split('/').at(-2);
    world.server.loaded = { deployment, whole: isWhole(world, join(world.srv, link)) };
  }
  return world.server.loaded === null && pathname.endsWith('/ready') ? 404 : 200;
}

/** What lies about in the folder that belongs to no version. */
export function leftovers({ kind, srv }) {
  if (kind === 'router') return [];
  try {
    return readdirSync(kind === 'server' ? join(srv, '.trainyard/churn') : srv).filter(
      (name) => name.startsWith('.') && name !== '.fence',
    );
  } catch {
    return [];
  }
}

function linkOf({ srv }, name) {
  try {
    return readlinkSync(join(srv, name));
  } catch {
    return null;
  }
}

/** Whether a folder holds exactly the bytes of one version. */
export function isWhole({ manifests }, folder) {
  try {
    const text = (name) => readFileSync(join(folder, name));
    return [...manifests.values()].some(({ resources }) =>
      resources.every(({ name, digest }) => sha256(text(name)) === digest),
    );
  } catch {
    return false;
  }
}
