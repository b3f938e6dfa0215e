import { parseDuration } from '../../config/duration.ts';
import { checkPipeline } from '../../config/validate.ts';
import { ConfigError } from '../../core/errors.ts';
import type { PythonPipeline, PythonStage } from '../../schema/python-pipeline.types.ts';
import { validate } from '../../schema/python-pipeline.validate.js';
import type { EngineSpec } from '../types.ts';
import { normalPath } from './paths.ts';

/** Parameters a stage uses: the keys of a file, or all of it. */
export interface StageParams {
  file: string;
  keys: readonly string[] | null;
}

/** A stage with nothing left open; paths are normal and relative to the model's folder. */
export interface Stage {
  name: string;
  command: string;
  /** In the order of the configuration, so that an index finds its line. */
  deps: readonly string[];
  params: readonly StageParams[];
  /** Everything it writes (outs, metrics, predictions), sorted, each once. */
  outs: readonly string[];
  metrics: readonly string[];
  predictions: string | null;
  timeoutMs: number | null;
  retries: number;
  /** `null` takes the variable from the surrounding environment. */
  env: ReadonlyMap<string, string | null>;
  shell: string | null;
}

/** The stages of a pipeline in the order of the configuration. Throws ConfigError with the place in the file. */
export function parsePipeline(spec: EngineSpec, platform: string): Stage[] {
  checkPipeline(validate, spec.pipeline, spec.locate);
  return Object.entries(spec.pipeline as PythonPipeline).map(([name, stage]) =>
    parseStage(spec, name, stage, platform),
  );
}

function parseStage(spec: EngineSpec, name: string, stage: PythonStage, platform: string): Stage {
  const normal = (path: string) => normalPath(path, platform);
  const metrics = (stage.metrics ?? []).map(normal);
  const predictions = stage.predictions === undefined ? null : normal(stage.predictions);
  const outs = new Set([
    ...(stage.outs ?? []).map(normal),
    ...metrics,
    ...(predictions === null ? [] : [predictions]),
  ]);
  return {
    name,
    command: stage.run,
    deps: (stage.deps ?? []).map(normal),
    params: parseParams(stage.params ?? [], normal),
    outs: [...outs].sort(),
    metrics,
    predictions,
    timeoutMs: stage.timeout === undefined ? null : timeoutMs(spec, name, stage.timeout),
    retries: stage.retries ?? 0,
    env: new Map(
      Object.entries(stage.env ?? {}).map(([key, value]) => [key, value === null ? null : String(value)]),
    ),
    shell: stage.shell ?? null,
  };
}

function parseParams(
  params: NonNullable<PythonStage['params']>,
  normal: (path: string) => string,
): StageParams[] {
  return params.flatMap((entry): StageParams[] =>
    typeof entry === 'string'
      ? [{ file: normal(entry), keys: null }]
      : Object.entries(entry).map(([file, keys]) => ({ file: normal(file), keys })),
  );
}

function timeoutMs(spec: EngineSpec, stage: string, timeout: string | number): number {
  const seconds = parseDuration(timeout);
  if (seconds !== null) return seconds * 1000;
  throw new ConfigError(`The timeout of stage "${stage}", ${timeout}, is no duration.`, {
    place: spec.locate(`/${stage}/timeout`),
    expected: 'a duration such as 90s, 30m or 1h30m, at most 24 days',
  });
}
