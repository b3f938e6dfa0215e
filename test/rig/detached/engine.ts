import { join, relative } from 'node:path';
import { create as createPython } from '../../../src/engines/python/index.ts';
import type {
  Engine,
  EngineCapabilities,
  EnginePlugin,
  EngineSpec,
  RunPlan,
} from '../../../src/engines/types.ts';
import { digestOf } from '../../../src/run/keys.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import type { RunRef } from '../../../src/schema/run.types.ts';
import { attemptOf, type Client, logsOf, openClient, stateOf } from './client.ts';
import { collectRun } from './collect.ts';
import { createRun, newestAttempt, stopRun, wake } from './service.ts';

const id = 'detached';

export const capabilities: EngineCapabilities = { detached: true, caches: false, platforms: [] };

/** An engine whose runs live in a service: each is a process that outlives the job, with a machine (folder) of its own. */
export function create(runtime: Runtime): Engine {
  const client = openClient(runtime);
  const { ask, service } = client;
  // The machine that plans has no say in what is run: nothing of its PATH counts.
  const planner = createPython({ ...runtime, env: {} });
  return {
    id,
    capabilities,
    sources: (spec) => planner.sources(spec),
    async plan(spec) {
      const plan = await planner.plan(spec);
      // The run lives on another machine than the one that plans.
      const { hardware: _here, ...environment } = plan.environment as NonNullable<typeof plan.environment>;
      return { ...plan, environment, engine: id, runKey: digestOf([id, plan.runKey]) };
    },
    scoring: (spec) => planner.scoring(spec),
    submit: async (spec, plan) => submitRun(client, spec, plan, await planner.sources(spec)),
    async status(ref) {
      const run = await client.read(ref);
      const state = stateOf(run);
      const open = state === 'queued' || state === 'running';
      return { state, cancelling: open && run.stopping, url: null, reason: run.reason };
    },
    logs: (ref, cursor) => logsOf(client, ref, cursor),
    collect: (spec, ref) => collectRun(client, spec, ref),
    async cancel(ref) {
      await client.read(ref);
      const { key, attempt } = attemptOf(ref);
      await ask(() => stopRun(service, key, attempt));
    },
  };
}

/** Finds the key's run, else makes it; whoever was quicker is found by looking again. */
async function submitRun(
  client: Client,
  spec: EngineSpec,
  plan: RunPlan,
  sources: readonly string[],
): Promise<RunRef> {
  const { service, ask } = client;
  const key = plan.runKey;
  const refOf = (attempt: number): RunRef => ({
    engine: id,
    run_key: key,
    attempt,
    handle: `${key}/${attempt}`,
  });
  for (;;) {
    const newest = await ask(() => newestAttempt(service, key));
    const run = newest === 0 ? null : await client.read(refOf(newest));
    const over = run !== null && ['failed', 'cancelled'].includes(stateOf(run));
    if (run !== null && !over) return refOf(newest);
    const path = relative(spec.root, spec.path);
    const { model, pipeline, seed, configFile } = spec;
    const request = { model, path, pipeline, seed, configFile };
    const files = sources.map((source) => ({ from: join(spec.path, source), to: join(path, source) }));
    const made = await ask(() => createRun(service, { key, attempt: newest + 1 }, request, files));
    if (!made) continue;
    await wake(service, key, newest + 1);
    return refOf(newest + 1);
  }
}

export const plugin: EnginePlugin = { id, create };
