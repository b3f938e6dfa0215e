import { join } from 'node:path';
import { UpstreamError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRef } from '../../schema/run.types.ts';
import type {
  Engine,
  EngineCapabilities,
  EnginePlugin,
  EngineSpec,
  RunOutputs,
  RunStatus,
} from '../types.ts';
import { createDigester, digestOf } from './digest.ts';
import { isProduced, readsOf } from './graph.ts';
import { readGraph } from './layout.ts';
import { planPipeline } from './plan.ts';
import { readLogs } from './run-logs.ts';
import { scoringOf } from './scoring.ts';
import { type Session, startSession, type Workshop } from './session.ts';
import { openStatCache } from './stat-cache.ts';
import { findRun, type KeptState, readState } from './state.ts';

export const id = 'python';

export const capabilities: EngineCapabilities = { detached: false, caches: true, platforms: [] };

const pollMs = 250;

/** Stages as processes of this machine. Runs live in the process that submitted them; others can watch and cancel. */
export function create(runtime: Runtime): Engine {
  const workshops = new Map<string, Promise<Workshop>>();
  const sessions = new Map<string, Session>();
  const stateFolders = new Set<string>();

  const workshopOf = (spec: EngineSpec): Promise<Workshop> => {
    stateFolders.add(spec.stateFolder);
    const name = digestOf([spec.stateFolder, spec.path, spec.model]).slice(0, 32);
    const known =
      workshops.get(name) ?? openWorkshop(runtime, join(spec.stateFolder, 'cache', 'stat', `${name}.json`));
    workshops.set(name, known);
    return known;
  };
  const keptState = async (ref: RunRef): Promise<{ folder: string; state: KeptState }> => {
    const folder = await findRun(runtime, stateFolders, ref);
    const state = sessions.get(ref.handle)?.state ?? (await readState(runtime, folder));
    if (state !== null) return { folder, state };
    throw new UpstreamError(`The state of run ${ref.handle} in ${folder} cannot be read.`, {
      hint: 'Run it again.',
    });
  };

  return {
    id,
    capabilities,
    async sources(spec) {
      const graph = await readGraph(runtime, spec);
      const read = graph.order.flatMap(readsOf).filter((path) => !isProduced(path, graph.outs));
      return [...new Set(read)].sort();
    },
    async plan(spec) {
      const workshop = await workshopOf(spec);
      const plan = await planPipeline(runtime, spec, workshop.digester);
      await workshop.saveDigests();
      return plan;
    },
    scoring: async (spec) => scoringOf(spec, await readGraph(runtime, spec)),
    async submit(spec, plan) {
      for (const session of sessions.values()) {
        const open = session.state.outputs === null && session.path === spec.path;
        if (open && session.ref.run_key === plan.runKey) return session.ref;
      }
      const session = await startSession(await workshopOf(spec), spec, plan);
      sessions.set(session.ref.handle, session);
      return session.ref;
    },
    async status(ref): Promise<RunStatus> {
      const { state } = await keptState(ref);
      const cancelling = sessions.get(ref.handle)?.cancelling ?? false;
      return { state: state.state, cancelling, url: null, reason: state.reason };
    },
    async logs(ref, cursor) {
      const { folder, state } = await keptState(ref);
      return readLogs(runtime, folder, state, cursor);
    },
    async collect(spec, ref): Promise<RunOutputs> {
      stateFolders.add(spec.stateFolder);
      const session = sessions.get(ref.handle);
      if (session === undefined) return collectKept(runtime, async () => (await keptState(ref)).state);
      const result = await session.done;
      if ('error' in result) throw result.error;
      return result.outputs;
    },
    async cancel(ref) {
      const session = sessions.get(ref.handle);
      const { folder, state } = await keptState(ref);
      if (session !== undefined) {
        session.cancel();
        await session.done;
      } else if (state.outputs === null) await runtime.files.write(join(folder, 'cancel'), '');
    },
  };
}

async function openWorkshop(runtime: Runtime, statFile: string): Promise<Workshop> {
  const cache = await openStatCache(runtime.files, statFile);
  return {
    runtime,
    digester: createDigester(runtime.files, runtime.clock, cache),
    saveDigests: () => cache.save(),
  };
}

/** Waits for a run of another process. */
async function collectKept(runtime: Runtime, read: () => Promise<KeptState>): Promise<RunOutputs> {
  for (;;) {
    const state = await read();
    if (state.outputs !== null) return state.outputs;
    if (state.state !== 'running' && state.state !== 'queued') {
      const now = runtime.clock.now().toISOString();
      const { started, reason } = state;
      return { status: 'cancelled', reason, started, finished: now, stages: [], artifacts: [], cost: null };
    }
    await runtime.clock.sleep(pollMs, runtime.signal);
  }
}

export const plugin: EnginePlugin = { id, create };
