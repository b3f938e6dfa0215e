import { CancelledError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Artifact, RunRecord } from '../../schema/run.types.ts';
import type { EngineSpec, RunPlan } from '../types.ts';
import type { StageCache } from './cache.ts';
import type { Digester } from './digest.ts';
import type { Graph } from './graph.ts';
import { createStageLogs, type StageLogs } from './log.ts';
import { performStage } from './perform.ts';
import type { Stage } from './schema.ts';

export type StageResult = RunRecord['stages'][number];

/** What a run works with. */
export interface RunContext {
  runtime: Runtime;
  spec: EngineSpec;
  graph: Graph;
  /** What the record will say the run was made of. */
  plan: RunPlan;
  shell: string;
  digester: Digester;
  cache: StageCache;
  /** Folder for logs of this run. */
  folder: string;
  signal: AbortSignal;
  onStageEnd(logFile: string): Promise<void>;
  onProgress(running: readonly string[], done: number): void;
}

export interface PipelineResult {
  stages: StageResult[];
  artifacts: Artifact[];
  /** What went wrong first: StageError, CancelledError or whatever else was thrown; `null` when all went well. */
  failure: unknown;
}

interface Made {
  result: StageResult;
  artifacts: Artifact[];
  failure: unknown;
}

/** Runs stages in order, independent ones at once up to the cores. The first failure ends those that are running. */
export async function runPipeline(context: RunContext): Promise<PipelineResult> {
  const { order, upstream } = context.graph;
  const logs = createStageLogs(context.runtime);
  const made = new Map<string, Made>();
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const onCancel = () => stop.abort();
  context.signal.addEventListener('abort', onCancel, { once: true });
  let failure: unknown = null;

  const start = async (stage: Stage): Promise<void> => {
    const result = await makeStage({ ...context, signal: stop.signal }, logs, stage);
    made.set(stage.name, result);
    running.delete(stage.name);
    failure ??= result.failure;
    if (failure !== null) stop.abort();
  };
  const isReady = ({ name }: Stage): boolean =>
    !made.has(name) &&
    !running.has(name) &&
    [...(upstream.get(name) ?? [])].every((other) => made.has(other));

  while (true) {
    if (context.signal.aborted) failure ??= new CancelledError('The run was cancelled.');
    const free = failure === null ? Math.max(1, context.runtime.cores) - running.size : 0;
    for (const stage of order.filter(isReady).slice(0, free)) running.set(stage.name, start(stage));
    if (running.size === 0) break;
    context.onProgress([...running.keys()], made.size);
    await Promise.race(running.values());
  }
  context.signal.removeEventListener('abort', onCancel);
  return {
    stages: order.map((stage) => made.get(stage.name)?.result ?? skipped(stage)),
    artifacts: order.flatMap((stage) => made.get(stage.name)?.artifacts ?? []),
    failure,
  };
}

/** Never rejects: what went wrong is part of what came out. */
async function makeStage(context: RunContext, logs: StageLogs, stage: Stage): Promise<Made> {
  const { clock } = context.runtime;
  const began = clock.monotonic();
  let tries = 0;
  const resultOf = (result: StageResult['result']): StageResult => {
    return { name: stage.name, result, seconds: Math.max(0, clock.monotonic() - began) / 1000, tries };
  };
  try {
    const { kind, artifacts } = await performStage(context, logs, stage, (number) => {
      tries = number;
    });
    return { result: resultOf(kind), artifacts, failure: null };
  } catch (failure) {
    const kind = failure instanceof CancelledError ? 'cancelled' : 'failed';
    return { result: resultOf(kind), artifacts: [], failure };
  }
}

function skipped(stage: Stage): StageResult {
  return { name: stage.name, result: 'skipped', seconds: 0, tries: 0 };
}
