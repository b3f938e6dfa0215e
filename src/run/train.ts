import { createHash } from 'node:crypto';
import type { ModelConfig } from '../config/parse.ts';
import { CancelledError, StageError } from '../core/errors.ts';
import type { EngineSpec, RunOutputs, RunPlan } from '../engines/types.ts';
import type { RunRecord, RunRef } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';
import { keepPredictions } from './predictions-store.ts';
import { recordOfRun } from './record.ts';
import { forgetRef, orLeft } from './refs.ts';
import { readScores, type ScoreFiles, scoreFiles } from './scores.ts';
import { engineSpec } from './spec.ts';
import { type AttachedRun, attachModel, type Place } from './submit.ts';

/** A finished run with the files it left, so that another policy can read them too. */
export interface TrainedRun {
  record: RunRecord;
  files: ScoreFiles;
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
 * record, and returns both. `repeats`: runs of further seeds that the record names. A run of the same inputs that is under way elsewhere, or was left, is waited for instead.
 * A failed pipeline is a StageError, a cancelled one a CancelledError.
 */
export async function trainModel(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  config: { file: string; text: string },
  repeats: readonly RunRecord[] = [],
): Promise<TrainedRun> {
  const run = await attachModel(deps, model, engineSpec(deps, model, place.root, config.file));
  return collectModel(deps, model, place, config, run, repeats);
}

/**
 * Waits for a run and makes its record. Its reference is forgotten when the run ended; it stays when the wait was
 * cancelled or the service failed.
 */
export async function collectModel(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  config: { file: string; text: string },
  { plan, ref }: AttachedRun,
  repeats: readonly RunRecord[],
): Promise<TrainedRun> {
  const spec = engineSpec(deps, model, place.root, config.file);
  const outputs = await endOf(deps, model, spec, ref);
  const files = scoreFiles(spec.path, plan, outputs.artifacts);
  const scores = await readScores(deps.runtime, model.name, files, model.policy);
  const record = recordOfRun({
    model: model.name,
    engine: model.engine,
    seed: model.seed,
    context: place.context,
    plan,
    ref,
    outputs,
    metrics: scores.metrics,
    predictions: scores.table && (await keepPredictions(deps, model.name, scores.table)),
    configDigest: textDigest(config.text),
    repeats,
  });
  await deps.platform.keepRecord(record);
  await forgetRef(deps, ref);
  return { record, files };
}

/** Outputs of a run that succeeded; how it ended otherwise is thrown. */
async function endOf(deps: Deps, model: ModelConfig, spec: EngineSpec, ref: RunRef): Promise<RunOutputs> {
  const engine = await deps.engine(model.engine);
  const outputs = await orLeft(deps, { model: model.name, ref }, engine.collect(spec, ref));
  if (outputs.status === 'succeeded') return outputs;
  await forgetRef(deps, ref);
  if (outputs.status === 'cancelled')
    throw new CancelledError(outputs.reason ?? `Training of ${model.name} was cancelled.`);
  const stage = outputs.stages.find((entry) => entry.result === 'failed')?.name ?? model.name;
  throw new StageError(stage, outputs.reason ?? `The pipeline of ${model.name} failed.`);
}

/** SHA-256 of a configuration's text, line endings aside. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}
