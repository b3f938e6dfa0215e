import { inflateRawSync } from 'node:zlib';
import { UpstreamError } from '../../core/errors.ts';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const fileSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;

/**
 * One file of a ZIP archive (stored or deflated, no ZIP64, no encryption), as APPNOTE 6.3 describes it, by its exact name;
 * `null` when there is none. An archive that is broken, or a file of more than `maxBytes`: UpstreamError. What the
 * directory claims is checked: the archive is a stranger's.
 */
export function readZipFile(archive: Uint8Array, name: string, maxBytes: number): Uint8Array | null {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    for (const entry of entriesOf(bytes)) {
      if (entry.name === name) return contentOf(bytes, entry, maxBytes);
    }
    return null;
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

interface Entry {
  name: string;
  method: number;
  packed: number;
  size: number;
  offset: number;
}

function* entriesOf(bytes: Buffer): Generator<Entry> {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (bytes.readUInt32LE(at) !== entrySignature) throw broken('an entry of its directory is missing');
    const nameLength = bytes.readUInt16LE(at + 28);
    yield {
      name: bytes.toString('utf8', at + entryBytes, at + entryBytes + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    };
    at += entryBytes + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - 0xffff); at -= 1) {
    if (bytes.readUInt32LE(at) === endSignature) return at;
  }
  throw broken('it has no directory');
}

function contentOf(
  bytes: Buffer,
  { name, method, packed, size, offset }: Entry,
  maxBytes: number,
): Uint8Array {
  if (size > maxBytes || packed > maxBytes) throw broken(`"${name}" is larger than ${maxBytes} bytes`);
  if (bytes.readUInt32LE(offset) !== fileSignature) throw broken(`"${name}" is not where its directory says`);
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const data = bytes.subarray(start, start + packed);
  if (data.length !== packed) throw broken(`"${name}" is cut short`);
  if (method !== 0 && method !== 8) throw broken(`"${name}" is packed by method ${method}`);
  const content = method === 0 ? data : inflateRawSync(data, { maxOutputLength: maxBytes });
  if (content.length !== size) throw broken(`"${name}" is not as long as its directory says`);
  return content;
}

function broken(why: string): UpstreamError {
  return new UpstreamError(`An artifact is no archive we can read: ${why}.`);
}
