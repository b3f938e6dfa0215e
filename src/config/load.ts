import { ConfigError } from '../core/errors.ts';
import type { Files } from '../runtime/types.ts';
import { configFiles, findConfig } from './find.ts';
import { shortestExample } from './form.ts';
import { type Config, parseConfig } from './parse.ts';

/**
 * Finds, reads and parses the configuration of the project at `root` (an absolute path). Throws ConfigError with a
 * remedy when there is none, and with line and column for what is wrong in it.
 */
export async function loadConfig(files: Pick<Files, 'info' | 'readBytes'>, root: string): Promise<Config> {
  const found = await findConfig(files, root);
  if (found !== null) return parseConfig(found.text, found.file);
  const [name] = configFiles;
  const misspelt = await misspeltName(files, root);
  throw new ConfigError(`There is no ${name} in this project.`, {
    place: { file: name },
    expected: configFiles.join(' or '),
    hint:
      misspelt === null
        ? `Write one; the shortest is:\n${shortestExample}`
        : `Rename ${misspelt} to ${name}.`,
  });
}

async function misspeltName(files: Pick<Files, 'info'>, root: string): Promise<string | null> {
  for (const name of ['trainyard.yaml', '.trainyard.yml', '.github/trainyard.yaml']) {
    if ((await files.info(`${root}/${name}`)) !== null) return name;
  }
  return null;
}
