import type { EnvironmentConfig } from '../config/deploy.ts';
import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { ReleaseDeps } from './types.ts';

/** Where deployments are made from: a laptop, or a job. */
export interface ReleaseSite {
  config(): Promise<Config>;
  /** What deployments of this model to this environment work with; `within` ends what its target is asked. */
  open(model: ModelConfig, environment: EnvironmentConfig, within?: AbortSignal): Promise<ReleaseDeps>;
}

/** A model in one of its environments. */
export interface Destination {
  model: ModelConfig;
  environment: EnvironmentConfig;
}

/** The destinations of a project, narrowed to a model and an environment where they are named. */
export async function destinations(
  site: ReleaseSite,
  asked: { model: string | null; environment: string | null },
): Promise<Destination[]> {
  const { file, models } = await site.config();
  const names = models.map(({ name }) => name);
  if (asked.model !== null && !names.includes(asked.model)) throw unknown('model', asked.model, names, file);
  const fitting = models.filter(({ name }) => asked.model === null || name === asked.model);
  const all = fitting.flatMap((model) => model.deploy.map((environment) => ({ model, environment })));
  if (all.length === 0) throw nowhere(file);
  const found = all.filter(({ environment }) => [null, environment.name].includes(asked.environment));
  const known = [...new Set(all.map(({ environment }) => environment.name))];
  if (found.length === 0) throw unknown('environment', asked.environment ?? '', known, file);
  return found;
}

/** The one destination that is meant; several are a ConfigError that says how to choose. */
export async function oneDestination(
  site: ReleaseSite,
  asked: { model: string | null; environment: string | null },
): Promise<Destination> {
  const found = await destinations(site, asked);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const listed = found.map(({ model, environment }) => `${model.name} in ${environment.name}`).join(', ');
  throw new ConfigError(`There are several destinations: ${listed}.`, {
    hint: 'Name one with --model and --env.',
  });
}

function unknown(what: string, name: string, names: readonly string[], file: string): ConfigError {
  const guess = nearest(name, names);
  return new ConfigError(`There is no ${what} "${name}" in ${file}.`, {
    place: { file },
    expected: `one of ${names.join(', ')}`,
    ...(guess !== null && { hint: `Did you mean "${guess}"?` }),
  });
}

function nowhere(file: string): ConfigError {
  return new ConfigError(`${file} names no environment to deploy to.`, {
    place: { file },
    expected: 'a section "deploy" with an environment and its target',
    hint: 'Write "deploy: { production: { target: { directory: { path: /srv/model } } } }".',
  });
}
