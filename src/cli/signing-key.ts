import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';

/** The text of a key file; a missing one is a ConfigError. */
export async function readSigningKey({ files, cwd }: Runtime, file: string): Promise<string> {
  const text = await files.readText(isAbsolute(file) ? file : join(cwd, file));
  if (text !== null) return text;
  throw new ConfigError(`There is no key ${file}.`, {
    place: { file },
    expected: 'a file with the PEM text of a private key',
  });
}
