import {
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { ConfigError } from '../../core/errors.ts';
import type { Threads } from '../../runtime/types.ts';
import { quoted } from './cells.ts';
import { type GroupJob, groupTask, readGroup, unreadable } from './parquet-part.ts';
import type { ReadPlan } from './plan.ts';
import { type ByteSource, type RowFile, refuseRows, type TakePart } from './row-file.ts';

/** Smaller files are read sooner without threads. */
const THREADS_PAY = 8 << 20;
/** Logical types that are a text, a number or a truth value. */
const SIMPLE: readonly string[] = ['STRING', 'ENUM', 'UUID', 'INTEGER', 'DECIMAL', 'FLOAT16', 'NULL'];
const CONVERTED: readonly string[] = ['UTF8', 'ENUM', 'DECIMAL'];

interface ParquetFile {
  source: ByteSource;
  metadata: FileMetaData;
}

/** Parquet: reads the footer, then row groups one by one, on all cores where the file is large. */
export async function openParquet(source: ByteSource, threads: Threads | null): Promise<RowFile> {
  const metadata = await readFooter(source);
  const elements = elementsOf(metadata, source.file);
  const total = rowsOf(metadata, source.file);
  return {
    header: elements.map(({ name }) => name),
    expectedRows: () => total,
    async read(plan, take) {
      refuseRows(total, plan.file);
      for (const { index } of plan.columns)
        if (index !== null) refuseType(elements[index] as SchemaElement, plan.file);
      const file = { source, metadata };
      const seen = plan.ids !== 'ascending' && 'seen' in plan.ids;
      const spread =
        threads !== null && !seen && source.bytes > THREADS_PAY && metadata.row_groups.length > 1;
      await (spread ? readInThreads(file, plan, take, threads) : readHere(file, plan, take));
    },
  };
}

/** The columns at the top. */
function elementsOf(metadata: FileMetaData, file: string): SchemaElement[] {
  try {
    const elements = parquetSchema(metadata).children.map(({ element }) => element);
    if (elements.some(({ name }) => typeof name !== 'string')) throw new Error('a column has no name');
    return elements;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Rows of the file; its groups must have as many together. */
function rowsOf({ num_rows, row_groups }: FileMetaData, file: string): number {
  const groups = row_groups.map((group) => Number(group.num_rows));
  const total = groups.reduce((sum, rows) => sum + rows, 0);
  if (groups.every((rows) => Number.isSafeInteger(rows) && rows >= 0) && total === Number(num_rows))
    return total;
  throw unreadable(file, new Error('its row groups hold other rows than its footer says'));
}

async function readFooter(source: ByteSource): Promise<FileMetaData> {
  const slice = async (start: number, end = source.bytes) => {
    const bytes = await readPiece(source, start < 0 ? source.bytes + start : start, end);
    return Uint8Array.from(bytes).buffer;
  };
  try {
    return await parquetMetadataAsync({ byteLength: source.bytes, slice });
  } catch (error) {
    throw unreadable(source.file, error);
  }
}

async function readPiece({ open, file }: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  if (at < bytes.length) {
    for await (const chunk of open(start)) {
      bytes.set(chunk.subarray(0, bytes.length - at), at);
      at += Math.min(chunk.length, bytes.length - at);
      if (at === bytes.length) break;
    }
  }
  if (at < bytes.length) throw unreadable(file, new Error('it is cut off'));
  return bytes;
}

/** Texts, numbers and truth values can be predictions; lists, times and the like cannot. */
function refuseType(element: SchemaElement, file: string): void {
  const { name, type, num_children, repetition_type, logical_type, converted_type } = element;
  const nested = num_children !== undefined || repetition_type === 'REPEATED';
  const logical = logical_type?.type;
  const integer = /^U?INT_/.test(converted_type ?? '');
  const simple =
    (logical === undefined || SIMPLE.includes(logical)) &&
    (converted_type === undefined || integer || CONVERTED.includes(converted_type)) &&
    type !== 'INT96' &&
    (type !== 'FIXED_LEN_BYTE_ARRAY' || logical !== undefined || converted_type === 'DECIMAL');
  if (!nested && simple) return;
  const found = nested ? 'nested' : `of the type ${logical ?? converted_type ?? type}`;
  throw new ConfigError(`Column ${quoted(name)} of ${file} is ${found}.`, {
    place: { file },
    expected: 'a column of texts, numbers or truth values',
    hint: 'Write it as text, or name another column.',
  });
}

/** Jobs in the order of the file; each holds the bytes of its columns alone. */
async function* jobsOf({ source, metadata }: ParquetFile, plan: ReadPlan): AsyncGenerator<GroupJob> {
  for (const group of metadata.row_groups) {
    const columns: GroupJob['columns'][number][] = [];
    for (const { index } of plan.columns) {
      const name = index === null ? null : plan.header[index];
      const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
      const about = chunk?.meta_data;
      if (name !== null && !about) throw unreadable(source.file, new Error('a column has no data'));
      columns.push(about ? { about, bytes: await chunkBytes(source, about) } : null);
    }
    yield { plan, schema: metadata.schema, rows: Number(group.num_rows), columns, row: 0 };
  }
}

async function chunkBytes(source: ByteSource, about: ColumnMetaData): Promise<Uint8Array> {
  const start = Number(about.dictionary_page_offset || about.data_page_offset);
  const end = start + Number(about.total_compressed_size);
  if (!(start >= 0 && start <= end && end <= source.bytes))
    throw unreadable(source.file, new Error('its footer points beyond its end'));
  return readPiece(source, start, end);
}

async function readInThreads(
  file: ParquetFile,
  plan: ReadPlan,
  take: TakePart,
  threads: Threads,
): Promise<void> {
  let row = 0;
  for await (const result of threads.map(groupTask, jobsOf(file, plan))) {
    if ('refused' in result) {
      readGroup({ ...result.refused, row });
      throw new Error('A row group that was refused is none to refuse.');
    }
    if (!take(result)) return;
    row += result.rows;
  }
}

async function readHere(file: ParquetFile, plan: ReadPlan, take: TakePart): Promise<void> {
  let row = 0;
  for await (const job of jobsOf(file, plan)) {
    const part = readGroup({ ...job, row });
    if (!take(part)) return;
    row += part.rows;
  }
}
