import { UpstreamError } from '../../core/errors.ts';

/** Bytes of an archive, in memory or on disk. */
export interface ZipSource {
  size: number;
  /** Exactly these bytes; an archive that ends before them is an error. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** A file as the directory lists it; nothing of it is to be trusted. */
export interface ZipEntry {
  name: string;
  method: number;
  packed: number;
  size: number;
  offset: number;
}

const endSignature = 0x06054b50;
const farEndSignature = 0x06064b50;
const farLocatorSignature = 0x07064b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const farEndBytes = 56;
const farLocatorBytes = 20;
const entryBytes = 46;
const longestComment = 0xffff;

/** Largest directory that is read: some 100,000 files. */
const directoryBytes = 16 * 1024 * 1024;

/** The files of an archive, in the order of its directory (APPNOTE 6.3, 4.3.12 to 4.3.16, with ZIP64). */
export async function readDirectory(source: ZipSource): Promise<ZipEntry[]> {
  const { count, bytes, offset } = await directoryPlace(source);
  if (bytes > directoryBytes) throw broken(`its directory has ${bytes} bytes`);
  const directory = await source.read(offset, bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0, i = 0; i < count; i += 1) {
    if (directory.readUInt32LE(at) !== entrySignature) throw broken('an entry of its directory is missing');
    const lengths = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const extraAt = at + entryBytes + nameLength;
    entries.push(entryAt(directory, at, directory.subarray(extraAt, extraAt + extraLength)));
    at = extraAt + extraLength + commentLength;
  }
  return entries;
}

export function broken(why: string): UpstreamError {
  return new UpstreamError(`An artifact is no archive we can read: ${why}.`);
}

async function directoryPlace(source: ZipSource): Promise<{ count: number; bytes: number; offset: number }> {
  const length = Math.min(source.size, endBytes + longestComment + farLocatorBytes);
  const start = source.size - length;
  const tail = await source.read(start, length);
  const at = endIn(tail);
  const near = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const far = at >= farLocatorBytes && tail.readUInt32LE(at - farLocatorBytes) === farLocatorSignature;
  if (!far) return near;
  const end = await source.read(numberAt(tail, at - farLocatorBytes + 8), farEndBytes);
  if (end.readUInt32LE(0) !== farEndSignature) throw broken('its directory is not where its end says');
  return { count: numberAt(end, 32), bytes: numberAt(end, 40), offset: numberAt(end, 48) };
}

function endIn(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === endSignature) return at;
  }
  throw broken('it has no directory');
}

function entryAt(directory: Buffer, at: number, extra: Buffer): ZipEntry {
  const nameLength = directory.readUInt16LE(at + 28);
  const far = farNumbers(extra);
  /** Numbers that do not fit stand in the ZIP64 field, in this order. */
  const number = (field: number) => {
    const value = directory.readUInt32LE(at + field);
    return value === 0xffffffff ? (far.shift() ?? value) : value;
  };
  const size = number(24);
  const packed = number(20);
  const offset = number(42);
  const name = directory.toString('utf8', at + entryBytes, at + entryBytes + nameLength);
  return { name, method: directory.readUInt16LE(at + 10), packed, size, offset };
}

function farNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const count = Math.min(3, Math.floor(extra.readUInt16LE(at + 2) / 8));
    return Array.from({ length: count }, (_, i) => numberAt(extra, at + 4 + i * 8));
  }
  return [];
}

function numberAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken('it claims an impossible size');
  return Number(value);
}
