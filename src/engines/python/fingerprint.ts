import type { EngineSpec } from '../types.ts';
import { digestOf } from './digest.ts';
import type { UsedParams } from './params.ts';
import { declaredEnvironment } from './process-env.ts';
import type { Stage } from './schema.ts';

/** Path and digest of something a stage reads; `null` for what is not there. */
export type DepDigests = readonly (readonly [path: string, sha256: string | null])[];

interface Circumstances {
  shell: string;
  params: UsedParams;
  deps: DepDigests;
  environment: string | null;
  env: Readonly<Record<string, string | undefined>>;
}

const format = 1;

/**
 * sha256 over all that decides what a stage makes: command, shell, declared environment, dependency digests,
 * parameters used, list of outputs, environment digest and seed.
 */
export function fingerprint(spec: EngineSpec, stage: Stage, given: Circumstances): string {
  return digestOf([
    'stage',
    format,
    stage.command,
    given.shell,
    declaredEnvironment(stage, given.env),
    given.deps,
    given.params,
    stage.outs,
    given.environment,
    spec.seed,
  ]);
}
