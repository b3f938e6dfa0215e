import type { ModelConfig } from '../config/parse.ts';
import { CancelledError, ConfigError, UpstreamError } from '../core/errors.ts';
import type { Engine, EngineSpec, RunPlan, RunStatus } from '../engines/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRef } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';
import { keepRef, keptRef, orLeft } from './refs.ts';
import { engineSpec } from './spec.ts';

/** A checkout to run in: the user's work tree or a worktree of another commit. */
export interface Place {
  root: string;
  context: RunContext;
}

/** A run that an engine has, with what it was made of. */
export interface AttachedRun {
  plan: RunPlan;
  ref: RunRef;
}

/**
 * Submits a model's run and leaves it: nobody waits. Idempotent by run key, as engines are; the reference is kept so
 * that a later `trainModel` of the same inputs collects the run. ConfigError when the engine's runs end with the job.
 */
export async function submitModel(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  config: { file: string },
): Promise<AttachedRun & { status: RunStatus }> {
  await requireDetached(deps, model, config);
  const engine = await deps.engine(model.engine);
  const spec = engineSpec(deps, model, place.root, config.file);
  const plan = await engine.plan(spec);
  const ref = await engine.submit(spec, plan);
  await keepRef(deps, { model: model.name, ref, waiting: false });
  return { plan, ref, status: await engine.status(ref) };
}

/** Throws a ConfigError for a model whose runs nobody could collect later. */
export async function requireDetached(
  deps: Deps,
  model: ModelConfig,
  config: { file: string },
): Promise<void> {
  if ((await deps.engine(model.engine)).capabilities.detached) return;
  throw new ConfigError(
    `${model.name} cannot be left to run: runs of the engine "${model.engine}" end with the job.`,
    {
      place: { file: config.file, line: model.line },
      expected: 'an engine whose runs live outside the job',
      hint: 'Wait for it: leave out --no-wait (in a workflow: wait: false).',
    },
  );
}

/**
 * The run to wait for: one that was left or lost sight of is taken up again as it is, also when it failed meanwhile;
 * else it is submitted. The reference of a run that outlives the job is kept before the wait begins.
 */
export async function attachModel(deps: Deps, model: ModelConfig, spec: EngineSpec): Promise<AttachedRun> {
  const engine = await deps.engine(model.engine);
  const plan = await engine.plan(spec);
  if (!engine.capabilities.detached) return { plan, ref: await engine.submit(spec, plan) };
  const ref = (await knownRun(deps, engine, plan)) ?? (await engine.submit(spec, plan));
  const run = { model: model.name, ref };
  await keepRef(deps, { ...run, waiting: true });
  if (!(await orLeft(deps, run, isCancelled(deps, engine, spec, ref)))) return { plan, ref };
  const next = await engine.submit(spec, plan);
  await keepRef(deps, { model: model.name, ref: next, waiting: true });
  return { plan, ref: next };
}

/** The kept run of this key, unless the engine has lost it. */
async function knownRun(deps: Deps, engine: Engine, plan: RunPlan): Promise<RunRef | null> {
  const kept = await keptRef(deps, plan.runKey);
  if (kept === null || kept.ref.engine !== plan.engine) return null;
  try {
    await engine.status(kept.ref);
    return kept.ref;
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    deps.runtime.log.warn(`The earlier run of ${kept.model} is gone, submitting it again: ${error.message}`);
    return null;
  }
}

/** Whether an earlier cancel takes this run away: its end is waited for, so that the next attempt runs alone. */
async function isCancelled(deps: Deps, engine: Engine, spec: EngineSpec, ref: RunRef): Promise<boolean> {
  const { runtime } = deps;
  const { state, cancelling } = await engine.status(ref);
  if (!cancelling) return state === 'cancelled';
  runtime.log.info(`An earlier run of ${spec.model} is being cancelled: waiting for its end.`);
  await engine.collect(spec, ref);
  if (runtime.signal.aborted) throw new CancelledError(`Training of ${spec.model} was cancelled.`);
  return true;
}
