import { createHash } from 'node:crypto';
import { ID_DIGITS, ID_WORDS, putIdText, sortedRows } from '../../core/compare/ids.ts';
import type { DictionaryColumn, PredictionTable } from '../../core/metrics/types.ts';
import { codeWidth, FORMAT_VERSION, type Header, ID_BYTES, MAGIC, type StoredColumn } from './stored.ts';

/** Bytes given to the hash at once. */
const DIGEST_BLOCK = 1 << 20;
/** More than any double takes as a text, framed. */
const LONGEST_NUMBER = 40;
/** How an id is framed. */
const MARK = Buffer.from(`${ID_DIGITS}:`);

export { decodeCanonical } from './decode.ts';

/**
 * One columnar file: the same bytes for the same rows whatever their order, on every machine. Little-endian:
 * magic, version (u32), header length (u32), header (JSON, padded to 8 bytes), then the columns sorted by
 * pseudonym (16 bytes an id, dictionary codes of 1, 2 or 4 bytes, float64 numbers), then SHA-256 of all before.
 * Not compressed: pseudonyms and scores do not shrink, and deflate differs between builds of zlib.
 */
export function encodeCanonical(table: PredictionTable): Uint8Array {
  const ids = idsOf(table);
  const order = sortedRows(ids);
  const columns = columnsOf(table);
  const header: Header = {
    n: table.n,
    task: table.task,
    classes: table.classes,
    columns: columns.map(({ stored }) => stored),
  };
  const head = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(head.length / 8) * 8;
  const prefix = Buffer.alloc(MAGIC.length + 8 + padded, ' ');
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(FORMAT_VERSION, MAGIC.length);
  prefix.writeUInt32LE(padded, MAGIC.length + 4);
  head.copy(prefix, MAGIC.length + 8);
  const body: Uint8Array[] = [
    prefix,
    idBytes(ids, order),
    ...columns.map((column) => columnBytes(column, order)),
  ];
  const hash = createHash('sha256');
  for (const part of body) hash.update(part);
  return Buffer.concat([...body, hash.digest()]);
}

/**
 * SHA-256 as hex over the sorted pairs of id and label, and over the sorted set of labels that occur (`null` for
 * a regression): equal digests mean the same test rows and the same question, whatever the order of rows.
 */
export function rowDigests(table: PredictionTable): RowDigests {
  const digests = known.get(table) ?? { rows: rowsDigest(table), labels: labelDigest(table) };
  known.set(table, digests);
  return digests;
}

interface RowDigests {
  rows: string;
  labels: string | null;
}

/** Tables do not change, and a side is looked at several times. */
const known = new WeakMap<PredictionTable, RowDigests>();

function rowsDigest(table: PredictionTable): string {
  const rows = createHash('sha256');
  const ids = idsOf(table);
  const labels = (table.classes ?? []).map((name) => Buffer.from(framed(name)));
  const { labelCodes, labelValues } = table;
  const longest = labels.reduce((most, { length }) => Math.max(most, length), LONGEST_NUMBER);
  const block = Buffer.alloc(DIGEST_BLOCK + longest);
  let held = 0;
  for (const row of sortedRows(ids)) {
    const label = labelCodes
      ? (labels[labelCodes[row] as number] as Buffer)
      : Buffer.from(framed(String(labelValues?.[row])));
    if (held + MARK.length + ID_DIGITS + label.length > DIGEST_BLOCK) {
      rows.update(block.subarray(0, held));
      held = 0;
    }
    held = putBytes(block, held, MARK);
    putIdText(ids, row, block, held);
    held = putBytes(block, held + ID_DIGITS, label);
  }
  return rows.update(block.subarray(0, held)).digest('hex');
}

/** Copies a few bytes without a call; gives where they end. */
function putBytes(block: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let from = 0; from < bytes.length; from += 1) block[at + from] = bytes[from] as number;
  return at + bytes.length;
}

function labelDigest(table: PredictionTable): string | null {
  const { labelCodes, classes } = table;
  if (!labelCodes || !classes) return null;
  const used = new Set(labelCodes);
  const names = classes.filter((_, code) => used.has(code)).sort();
  return createHash('sha256').update(names.map(framed).join('')).digest('hex');
}

/** Length before text, so that no two lists of texts look the same. */
function framed(text: string): string {
  return `${text.length}:${text}`;
}

interface Column {
  stored: StoredColumn;
  data: Uint32Array | Float64Array;
}

function columnsOf(table: PredictionTable): Column[] {
  const { classes } = table;
  const coded = (role: StoredColumn['role'], codes: Uint32Array | null): Column[] =>
    codes ? [{ stored: { role, width: codeWidth(classes?.length ?? 0) }, data: codes }] : [];
  const numbers = (role: StoredColumn['role'], data: Float64Array | null): Column[] =>
    data ? [{ stored: { role, width: 8 }, data }] : [];
  return [
    ...coded('label', table.labelCodes),
    ...coded('prediction', table.predictionCodes),
    ...numbers('label', table.labelValues),
    ...numbers('prediction', table.predictionValues),
    ...numbers('score', table.score),
    ...(table.classScores ?? []).flatMap((scores) => numbers('class-score', scores)),
    ...numbers('weight', table.weight),
    ...(table.group ? [dictionary({ role: 'group' }, table.group)] : []),
    ...Object.keys(table.slices)
      .sort()
      .flatMap((name) =>
        table.slices[name] ? [dictionary({ role: 'slice', name }, table.slices[name])] : [],
      ),
  ];
}

/** Values that occur, sorted, so that the order of rows leaves no trace. */
function dictionary(stored: Pick<StoredColumn, 'role' | 'name'>, column: DictionaryColumn): Column {
  const used = new Set(column.codes);
  const values = [...new Set(column.values.filter((_, code) => used.has(code)))].sort();
  const positions = new Map(values.map((value, code) => [value, code]));
  const translation = column.values.map((value) => positions.get(value) ?? 0);
  return {
    stored: { ...stored, width: codeWidth(values.length), values },
    data: column.codes.map((code) => translation[code] ?? 0),
  };
}

function idBytes(ids: Uint32Array, order: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(order.length * ID_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < order.length * ID_WORDS; at += 1)
    view.setUint32(at * 4, ids[(order[at >>> 2] as number) * ID_WORDS + (at & 3)] as number);
  return bytes;
}

function idsOf({ ids }: PredictionTable): Uint32Array {
  if (ids === null) throw new TypeError('Rows that were read without ids have neither a file nor a digest.');
  return ids;
}

function columnBytes({ stored, data }: Column, order: Uint32Array): Uint8Array {
  const { width } = stored;
  const bytes = new Uint8Array(order.length * width);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < order.length; index += 1) {
    const value = data[order[index] ?? 0] ?? 0;
    if (width === 8) view.setFloat64(index * 8, value, true);
    else if (width === 4) view.setUint32(index * 4, value, true);
    else if (width === 2) view.setUint16(index * 2, value, true);
    else view.setUint8(index, value);
  }
  return bytes;
}
