import { join } from 'node:path';
import { CancelledError, StageError } from '../../core/errors.ts';
import { defaultShell } from '../../runtime/shell.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRef } from '../../schema/run.types.ts';
import type { EngineSpec, RunOutputs, RunPlan } from '../types.ts';
import { openStageCache } from './cache.ts';
import { type Digester, digestOf } from './digest.ts';
import { readGraph } from './layout.ts';
import { type Lock, tryLock, waitForLock } from './lock.ts';
import { stageTable } from './log.ts';
import { type PipelineResult, runPipeline } from './run.ts';
import { type KeptState, makeRunId, nextAttempt, pruneRuns, runsFolder, writeState } from './state.ts';

/** A run of this process. */
export interface Session {
  ref: RunRef;
  path: string;
  state: KeptState;
  cancelling: boolean;
  cancel(): void;
  /** Never rejects: an error that is neither a failed stage nor a cancel is a value too. */
  done: Promise<{ outputs: RunOutputs } | { error: unknown }>;
}

/** What sessions of one engine share. */
export interface Workshop {
  runtime: Runtime;
  digester: Digester;
  saveDigests(): Promise<void>;
}

const cancelPollMs = 500;
const progressMs = 1000;

/** Starts a run in this process. When the same model already runs in the same work tree it waits its turn. */
export async function startSession(workshop: Workshop, spec: EngineSpec, plan: RunPlan): Promise<Session> {
  const { runtime } = workshop;
  const id = makeRunId(runtime);
  const folder = join(runsFolder(spec.stateFolder), id);
  const lockFile = join(spec.stateFolder, 'locks', `${digestOf([spec.path, spec.model]).slice(0, 32)}.lock`);
  const first = await tryLock(runtime, lockFile);
  const attempt = await nextAttempt(runtime, spec, plan.runKey, id);
  const state: KeptState = {
    format: 1,
    model: spec.model,
    path: spec.path,
    runKey: plan.runKey,
    attempt,
    state: 'release' in first ? 'running' : 'queued',
    reason: null,
    owner: runtime.processes.self(),
    started: runtime.clock.now().toISOString(),
    ended: [],
    outputs: null,
  };
  await writeState(runtime, folder, state);
  const controller = new AbortController();
  const session: Session = {
    ref: { engine: 'python', run_key: plan.runKey, attempt, handle: id },
    path: spec.path,
    state,
    cancelling: false,
    cancel() {
      session.cancelling = state.outputs === null;
      controller.abort();
    },
    done: Promise.resolve({ error: null }),
  };
  const run = { workshop, spec, plan, folder, session, controller, lockFile };
  session.done = live(run, 'release' in first ? first : null).then(
    (outputs) => ({ outputs }),
    (error: unknown) => ({ error }),
  );
  return session;
}

interface LiveRun {
  workshop: Workshop;
  spec: EngineSpec;
  plan: RunPlan;
  folder: string;
  session: Session;
  controller: AbortController;
  lockFile: string;
}

/** From the first stage to the released lock. */
async function live(run: LiveRun, held: Lock | null): Promise<RunOutputs> {
  const { runtime } = run.workshop;
  const ended = new AbortController();
  const onSignal = () => run.session.cancel();
  if (runtime.signal.aborted) onSignal();
  runtime.signal.addEventListener('abort', onSignal, { once: true });
  const background = [watchForCancel(run, ended.signal)];
  let lock = held;
  try {
    lock ??= await waitTurn(run);
    const result = await perform(run, ended.signal);
    return await finish(run, result);
  } catch (error) {
    return await finish(run, { stages: [], artifacts: [], failure: error });
  } finally {
    ended.abort();
    runtime.signal.removeEventListener('abort', onSignal);
    await Promise.all(background);
    await lock?.release();
  }
}

async function waitTurn({
  workshop: { runtime },
  spec,
  lockFile,
  controller,
  session,
  folder,
}: LiveRun): Promise<Lock> {
  const lock = await waitForLock(runtime, lockFile, controller.signal, (holder) => {
    runtime.log.info(
      `Waiting for another run of ${spec.model} in ${spec.path} (process ${holder.pid} on ${holder.host}). ` +
        `If there is none, remove ${lockFile}.`,
    );
  });
  session.state.state = 'running';
  await writeState(runtime, folder, session.state);
  return lock;
}

async function perform(run: LiveRun, ended: AbortSignal): Promise<PipelineResult> {
  const { workshop, spec, plan, folder, session, controller } = run;
  const { runtime, digester } = workshop;
  await pruneRuns(runtime, spec.stateFolder);
  const graph = await readGraph(runtime, spec);
  const began = runtime.clock.monotonic();
  let line = '';
  const show = () =>
    runtime.log.progress(`${line} ${((runtime.clock.monotonic() - began) / 1000).toFixed(0)} s`);
  const ticking = repeat(runtime, progressMs, ended, async () => show());
  try {
    return await runPipeline({
      runtime,
      spec,
      graph,
      plan,
      digester,
      shell: await defaultShell(runtime),
      cache: openStageCache(runtime, spec, digester),
      folder,
      signal: controller.signal,
      async onStageEnd(logFile) {
        session.state.ended.push(logFile);
        await writeState(runtime, folder, session.state);
      },
      onProgress(running, done) {
        line = `${done} of ${graph.order.length} stages done, running: ${running.join(', ')},`;
        show();
      },
    });
  } finally {
    line = '';
    void ticking;
    runtime.log.progress(null);
  }
}

/** Writes what came out. Errors that say nothing about the pipeline are thrown on. */
async function finish({ workshop, folder, session }: LiveRun, result: PipelineResult): Promise<RunOutputs> {
  const { runtime } = workshop;
  const { failure, stages, artifacts } = result;
  const cancelled = failure instanceof CancelledError;
  const outputs: RunOutputs = {
    status: failure === null ? 'succeeded' : cancelled ? 'cancelled' : 'failed',
    reason: failure === null ? null : failure instanceof Error ? failure.message : String(failure),
    started: session.state.started,
    finished: runtime.clock.now().toISOString(),
    stages,
    artifacts: failure === null ? artifacts : [],
    cost: null,
  };
  if (stages.length > 0) runtime.log.info(stageTable(stages));
  Object.assign(session.state, { state: outputs.status, reason: outputs.reason, outputs });
  session.cancelling = false;
  await writeState(runtime, folder, session.state);
  await workshop.saveDigests();
  if (failure !== null && !cancelled && !(failure instanceof StageError)) throw failure;
  return outputs;
}

/** A cancel from another process is a file beside the state. */
async function watchForCancel(
  { workshop: { runtime }, folder, session }: LiveRun,
  ended: AbortSignal,
): Promise<void> {
  await repeat(runtime, cancelPollMs, ended, async () => {
    if ((await runtime.files.info(join(folder, 'cancel'))) !== null) session.cancel();
  });
}

async function repeat(
  runtime: Runtime,
  pauseMs: number,
  ended: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!ended.aborted) {
    try {
      await runtime.clock.sleep(pauseMs, ended);
    } catch {
      return;
    }
    await work();
  }
}
