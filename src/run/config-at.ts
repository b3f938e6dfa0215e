import { configFiles } from '../config/find.ts';
import { type Config, parseConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunContext } from '../platform/types.ts';
import type { Deps } from './deps.ts';

/** The configuration as committed, or why the one that is there cannot be read. */
export async function readableConfigAt(
  deps: Pick<Deps, 'platform'>,
  sha: string,
): Promise<{ config: Config | null; problem: string | null }> {
  try {
    return { config: await configAt(deps, sha), problem: null };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, problem: error.message };
    throw error;
  }
}

/** The configuration of the commit that was built, read without a checkout. None, or a broken one: ConfigError. */
export async function configOf(
  deps: Pick<Deps, 'platform'>,
  { builtSha, headSha }: Pick<RunContext, 'builtSha' | 'headSha'>,
): Promise<Config> {
  const sha = builtSha ?? headSha;
  const config = sha === null ? null : await configAt(deps, sha);
  if (config !== null) return config;
  const [file] = configFiles;
  throw new ConfigError(`There is no ${file} at commit ${sha?.slice(0, 7) ?? 'none'}.`, {
    place: { file },
    expected: configFiles.join(' or '),
    hint: 'Write one, and commit it.',
  });
}

/** The configuration as committed; `null` when the commit has none. A broken one is a ConfigError that names the commit. */
async function configAt(deps: Pick<Deps, 'platform'>, sha: string): Promise<Config | null> {
  for (const file of configFiles) {
    const text = await deps.platform.readFileAt(sha, file);
    if (text === null) continue;
    try {
      return parseConfig(text, file);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(`At commit ${sha.slice(0, 7)}: ${error.message}`, {
        ...(error.place && { place: error.place }),
        ...(error.expected && { expected: error.expected }),
        ...(error.hint && { hint: error.hint }),
        cause: error,
      });
    }
  }
  return null;
}
