import { createHash } from 'node:crypto';
import { compareIds, ID_WORDS } from '../../core/compare/ids.ts';
import { ConfigError } from '../../core/errors.ts';
import type { DictionaryColumn, PredictionTable, Task } from '../../core/metrics/types.ts';
import {
  CHECKSUM_BYTES,
  codeWidth,
  FORMAT_VERSION,
  type Header,
  ID_BYTES,
  MAGIC,
  type Role,
  type StoredColumn,
} from './stored.ts';

const ROLES: readonly Role[] = ['label', 'prediction', 'score', 'class-score', 'weight', 'group', 'slice'];
const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];
const PREFIX_BYTES = MAGIC.length + 8;

interface Decoded {
  column: StoredColumn;
  codes: Uint32Array | null;
  numbers: Float64Array | null;
}

/**
 * The table in a canonical file. Nothing is allocated before the sizes the header claims add up to the size of
 * the file; checksum, codes, finite numbers and the order of ids are checked. Anything wrong is a ConfigError.
 */
export function decodeCanonical(bytes: Uint8Array, file: string): PredictionTable {
  const fail = (what: string) => damaged(file, what);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length < PREFIX_BYTES + CHECKSUM_BYTES) throw fail('it is cut off');
  if (data.toString('latin1', 0, MAGIC.length) !== MAGIC) throw fail('it does not start as one');
  refuseVersion(data.readUInt32LE(MAGIC.length), file);
  const end = data.length - CHECKSUM_BYTES;
  if (!createHash('sha256').update(data.subarray(0, end)).digest().equals(data.subarray(end)))
    throw fail('its checksum differs');
  const start = PREFIX_BYTES + data.readUInt32LE(MAGIC.length + 4);
  if (start > end) throw fail('its header is longer than the file');
  const header = parseHeader(data.toString('utf8', PREFIX_BYTES, start));
  if (!header) throw fail('its header is not understood');
  const rowBytes = header.columns.reduce((sum, { width }) => sum + width, ID_BYTES);
  if (header.n * rowBytes !== end - start) throw fail('its columns do not fit its size');
  const ids = readIds(data.subarray(start), header.n);
  if (!ids) throw fail('its ids are not in order');
  const columns = readColumns(data.subarray(start + header.n * ID_BYTES, end), header);
  const table = columns && assemble(header, ids, columns);
  if (!table) throw fail('its columns do not fit together');
  return table;
}

function damaged(file: string, what: string): ConfigError {
  return new ConfigError(`${file} is not a whole file of canonical predictions: ${what}.`, {
    place: { file },
    expected: 'the bytes as they were written',
    hint: 'Fetch it again, or run the evaluation again.',
  });
}

function refuseVersion(version: number, file: string): void {
  if (version === FORMAT_VERSION) return;
  if (version === 0 || version > 0xffff) throw damaged(file, 'its version is not understood');
  throw new ConfigError(`${file} was made by a newer Trainyard (format ${version}).`, {
    place: { file },
    expected: `format ${FORMAT_VERSION}`,
    hint: 'Upgrade Trainyard here.',
  });
}

function parseHeader(text: string): Header | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { n, task, classes, columns } = value as Partial<Record<keyof Header, unknown>>;
  const known = TASKS.find((name) => name === task);
  if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0 || !known || !Array.isArray(columns))
    return null;
  if (classes !== null && !isDistinctTexts(classes)) return null;
  if ((classes === null) !== (known === 'regression') || !columns.every(isStoredColumn)) return null;
  return { n, task: known, classes, columns };
}

function isStoredColumn(value: unknown): value is StoredColumn {
  if (typeof value !== 'object' || value === null) return false;
  const { role, width, name, values } = value as Partial<Record<keyof StoredColumn, unknown>>;
  if (!ROLES.some((known) => known === role) || ![1, 2, 4, 8].some((known) => known === width)) return false;
  if ((role === 'slice') !== (typeof name === 'string')) return false;
  if (role !== 'slice' && role !== 'group') return values === undefined;
  return isDistinctTexts(values) && width === codeWidth(values.length);
}

function isDistinctTexts(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((item) => typeof item === 'string') &&
    new Set(value).size === value.length
  );
}

/** The ids, `null` unless strictly ascending. */
function readIds(data: Buffer, n: number): Uint32Array | null {
  const ids = new Uint32Array(n * ID_WORDS);
  for (let word = 0; word < ids.length; word += 1) ids[word] = data.readUInt32BE(word * 4);
  for (let row = 1; row < n; row += 1) if (compareIds(ids, row - 1, ids, row) >= 0) return null;
  return ids;
}

function readColumns(data: Buffer, header: Header): Decoded[] | null {
  const decoded: Decoded[] = [];
  let at = 0;
  for (const column of header.columns) {
    const part = data.subarray(at, at + header.n * column.width);
    at += part.length;
    const numbers = column.width === 8 ? readNumbers(part) : null;
    const codes =
      column.width === 8
        ? null
        : readCodes(part, column.width, (column.values ?? header.classes ?? []).length);
    if (!numbers && !codes) return null;
    decoded.push({ column, numbers, codes });
  }
  return decoded;
}

function readNumbers(part: Buffer): Float64Array | null {
  const numbers = new Float64Array(part.length / 8);
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = part.readDoubleLE(index * 8);
  return numbers.every(Number.isFinite) ? numbers : null;
}

function readCodes(part: Buffer, width: 1 | 2 | 4, count: number): Uint32Array | null {
  const codes = new Uint32Array(part.length / width);
  for (let index = 0; index < codes.length; index += 1) {
    const code = part.readUIntLE(index * width, width);
    if (code >= count) return null;
    codes[index] = code;
  }
  return codes;
}

/** The table, `null` when a column is missing, twice there, or of the wrong kind for the task. */
function assemble(header: Header, ids: Uint32Array, columns: readonly Decoded[]): PredictionTable | null {
  const all = (role: Role) => columns.filter(({ column }) => column.role === role);
  const [labels, predictions, scores, weights, groups] = (
    ['label', 'prediction', 'score', 'weight', 'group'] as const
  ).map(all);
  if (labels?.length !== 1 || predictions?.length !== 1) return null;
  if ([scores, weights, groups].some((found) => (found?.length ?? 0) > 1)) return null;
  const label = labels[0];
  const prediction = predictions[0];
  const regression = header.task === 'regression';
  if (!(regression ? label?.numbers && prediction?.numbers : label?.codes && prediction?.codes)) return null;
  const extras = numericExtras(header, all('class-score'), scores?.[0], weights?.[0]);
  const slices = readSlices(all('slice'));
  if (!extras || !slices) return null;
  return {
    n: header.n,
    ids,
    task: header.task,
    classes: header.classes,
    labelCodes: label?.codes ?? null,
    predictionCodes: prediction?.codes ?? null,
    labelValues: label?.numbers ?? null,
    predictionValues: prediction?.numbers ?? null,
    ...extras,
    group: groups?.[0] ? dictionaryOf(groups[0]) : null,
    slices,
  };
}

function numericExtras(
  header: Header,
  classScores: readonly Decoded[],
  score: Decoded | undefined,
  weight: Decoded | undefined,
): Pick<PredictionTable, 'score' | 'classScores' | 'weight'> | null {
  if ((score && !score.numbers) || (weight && !weight.numbers?.every((value) => value >= 0))) return null;
  if (score && header.task !== 'binary') return null;
  const aligned = classScores.flatMap(({ numbers }) => (numbers ? [numbers] : []));
  const complete = header.task === 'multiclass' && aligned.length === header.classes?.length;
  if (classScores.length > 0 && !complete) return null;
  return {
    score: score?.numbers ?? null,
    classScores: classScores.length > 0 ? aligned : null,
    weight: weight?.numbers ?? null,
  };
}

function readSlices(columns: readonly Decoded[]): Record<string, DictionaryColumn> | null {
  const slices: Record<string, DictionaryColumn> = Object.create(null);
  for (const decoded of columns) {
    const name = decoded.column.name ?? '';
    if (name in slices) return null;
    slices[name] = dictionaryOf(decoded);
  }
  return slices;
}

function dictionaryOf({ column, codes }: Decoded): DictionaryColumn {
  return { values: column.values ?? [], codes: codes ?? new Uint32Array() };
}
