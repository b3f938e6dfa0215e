import { ConfigError } from '../core/errors.ts';
import type { Files } from '../runtime/types.ts';
import { longestText } from './yaml.ts';

/** Where a project's configuration may be, below the root of the repository. */
export const configFiles = ['trainyard.yml', '.github/trainyard.yml'] as const;

/**
 * The configuration of the project at `root` (an absolute path) with its path below it; `null` when there is none.
 * Two of them, a folder, or bytes that are not UTF-8 are a ConfigError.
 */
export async function findConfig(
  files: Pick<Files, 'info' | 'readBytes'>,
  root: string,
): Promise<{ file: string; text: string } | null> {
  const found: { file: string; text: string }[] = [];
  for (const file of configFiles) {
    const text = await readConfig(files, `${root}/${file}`, file);
    if (text !== null) found.push({ file, text });
  }
  if (found.length > 1) {
    throw new ConfigError(`There are two configurations: ${configFiles.join(' and ')}.`, {
      place: { file: configFiles[1], line: 1, column: 1 },
      expected: 'one of them',
      hint: `Remove ${configFiles[1]}, or move it to ${configFiles[0]}.`,
    });
  }
  return found[0] ?? null;
}

async function readConfig(
  files: Pick<Files, 'info' | 'readBytes'>,
  path: string,
  file: string,
): Promise<string | null> {
  const info = await files.info(path);
  if (info === null) return null;
  const place = { file, line: 1, column: 1 };
  if (info.kind === 'directory') {
    throw new ConfigError(`${file} is a folder.`, {
      place,
      expected: 'a YAML file',
      hint: 'Remove or rename the folder.',
    });
  }
  if (info.bytes > longestText * 4) {
    throw new ConfigError(
      `${file} has ${info.bytes} bytes; a configuration has at most ${longestText} characters.`,
      { place },
    );
  }
  const bytes = await files.readBytes(path);
  return bytes && decode(bytes, file);
}

function decode(bytes: Uint8Array, file: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw notUtf8(file, 'is UTF-16', 1, 1);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder('utf-8').decode(bytes).split('\ufffd')[0] ?? '';
    const lines = before.split('\n');
    throw notUtf8(file, 'is not UTF-8', lines.length, (lines.at(-1) ?? '').length + 1);
  }
}

function notUtf8(file: string, what: string, line: number, column: number): ConfigError {
  return new ConfigError(`${file} ${what}.`, {
    place: { file, line, column },
    expected: 'UTF-8 text',
    hint: 'Save the file as UTF-8.',
  });
}
