import * as zlib from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import type { ColumnMetaData, Compressors, DecodedArray, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { type PageReader, readHybrid } from './parquet-levels.ts';

/** Codecs that Parquet names, as far as the reader does not bring them. */
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  // Node has it from 22.15 on, ten times as fast.
  ZSTD: (input, length) =>
    typeof zlib.zstdDecompressSync === 'function'
      ? zlib.zstdDecompressSync(input)
      : unzstd(input, new Uint8Array(length)),
};
/** Texts stay bytes. */
const parsers = { ...DEFAULT_PARSERS, stringFromBytes: (bytes: Uint8Array) => bytes as unknown as string };

const MOST_PAGE_BYTES = 1 << 30;

type Decoder = Parameters<typeof convert>[1];

/** Values of some consecutive rows of a column that is neither nested nor a list. */
export interface Page {
  rows: number;
  /** For each row whether a value stands there, 1 or 0; `null`: everywhere. */
  present: ArrayLike<number> | null;
  /** The values that stand there, or their codes in `dictionary`. */
  values: DecodedArray;
  dictionary: DecodedArray | null;
}

/** The pages of one column of a row group of `rows` rows, from the bytes of its chunk. */
export function* pagesOf(
  bytes: Uint8Array,
  column: ColumnMetaData,
  schemaPath: SchemaTree[],
  rows: number,
): Generator<Page> {
  const { type, codec, path_in_schema: pathInSchema } = column;
  const element = (schemaPath.at(-1) as SchemaTree).element;
  const decoder: Decoder = { pathInSchema, type, element, schemaPath, codec, parsers, compressors };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let dictionary: DecodedArray | null = null;
  for (let row = 0; row < rows; ) {
    const header = parquetHeader(reader);
    const { buffer, byteOffset } = reader.view;
    const page = new Uint8Array(buffer, byteOffset + reader.offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    refuseSizes(header, rows - row);
    if (header.type === 'DICTIONARY_PAGE') dictionary = dictionaryOf(page, header, decoder);
    else {
      const read = pageOf(page, header, decoder, dictionary);
      row += read.rows;
      yield read;
    }
  }
}

/** Nothing is decoded that claims to be more than the rows and bytes that are left for it. */
function refuseSizes(header: PageHeader, rows: number): void {
  const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: dictionary } = header;
  const size = header.uncompressed_page_size;
  const count = (first ?? second)?.num_values;
  if (count !== undefined && !(count > 0 && count <= rows))
    throw new Error('its pages hold other rows than its footer says');
  if (!(size >= 0 && size <= MOST_PAGE_BYTES && (dictionary?.num_values ?? 0) <= size * 8))
    throw new Error('its pages claim sizes that cannot be');
}

function dictionaryOf(page: Uint8Array, header: PageHeader, decoder: Decoder): DecodedArray {
  const { codec, type, element } = decoder;
  const plain = decompressPage(page, header.uncompressed_page_size, codec, compressors);
  const reader = readerOf(plain);
  const count = header.dictionary_page_header?.num_values ?? 0;
  return convert(readPlain(reader, type, count, element.type_length), decoder);
}

function pageOf(
  page: Uint8Array,
  header: PageHeader,
  decoder: Decoder,
  dictionary: DecodedArray | null,
): Page {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const about = first ?? second;
  if (!about) throw new Error(`it has a page of the type ${header.type}`);
  const rows = about.num_values;
  const { levels, reader } = second
    ? openSecond(page, header, decoder)
    : openFirst(page, header, rows, decoder);
  const present = levels?.includes(0) ? levels : null;
  const count = present ? present.reduce((sum, level) => sum + level, 0) : rows;
  if (!about.encoding.endsWith('_DICTIONARY')) {
    const values = convert(decoded(reader, about.encoding, count, decoder), decoder);
    return { rows, present, values, dictionary: null };
  }
  if (dictionary === null) throw new Error('it has a page of codes without a dictionary');
  const width = reader.view.getUint8(reader.offset);
  reader.offset += 1;
  return { rows, present, values: readHybrid(reader, width, count), dictionary };
}

interface Opened {
  /** 1 where a value stands; `null` where one must. */
  levels: Uint32Array | null;
  reader: PageReader;
}

const readerOf = ({ buffer, byteOffset, byteLength }: Uint8Array): PageReader => ({
  view: new DataView(buffer, byteOffset, byteLength),
  offset: 0,
});
const isOptional = ({ element }: Decoder) => element.repetition_type !== 'REQUIRED';

/** Data pages of version 1: levels and values are compressed together. */
function openFirst(page: Uint8Array, header: PageHeader, rows: number, decoder: Decoder): Opened {
  const reader = readerOf(decompressPage(page, header.uncompressed_page_size, decoder.codec, compressors));
  if (!isOptional(decoder)) return { levels: null, reader };
  const length = reader.view.getUint32(0, true);
  reader.offset = 4;
  const levels = readHybrid(reader, 1, rows);
  reader.offset = 4 + length;
  return { levels, reader };
}

/** Version 2: levels stand before the values, which alone are compressed. */
function openSecond(page: Uint8Array, header: PageHeader, decoder: Decoder): Opened {
  const about = header.data_page_header_v2 as NonNullable<PageHeader['data_page_header_v2']>;
  const start = about.repetition_levels_byte_length + about.definition_levels_byte_length;
  const levelReader = readerOf(page.subarray(about.repetition_levels_byte_length, start));
  const levels = isOptional(decoder) ? readHybrid(levelReader, 1, about.num_values) : null;
  const size = header.uncompressed_page_size - start;
  const values = page.subarray(start);
  const whole = about.is_compressed !== false && size > 0;
  return {
    levels,
    reader: readerOf(whole ? decompressPage(values, size, decoder.codec, compressors) : values),
  };
}

function decoded(
  reader: PageReader,
  encoding: string,
  count: number,
  { type, element }: Decoder,
): DecodedArray {
  const texts = new Array<Uint8Array>(count);
  switch (encoding) {
    case 'PLAIN':
      return readPlain(reader, type, count, element.type_length);
    case 'RLE':
      reader.offset += 4;
      return Array.from(readHybrid(reader, 1, count), (bit) => bit === 1);
    case 'BYTE_STREAM_SPLIT':
      return byteStreamSplit(reader, count, type, element.type_length);
    case 'DELTA_BINARY_PACKED': {
      const numbers = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
      deltaBinaryUnpack(reader, count, numbers);
      return numbers;
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      deltaLengthByteArray(reader, count, texts);
      return texts;
    case 'DELTA_BYTE_ARRAY':
      deltaByteArray(reader, count, texts);
      return texts;
    default:
      throw new Error(`it is encoded as ${encoding}`);
  }
}
