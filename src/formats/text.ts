import { isUtf8 } from 'node:buffer';
import { ConfigError } from '../core/errors.ts';

const MEBIBYTE = 1024 * 1024;

/** Refuses a file beyond `limit` bytes before anything of it is decoded. */
export function checkSize(
  { length }: { readonly length: number },
  file: string,
  limit: number,
  hint: string,
): void {
  if (length <= limit) return;
  throw new ConfigError(`${file} has ${Math.ceil(length / MEBIBYTE)} MiB.`, {
    place: { file },
    expected: `at most ${limit / MEBIBYTE} MiB`,
    hint,
  });
}

/**
 * Text of a file as strict UTF-8, without its byte order mark. UTF-16, bytes that are not UTF-8 and an empty
 * file are ConfigErrors, the second with its line.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  refuseUtf16(bytes, file);
  if (!isUtf8(bytes)) throw invalidUtf8(bytes, file, 1);
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') throw emptyFile(file);
  return text;
}

/** Refuses a byte order mark of UTF-16 / UTF-32, or a NUL among the first characters. */
export function refuseUtf16(bytes: Uint8Array, file: string): void {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!marked && !bytes.subarray(0, 4).includes(0)) return;
  throw new ConfigError(`${file} is encoded as UTF-16.`, {
    place: { file },
    expected: 'UTF-8',
    hint: 'Save it as UTF-8.',
  });
}

export function emptyFile(file: string): ConfigError {
  return new ConfigError(`${file} is empty.`, {
    place: { file },
    hint: 'Let the stage that writes it finish before it is read.',
  });
}

/** The error for bytes that are not UTF-8; the first of them are on line `firstLine`. */
export function invalidUtf8(bytes: Uint8Array, file: string, firstLine: number): ConfigError {
  return new ConfigError(`${file} is not valid UTF-8.`, {
    place: { file, line: firstLine - 1 + firstInvalidLine(bytes) },
    expected: 'UTF-8 text',
    hint: 'Save it as UTF-8.',
  });
}

function firstInvalidLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return line;
}

/** The extension in lower case without the dot, `''` when there is none. */
export function extensionOf(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}
