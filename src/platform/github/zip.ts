import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { CancelledError, ConfigError, UpstreamError } from '../../core/errors.ts';
import type { Files } from '../../runtime/types.ts';
import { broken, readDirectory, type ZipEntry, type ZipSource } from './zip-directory.ts';

const fileSignature = 0x04034b50;
const fileBytes = 30;
const chunkBytes = 1 << 20;

/**
 * A ZIP archive (stored or deflated, no encryption), as APPNOTE 6.3 describes it. One that is broken, or a file in it
 * that is: UpstreamError. What its directory claims is checked: the archive is a stranger's.
 */
export interface ZipArchive {
  /** Names in the order of the directory. */
  names: readonly string[];
  /** Bytes of a file, as the directory has them: no more are ever given. */
  bytes(name: string): number;
  /** Chunks of a file by its exact name, at most `maxBytes` together; `null` when there is none. */
  file(name: string, maxBytes: number): AsyncIterable<Uint8Array> | null;
}

/** Opens an archive in memory. */
export function openZip(archive: Uint8Array): Promise<ZipArchive> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  return open({
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  });
}

/** Opens an archive on disk; only the parts that are asked for are read. */
export async function openZipFile(files: Pick<Files, 'info' | 'stream'>, path: string): Promise<ZipArchive> {
  const size = (await files.info(path))?.bytes ?? 0;
  return open({
    size,
    async read(offset, length) {
      if (length <= 0) return Buffer.alloc(0);
      for await (const chunk of files.stream(path, length, offset)) return Buffer.from(chunk);
      return Buffer.alloc(0);
    },
  });
}

/** The whole of one file; `null` when there is none. */
export async function readZipFile(
  archive: Uint8Array,
  name: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const chunks = (await openZip(archive)).file(name, maxBytes);
  if (chunks === null) return null;
  const content: Uint8Array[] = [];
  for await (const chunk of chunks) content.push(chunk);
  return Buffer.concat(content);
}

async function open(source: ZipSource): Promise<ZipArchive> {
  const whole: ZipSource = {
    size: source.size,
    async read(offset, length) {
      const bytes = await source.read(offset, length);
      if (bytes.length !== length) throw broken('it is cut short');
      return bytes;
    },
  };
  const entries = await honest(() => readDirectory(whole));
  const entryOf = (name: string) => entries.find((candidate) => candidate.name === name);
  return {
    bytes: (name) => entryOf(name)?.size ?? 0,
    names: entries.map(({ name }) => name),
    file(name, maxBytes) {
      const entry = entryOf(name);
      return entry === undefined ? null : contentOf(whole, entry, maxBytes);
    },
  };
}

async function* contentOf(
  source: ZipSource,
  { name, method, packed, size, offset }: ZipEntry,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  if (size > maxBytes || packed > maxBytes * 1.01 + 1024)
    throw broken(`"${name}" is larger than ${maxBytes} bytes`);
  if (method !== 0 && method !== 8) throw broken(`"${name}" is packed by method ${method}`);
  const head = await honest(() => source.read(offset, fileBytes));
  if (head.readUInt32LE(0) !== fileSignature) throw broken(`"${name}" is not where its directory says`);
  const start = offset + fileBytes + head.readUInt16LE(26) + head.readUInt16LE(28);
  const raw = rangeOf(source, start, packed);
  let bytes = 0;
  for await (const chunk of method === 0 ? raw : inflated(raw)) {
    bytes += chunk.length;
    if (bytes > size) break;
    yield chunk;
  }
  if (bytes !== size) throw broken(`"${name}" is not as long as its directory says`);
}

async function* rangeOf(source: ZipSource, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += chunkBytes) {
    yield await honest(() => source.read(start + at, Math.min(chunkBytes, length - at)));
  }
}

async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  /** An error of the source reaches the reader as one of `inflate`. */
  pipeline(Readable.from(packed), inflate, () => {});
  try {
    yield* inflate;
  } catch (error) {
    throw told(error);
  } finally {
    inflate.destroy();
  }
}

async function honest<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error);
  }
}

/** Our own errors as they are; a number outside of the archive or bad packing is the archive's fault. */
function told(error: unknown): unknown {
  const ours =
    error instanceof UpstreamError || error instanceof ConfigError || error instanceof CancelledError;
  return ours ? error : broken(error instanceof Error ? error.message : String(error));
}
