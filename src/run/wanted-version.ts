import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { parseWantedVersion, type WantedVersion } from '../core/version/tag.ts';
import type { CommitInfo } from '../platform/types.ts';
import type { Deps } from './deps.ts';

/** The version that is asked for, of one model or of all; what is none, and two models at once, are ConfigErrors. */
export function readWanted({ version, model }: { version: string; model: string | null }): WantedVersion {
  const wanted = parseWantedVersion(version);
  if (wanted === null)
    throw new ConfigError(`${JSON.stringify(version.slice(0, 120))} is no version.`, {
      expected: 'a semantic version, as v1.2.0, or a model with one, as churn@v1.2.0',
    });
  if (model !== null && wanted.model !== null && model !== wanted.model)
    throw new ConfigError(`The version ${version} is one of ${wanted.model}, and ${model} is asked for.`);
  return model === null ? wanted : { ...wanted, model };
}

/** The commit that is released; one that is not there is a ConfigError. */
export async function releasedCommit({ platform }: Deps, revision: string): Promise<CommitInfo> {
  const commit = await platform.commit(revision);
  if (commit !== null) return commit;
  throw new ConfigError(`There is no commit ${JSON.stringify(revision.slice(0, 120))} to release.`, {
    expected: 'a commit, branch or tag of this repository',
    hint: 'Push it first; in a clone "git fetch --tags" brings what is elsewhere.',
  });
}

/** The models that are registered: all, or the one that is asked for; one that is not there is a ConfigError. */
export function modelsOf({ file, models }: Config, only: string | null): readonly ModelConfig[] {
  if (only === null) return models;
  const found = models.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  const names = models.map(({ name }) => name);
  const guess = nearest(only, names);
  throw new ConfigError(`There is no model "${only}" in ${file} at the released commit.`, {
    place: { file },
    expected: `one of ${names.join(', ')}`,
    ...(guess !== null && { hint: `Did you mean "${guess}"?` }),
  });
}
