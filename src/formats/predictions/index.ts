import { compareIds, ID_WORDS, sortedRows } from '../../core/compare/ids.ts';
import { ConfigError } from '../../core/errors.ts';
import type { PredictionTable } from '../../core/metrics/types.ts';
import type { Threads } from '../../runtime/types.ts';
import { checkSize } from '../text.ts';
import { createDictionary } from './byte-dictionary.ts';
import { createGathering, type Gathering } from './gather.ts';
import { type Layout, type ReadOptions, resolveLayout } from './layout.ts';
import { planColumns, type ReadPlan } from './plan.ts';
import { pseudonymsOf } from './pseudonym.ts';
import type { ByteSource, RowFile } from './row-file.ts';
import { startsAsParquet } from './row-format.ts';
import type { ColumnPart } from './sinks.ts';
import { assemble } from './table.ts';
import { openText } from './text-rows.ts';

export type { ModelSide, ReadOptions } from './layout.ts';
export type { ByteSource } from './row-file.ts';

const MAX_BYTES = 2 ** 31;
const MAX_COLUMNS = 10_000;

/**
 * Predictions from Parquet (by its first bytes), CSV, TSV or JSONL (by extension, else by the first line), up to 2 GiB, 20 million rows and 2,000 labels.
 * Columns `id`, `label`, `prediction`, `score` (of the positive label) or `score.<label>`, `weight` (≥ 0), `group`
 * and the slices; `columns` maps other names. Ids must be present and unique; with `columns.id` the empty text
 * they are row numbers `1`, `2`, …. Labels, predictions, scores must be there and finite, else a ConfigError
 * names row and column; with `drop` rows that lack one are left out and counted. Labels stay as written but for columns of whole floats (`1.0` → `1`). Scores outside
 * [0, 1] are kept: a metric that needs probabilities says so.
 * Without a column `prediction`: binary predicts the positive label where its score is above 0.5, multiclass the
 * first label of the highest score, as scikit-learn does.
 */
export async function readPredictions(
  source: ByteSource,
  options: ReadOptions,
  threads: Threads | null,
): Promise<PredictionTable> {
  const { file, bytes } = source;
  checkSize({ length: bytes }, file, MAX_BYTES, 'Write only the columns that are needed, or fewer rows.');
  const rows = await openRows(source, threads);
  refuseColumns(rows.header.length, file);
  const layout = resolveLayout(rows.header, file, options);
  const plan: ReadPlan = {
    file,
    header: rows.header,
    columns: planColumns(rows.header, layout, options, otherLayout(rows.header, file, options)),
    ids: options.model === null ? 'ascending' : { pseudonyms: options.model },
    drop: options.drop,
  };
  const gathered = await gather(rows, plan);
  const columns = gathered.columns();
  const ids = options.model === null ? null : pseudonyms(columns[0] as ColumnPart, options.model);
  const dropped = gathered.rows() - gathered.kept();
  return {
    ...assemble(layout, columns, gathered.kept(), plan, options),
    ids,
    ...(dropped > 0 && { dropped }),
  };
}

async function openRows(source: ByteSource, threads: Threads | null): Promise<RowFile> {
  for await (const chunk of source.open(0)) {
    if (!startsAsParquet(chunk)) break;
    const { openParquet } = await import('./parquet-rows.ts');
    return openParquet(source, threads);
  }
  return openText(source, threads);
}

/** Reads all rows. Where ids do not ascend they are read again as digests, among which those that stand twice are found. */
async function gather(rows: RowFile, plan: ReadPlan): Promise<Gathering> {
  const gathering = createGathering(plan.columns, (part) => rows.expectedRows(part));
  let ordered = true;
  await rows.read(plan, (part) => {
    ordered = gathering.add(part);
    return ordered;
  });
  if (!ordered) return gather(rows, { ...plan, ids: { pseudonyms: '' } });
  if (gathering.rows() === 0) throw noRows(plan.file);
  if (gathering.kept() === 0) throw noWholeRow(gathering.rows(), plan.file);
  const [first] = gathering.columns();
  if (first?.kind === 'ids') await refuseRepeated(first.words, rows, plan);
  return gathering;
}

/** Where rows are dropped, those of two models in one file are dropped from both. */
function otherLayout(header: readonly string[], file: string, options: ReadOptions): Layout | null {
  if (!options.drop || options.side === null) return null;
  const side = options.side === 'candidate' ? 'baseline' : 'candidate';
  return resolveLayout(header, file, { ...options, side });
}

function noWholeRow(rows: number, file: string): ConfigError {
  return new ConfigError(`In each of the ${rows} rows of ${file} something is missing.`, {
    place: { file },
    expected: 'rows with a label and what the model said',
    hint: 'Repair the stage that writes it.',
  });
}

function noRows(file: string): ConfigError {
  return new ConfigError(`${file} has no rows.`, {
    place: { file },
    expected: 'a header and one row for each prediction',
    hint: 'Let the stage that writes it finish before it is read.',
  });
}

/** Digests tell that an id stands twice; which one, and where, is told by reading the ids alone once more. */
async function refuseRepeated(words: Uint32Array, rows: RowFile, plan: ReadPlan): Promise<void> {
  const order = sortedRows(words);
  let repeated = false;
  for (let at = 1; at < order.length && !repeated; at += 1)
    repeated = compareIds(words, order[at - 1] as number, words, order[at] as number) === 0;
  if (!repeated) return;
  const columns = plan.columns.filter(({ kind }) => kind === 'id');
  const seen = { dictionary: createDictionary(), rows: [] };
  await rows.read({ ...plan, columns, ids: { seen } }, () => true);
}

/** Pseudonyms that were read, or those of the row numbers. */
function pseudonyms(column: ColumnPart, model: string): Uint32Array {
  if (column.kind === 'ids') return column.words;
  if (column.kind !== 'rows') throw new TypeError('Ids were read without pseudonyms.');
  const put = pseudonymsOf(model);
  const ids = new Uint32Array(column.numbers.length * ID_WORDS);
  column.numbers.forEach((number, row) => {
    const text = Buffer.from(String(number + 1));
    put(text, 0, text.length, ids, row);
  });
  return ids;
}

function refuseColumns(count: number, file: string): void {
  if (count <= MAX_COLUMNS) return;
  throw new ConfigError(`${file} has ${count} columns.`, {
    place: { file },
    expected: `at most ${MAX_COLUMNS}`,
    hint: 'Write only those that are meant.',
  });
}
