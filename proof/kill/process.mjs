import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouter } from './router.mjs';
import { answer, documentOf } from './world.mjs';

/** The process is dead: whatever it still tries does nothing. */
export class Killed extends Error {}

/** Calls that tell their failure in their answer. */
const answering = ['documents.write', 'locks.change'];

export const isLedger = (name) => name.startsWith('documents.') || name.startsWith('locks.');

/** A shift, a promotion and the like must be in the journal before they are done. */
const journalled = {
  stage: 'stage',
  shift: 'shift',
  promote: 'promote',
  rollback: 'back-out',
  retire: 'retire',
};

let drawn = 0;

/**
 * One process on the world: the ports, each call counted and named. `fault` strikes at the call of its number:
 * `before` and `after` kill, `cancel` aborts, `once`, `ever`, `lost` and `twice` are failures of the other side, `down`
 * takes ledger and lock away for as long as the process lives, in `overtaken` and `tidied` another process takes this one
 * for dead and deploys or reconciles, then this one goes on.
 */
export function createProcess(
  world,
  modules,
  { fault = null, environment, files = false, endures = false } = {},
) {
  const { errors, nodeFiles, directory, oip } = modules;
  drawn += 1;
  const token = `process-${drawn}`;
  world.living.add(token);
  const ending = new AbortController();
  const state = { calls: [], dead: false, violations: [], struck: false, unwritten: false };
  const runtime = runtimeOf(world, ending.signal, errors);
  const upstream = () => new errors.UpstreamError('The other side failed.', { retryable: true });

  const end = () => {
    state.dead = true;
    world.living.delete(token);
    throw new Killed('killed');
  };
  const strikes = (name, number) => {
    if (fault === null) return false;
    if (fault.kind === 'down' && state.struck) return isLedger(name);
    if (fault.kind === 'ever' && state.struck) return fault.name === name;
    return fault.number === number;
  };
  const fails = (name) => {
    state.unwritten ||= name.startsWith('documents.');
    if (!answering.includes(name)) throw upstream();
    return name === 'locks.change' ? 'unknown' : { result: 'unknown', reason: 'no answer' };
  };

  async function call(name, work) {
    if (state.dead) throw new Killed('killed');
    const number = state.calls.length;
    state.calls.push(name);
    if (!strikes(name, number)) return work();
    state.struck = true;
    switch (fault.kind) {
      case 'before':
        return end();
      case 'after':
        await work();
        return end();
      case 'cancel':
        ending.abort();
        throw new errors.CancelledError('Cancelled.');
      case 'once':
      case 'ever':
      case 'down':
        return fails(name);
      case 'lost':
        await work();
        return fails(name);
      case 'twice':
        await work();
        return work();
      case 'overtaken':
      case 'tidied':
        world.living.delete(token);
        await fault.meanwhile();
        world.living.add(token);
        return work();
    }
  }

  const port = (name, object) =>
    Object.fromEntries(
      Object.entries(object).map(([method, member]) => [
        method,
        typeof member === 'function' ? (...args) => call(`${name}.${method}`, () => member(...args)) : member,
      ]),
    );
  /** Inside of the target: each change of a file may be the last. */
  const watchedFiles = files ? watchFiles(nodeFiles, call) : nodeFiles;
  const web = port('web', {
    ask: async ({ method, url }) => {
      if (url.includes('/v2/')) return { status: answer(world, method, url), type: '', text: '' };
      return { status: 200, type: '', text: String(world.metric(url.split('=')[1])) };
    },
  });
  const place = { runtime: { ...runtime, files: watchedFiles }, web, root: world.folder, model: 'churn' };
  const targets = {
    folder: () => directory.create(place, { path: world.srv, keep: 3 }),
    server: () => oip.create(place, { url: 'http://127.0.0.1', repository: world.srv, keep: 3 }),
    router: () => createRouter(world, modules),
  };
  const target = targets[world.kind]();
  const deps = {
    ...{ runtime, token, model: 'churn', environment, by: { actor: 'proof', url: null } },
    workspace: join(world.folder, 'workspace'),
    web,
    registry: { id: 'proof', ...port('registry', registryOf(world)) },
    documents: port('documents', documentsOf(world)),
    locks: { lookEveryMs: 1000, life: () => token, ...port('locks', locksOf(world)) },
    deployments: port('deployments', {
      ensure: async (record) => {
        world.shown.set(record.id, record);
        return { result: 'updated', url: '' };
      },
      ensureCheck: async ({ record }) => {
        world.checks.set(record.id, record.state);
        return { result: 'updated', url: '' };
      },
      ensureComment: async ({ record }) => {
        world.comments.set(record.id, record.state);
        return { result: 'updated', url: '' };
      },
      lastGood: async ({ live }) => shownGood(world, live.version),
    }),
    target: { ...target, ...port('target', onlyMethods(noted(world, state, target, endures))) },
  };
  return { deps, state, token, exit: () => world.living.delete(token) };
}

function onlyMethods(object) {
  return Object.fromEntries(Object.entries(object).filter(([, member]) => typeof member === 'function'));
}

/**
 * Notes what is done to the target by whom, and whether the journal said so before. Only what puts an earlier version back
 * may go on once the ledger has failed: a turn-back, and a process that `endures`.
 */
function noted(world, state, target, endures) {
  const wrapped = Object.entries(journalled).map(([method, step]) => [
    method,
    async (placement, ...rest) => {
      const record = documentOf(world, placement.deployment);
      if (state.unwritten && (endures || method === 'rollback')) return target[method](placement, ...rest);
      if (record !== null && record.finished !== null)
        return refused(state, method, () => target[method](placement, ...rest));
      const last = record?.journal.at(-1)?.step;
      const finishing = method === 'promote' && ['promote', 'retire'].includes(last);
      if (last !== step && !finishing)
        state.violations.push(`${method} was done while the journal stood at "${last}"`);
      world.mutations.push(placement.deployment);
      return target[method](placement, ...rest);
    },
  ]);
  return { ...target, ...Object.fromEntries(wrapped) };
}

/** Who was overtaken and wakes up must not change anything. */
async function refused(state, method, work) {
  const result = await work();
  state.violations.push(`${method} was done by a deployment that had ended`);
  return result;
}

const changing = ['write', 'create', 'makeFolder', 'remove', 'copy', 'rename', 'makeLink'];

function watchFiles(files, call) {
  const watched = changing.map((method) => [
    method,
    (...args) => call(`files.${method}`, () => files[method](...args)),
  ]);
  return { ...files, ...Object.fromEntries(watched) };
}

/** As GitHub's deployments tell it: the newest that succeeded and that no later rollback left. */
function shownGood({ shown }, live) {
  const left = new Set([live]);
  for (const { id, kind, state, candidate, from } of [...shown.values()].reverse()) {
    const { version, digest } = candidate;
    if (state === 'succeeded' && !left.has(version)) return { deployment: id, version, digest };
    if (kind === 'rollback' && from !== null) left.add(from.version);
  }
  return null;
}

function registryOf({ folder, manifests }) {
  return {
    find: async (_model, version) => manifests.get(version) ?? null,
    versions: async () => [...manifests.keys()],
    fetch: async ({ model_version: version }, to) => {
      mkdirSync(to, { recursive: true });
      cpSync(join(folder, 'registry', version), to, { recursive: true });
    },
  };
}

function documentsOf({ documents }) {
  return {
    read: async (paths) => ({
      version: documents.version === 0 ? null : String(documents.version),
      texts: paths.map((path) => documents.files.get(path) ?? null),
    }),
    write: async (version, _message, files) => {
      if (version !== (documents.version === 0 ? null : String(documents.version)))
        return { result: 'moved', reason: 'somebody was quicker' };
      for (const { path, text } of files) documents.files.set(path, text);
      documents.version += 1;
      return { result: 'written', version: String(documents.version) };
    },
  };
}

function locksOf(world) {
  const { lock } = world;
  return {
    see: async () => ({ holder: lock.holder, mark: lock.mark }),
    change: async (_environment, seen, holder) => {
      if (seen.mark !== lock.mark) return 'moved';
      lock.count += 1;
      Object.assign(lock, { holder, mark: String(lock.count) });
      return 'changed';
    },
    lives: async ({ life }) => world.living.has(life),
  };
}

function runtimeOf(world, signal, { CancelledError }) {
  const nothing = () => {};
  let monotonic = 0;
  const log = { info: nothing, warn: nothing, error: nothing, debug: nothing };
  return {
    ...{ env: {}, cwd: world.folder, platform: 'linux', cores: 1, signal, processes: null },
    clock: {
      now: () => {
        world.now += 1;
        return new Date(world.now);
      },
      monotonic: () => monotonic,
      sleep: async (milliseconds, given) => {
        for (const one of [signal, given])
          if (one?.aborted) throw new CancelledError('Cancelled while waiting.');
        monotonic += milliseconds;
        world.now += milliseconds;
        await new Promise(setImmediate);
      },
    },
    random: {
      fraction: () => 0.5,
      bytes: (count) => {
        world.draws = (world.draws ?? 0) + 1;
        return Uint8Array.from({ length: count }, (_, i) => (world.draws * 31 + i * 7) % 256);
      },
    },
    log: { ...log, group: nothing, endGroup: nothing, output: nothing, progress: nothing },
    files: world.files,
  };
}
