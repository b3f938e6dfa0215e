import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ModelConfig } from '../config/parse.ts';
import { CancelledError, StageError } from '../core/errors.ts';
import type { EngineSpec, RunPlan } from '../engines/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';
import { keepPredictions } from './predictions-store.ts';
import { recordOfRun } from './record.ts';
import { readScores, type ScoreFiles, scoreFiles } from './scores.ts';

/** A checkout to run in: the user's work tree or a worktree of another commit. */
export interface Place {
  root: string;
  context: RunContext;
}

/** A finished run with the files it left, so that another policy can read them too. */
export interface TrainedRun {
  record: RunRecord;
  files: ScoreFiles;
}

/** What the engine needs to know of one model in the checkout at `root`. */
export function engineSpec(deps: Deps, model: ModelConfig, root: string, configFile: string): EngineSpec {
  return {
    model: model.name,
    root,
    path: join(root, model.path),
    pipeline: model.pipeline,
    seed: model.seed,
    stateFolder: deps.stateFolder,
    configFile,
    locate: model.locate,
  };
}

/** What a run would be made of, without running it. */
export async function planRun(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  configFile: string,
): Promise<RunPlan> {
  const engine = await deps.engine(model.engine);
  return engine.plan(engineSpec(deps, model, place.root, configFile));
}

/**
 * Runs a model's pipeline in a place (unchanged stages are not run), reads what it wrote, keeps predictions and
 * record, and returns both. A failed pipeline is a StageError, a cancelled one a CancelledError.
 */
export async function trainModel(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  config: { file: string; text: string },
): Promise<TrainedRun> {
  const engine = await deps.engine(model.engine);
  const spec = engineSpec(deps, model, place.root, config.file);
  const plan = await engine.plan(spec);
  const ref = await engine.submit(spec, plan);
  const outputs = await engine.collect(spec, ref);
  if (outputs.status === 'cancelled')
    throw new CancelledError(outputs.reason ?? `Training of ${model.name} was cancelled.`);
  if (outputs.status === 'failed') {
    const stage = outputs.stages.find((entry) => entry.result === 'failed')?.name ?? model.name;
    throw new StageError(stage, outputs.reason ?? `The pipeline of ${model.name} failed.`);
  }
  const files = scoreFiles(spec.path, plan, outputs.artifacts);
  const scores = await readScores(deps.runtime.files, model.name, files, model.policy);
  const record = recordOfRun({
    model: model.name,
    engine: model.engine,
    seed: model.seed,
    context: place.context,
    plan,
    ref,
    outputs,
    metrics: scores.metrics,
    predictions: scores.table && (await keepPredictions(deps, scores.table)),
    configDigest: textDigest(config.text),
  });
  await deps.platform.keepRecord(record);
  return { record, files };
}

/** SHA-256 of a configuration's text, line endings aside. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}
