import { ConfigError } from '../core/errors.ts';
import type { Random, Runtime } from '../runtime/types.ts';

/**
 * Has bytes written to a temporary file beside `target`, which takes its place only with the right digest. Gives the
 * digest found; `null` when nothing was written.
 */
export async function placeVerified(
  { files, random }: Pick<Runtime, 'files' | 'random'>,
  target: string,
  sha256: string,
  write: (to: string) => Promise<unknown>,
): Promise<string | null> {
  const temporary = besides(random, target);
  try {
    await write(temporary);
    if ((await files.info(temporary)) === null) return null;
    const [found = ''] = await files.sha256([temporary]);
    if (found === sha256) await files.rename(temporary, target);
    return found;
  } finally {
    await files.remove(temporary);
  }
}

/** A name for a temporary file beside another. */
export function besides(random: Random, target: string): string {
  return `${target}.${Buffer.from(random.bytes(8)).toString('hex')}.tmp`;
}

/** Throws a ConfigError unless the file has this digest. */
export async function requireBytes(
  { files }: Pick<Runtime, 'files'>,
  file: string,
  sha256: string,
): Promise<void> {
  const [found = ''] = await files.sha256([file]);
  if (found !== sha256) throw otherBytes(file, sha256, found);
}

/** A file that is not what its digest says. */
export function otherBytes(file: string, sha256: string, found: string | null): ConfigError {
  const is = found === null ? 'it is gone' : `its digest is ${found.slice(0, 12)}…`;
  return new ConfigError(`${file} is not what it was: ${is}, not ${sha256.slice(0, 12)}….`, {
    place: { file },
    hint: 'Something else wrote to the file meanwhile; run again.',
  });
}

/** The digest itself; anything else is a ConfigError, so that no stranger's text becomes a path or a name. */
export function requireDigest(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new ConfigError(`${JSON.stringify(text.slice(0, 80))} is not a SHA-256 digest.`, {
    expected: '64 hexadecimal digits',
  });
}
