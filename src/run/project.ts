import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Deps } from './deps.ts';

/** The configuration and the models a command is about: all of them, or the one that was named. */
export async function openProject(
  deps: Deps,
  only: string | null,
): Promise<{ config: Config; models: readonly ModelConfig[] }> {
  const config = await deps.config();
  if (only === null) return { config, models: config.models };
  const model = config.models.find((candidate) => candidate.name === only);
  if (model) return { config, models: [model] };
  const names = config.models.map((candidate) => candidate.name);
  const guess = nearest(only, names);
  throw new ConfigError(`There is no model "${only}" in ${config.file}.`, {
    place: { file: config.file },
    expected: `one of ${names.join(', ')}`,
    ...(guess !== null && { hint: `Did you mean "${guess}"?` }),
  });
}
