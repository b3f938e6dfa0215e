import { isSecretName, scrub, type Variables } from '../../runtime/scrub.ts';
import type { EngineSpec } from '../types.ts';
import type { Stage } from './schema.ts';

/** Environment of a stage's process: scrubbed, our variables, then what the stage itself declares. */
export function stageEnvironment(spec: EngineSpec, stage: Stage, env: Variables): Record<string, string> {
  const result: Record<string, string> = {
    ...scrub(env),
    PYTHONUNBUFFERED: '1',
    TRAINYARD_MODEL: spec.model,
    TRAINYARD_STAGE: stage.name,
  };
  if (spec.seed !== null) {
    result['TRAINYARD_SEED'] = String(spec.seed);
    // Python takes 0 to 2³² − 1.
    result['PYTHONHASHSEED'] = String(((spec.seed % 2 ** 32) + 2 ** 32) % 2 ** 32);
  }
  for (const [name, value] of stage.env) {
    const given = value ?? env[name];
    if (given !== undefined) result[name] = given;
  }
  return result;
}

/** What of the declared environment decides the outcome; secrets rotate and count by name alone. */
export function declaredEnvironment(stage: Stage, env: Variables): [string, string | null][] {
  return [...stage.env]
    .map(([name, value]): [string, string | null] => [
      name,
      value ?? (isSecretName(name) ? null : (env[name] ?? null)),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
