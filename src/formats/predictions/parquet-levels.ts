/** Bits of a code; more would be a dictionary of more values than there may be rows. */
const WIDEST = 24;

/** Where decoding is in the bytes of a page. */
export interface PageReader {
  view: DataView;
  offset: number;
}

/**
 * `count` values of `width` bits from Parquet's hybrid of runs and bit-packed groups of eight. Written out here because
 * runs are bounded by the values that are wanted: a damaged length takes neither memory nor time.
 */
export function readHybrid(reader: PageReader, width: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  if (width === 0) return values;
  if (width > WIDEST) throw new Error('it has too many different values');
  for (let at = 0; at < count; ) {
    const header = readVariable(reader);
    if (header % 2 === 0) {
      const end = Math.min(count, at + header / 2);
      values.fill(readFixed(reader, Math.ceil(width / 8)), at, end);
      if (end === at) throw new Error('it has a run of nothing');
      at = end;
    } else at = unpack(reader, width, (header - 1) * 4, values, at);
  }
  return values;
}

/** Takes `length` bit-packed values, of which those beyond the end of `values` are padding. */
function unpack(
  reader: PageReader,
  width: number,
  length: number,
  values: Uint32Array,
  start: number,
): number {
  const { view } = reader;
  const end = Math.min(values.length, start + length);
  const mask = (1 << width) - 1;
  let byte = reader.offset;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end; at += 1) {
    for (; bits < width; bits += 8) {
      held |= view.getUint8(byte) << bits;
      byte += 1;
    }
    values[at] = held & mask;
    held >>>= width;
    bits -= width;
  }
  reader.offset += (length / 8) * width;
  if (end === start) throw new Error('it has a run of nothing');
  return end;
}

function readFixed(reader: PageReader, bytes: number): number {
  let value = 0;
  for (let at = 0; at < bytes; at += 1) {
    value |= reader.view.getUint8(reader.offset) << (8 * at);
    reader.offset += 1;
  }
  return value;
}

/** An unsigned integer of seven bits a byte (LEB128), below 2⁵³. */
function readVariable(reader: PageReader): number {
  for (let value = 0, scale = 1; scale < 2 ** 49; scale *= 128) {
    const byte = reader.view.getUint8(reader.offset);
    reader.offset += 1;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new Error('it has a length that cannot be');
}
