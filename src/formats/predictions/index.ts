import { ID_WORDS } from '../../core/compare/ids.ts';
import { ConfigError } from '../../core/errors.ts';
import { positiveCode } from '../../core/metrics/positive.ts';
import type { DictionaryColumn, PredictionTable, Task } from '../../core/metrics/types.ts';
import { checkSize, decodeText } from '../text.ts';
import { inferTask, normaliseLabels, recode, refuseThirdClass, sortClasses, toNumbers } from './classes.ts';
import { type Layout, missingColumn, type ReadOptions, resolveLayout } from './layout.ts';
import { pseudonymsOf } from './pseudonym.ts';
import { scanRows } from './rows.ts';
import {
  type Cursor,
  type DictionarySink,
  dictionaryOf,
  dictionarySink,
  type IdSink,
  idSink,
  type NumberSink,
  numberSink,
  quoted,
  type Sink,
} from './sinks.ts';

export type { ReadOptions } from './layout.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_BYTES = 256 * MEBIBYTE;
const MAX_COLUMNS = 10_000;
/** Metrics of each class look at every row. */
const MAX_CLASSES = 2000;

interface Columns {
  header: readonly string[];
  id: IdSink | null;
  label: DictionarySink;
  prediction: DictionarySink | null;
  score: NumberSink | null;
  weight: NumberSink | null;
  group: DictionarySink | null;
  classScores: readonly { label: string; sink: NumberSink }[];
  slices: readonly { name: string; sink: DictionarySink }[];
}

type Outcome = Pick<
  PredictionTable,
  'classes' | 'labelCodes' | 'predictionCodes' | 'labelValues' | 'predictionValues' | 'score' | 'classScores'
>;

/**
 * Predictions from CSV, TSV or JSONL (by extension, else by the first line), up to 256 MiB, 5 million rows and 2,000 labels.
 * Columns `id`, `label`, `prediction`, `score` (of the positive label) or `score.<label>`, `weight` (≥ 0), `group`
 * and the slices; `columns` maps other names. Ids must be present and unique; with `columns.id` the empty text
 * they are row numbers `1`, `2`, …. Labels, predictions, scores must be there and finite, else a ConfigError
 * names row and column. Labels stay as written but for columns of whole floats (`1.0` → `1`). Scores outside
 * [0, 1] are kept: a metric that needs probabilities says so.
 * Without a column `prediction`: binary predicts the positive label where its score is above 0.5, multiclass the
 * first label of the highest score, as scikit-learn does.
 */
export function readPredictions(bytes: Uint8Array, file: string, options: ReadOptions): PredictionTable {
  checkSize(bytes, file, MAX_BYTES, 'Write only the columns that are needed, or fewer rows.');
  const cursor: Cursor = { file, row: 0, line: 1 };
  const columns = readColumns(decodeText(bytes, file), cursor, options);
  const n = cursor.row;
  const labels = normaliseLabels(columns.label.values);
  const predictions = normaliseLabels(columns.prediction?.values ?? []);
  const task = options.task ?? inferTask(labels, predictions, columns.classScores.length > 0);
  return {
    n,
    ids: options.model === null ? null : pseudonyms(options.model, columns.id?.values ?? null, n),
    task,
    ...outcome(task, columns, cursor, labels, predictions, options.positiveLabel),
    weight: columns.weight && Float64Array.from(columns.weight.values),
    group: columns.group && dictionaryOf(columns.group),
    slices: slicesOf(columns),
  };
}

/** Pseudonyms of the ids, or of the row numbers. */
function pseudonyms(model: string, texts: readonly string[] | null, n: number): Uint32Array {
  const put = pseudonymsOf(model);
  const ids = new Uint32Array(n * ID_WORDS);
  for (let row = 0; row < n; row += 1) {
    const bytes = Buffer.from(texts?.[row] ?? String(row + 1));
    put(bytes, 0, bytes.length, ids, row);
  }
  return ids;
}

function readColumns(text: string, cursor: Cursor, options: ReadOptions): Columns {
  let columns: Columns | null = null;
  scanRows(text, cursor, (header) => {
    refuseMore(header.length, 'columns', MAX_COLUMNS, cursor.file);
    const layout = resolveLayout(header, cursor.file, options);
    const targets: { index: number; sink: Sink }[] = [];
    columns = openColumns(header, layout, cursor, targets);
    return (cells) => {
      for (const { index, sink } of targets) sink.push(cells[index] ?? '');
    };
  });
  if (columns) return columns;
  throw new ConfigError(`${cursor.file} has no rows.`, { place: { file: cursor.file } });
}

function refuseMore(count: number, what: string, most: number, file: string): void {
  if (count <= most) return;
  throw new ConfigError(`${file} has ${count} ${what}.`, {
    place: { file },
    expected: `at most ${most}`,
    hint: 'Name the columns that are meant, or say the task (`regression` for numbers).',
  });
}

function openColumns(
  header: readonly string[],
  layout: Layout,
  cursor: Cursor,
  targets: { index: number; sink: Sink }[],
): Columns {
  const add = <S extends Sink>(index: number, open: (column: string) => S): S => {
    const sink = open(header[index]?.trim() ?? '');
    targets.push({ index, sink });
    return sink;
  };
  const some = <S extends Sink>(index: number | null, open: (column: string) => S): S | null =>
    index === null ? null : add(index, open);
  const required = (column: string) => dictionarySink(cursor, column, true);
  const number = (column: string) => numberSink(cursor, column);
  return {
    header,
    id: some(layout.id, (column) => idSink(cursor, column)),
    label: add(layout.label, required),
    prediction: some(layout.prediction, required),
    score: some(layout.score, number),
    weight: some(layout.weight, (column) => numberSink(cursor, column, 0)),
    group: some(layout.group, required),
    classScores: layout.classScores.map(({ label, index }) => ({ label, sink: add(index, number) })),
    slices: layout.slices.map(({ name, index }) => ({
      name,
      sink: add(index, (column) => dictionarySink(cursor, column, false)),
    })),
  };
}

function outcome(
  task: Task,
  columns: Columns,
  cursor: Cursor,
  labels: readonly string[],
  predictions: readonly string[],
  positiveLabel: string | null,
): Outcome {
  if (task === 'regression') return regression(columns, cursor);
  const scoreLabels = normaliseLabels(columns.classScores.map(({ label }) => label));
  if (task === 'binary') refuseThirdClass(labels, predictions, cursor.file);
  const scored = task === 'multiclass' ? scoreLabels : [];
  const classes = sortClasses([...labels, ...predictions, ...scored]);
  refuseMore(classes.length, 'different labels', MAX_CLASSES, cursor.file);
  const classScores = scored.length > 0 ? alignScores(classes, scored, columns, cursor.file) : null;
  const score = task === 'binary' ? binaryScore(columns, classes, scoreLabels, positiveLabel) : null;
  const predictionCodes = columns.prediction
    ? recode(columns.prediction.codes, predictions, classes)
    : derivePredictions(columns, cursor.file, classes, score, classScores, positiveLabel);
  return {
    classes,
    labelCodes: recode(columns.label.codes, labels, classes),
    predictionCodes,
    labelValues: null,
    predictionValues: null,
    score,
    classScores,
  };
}

function regression(columns: Columns, cursor: Cursor): Outcome {
  if (!columns.prediction) throw missingColumn('prediction', columns.header, cursor.file);
  return {
    classes: null,
    labelCodes: null,
    predictionCodes: null,
    labelValues: toNumbers(columns.label, cursor, 'label'),
    predictionValues: toNumbers(columns.prediction, cursor, 'prediction'),
    score: null,
    classScores: null,
  };
}

/** The column `score`, else `score.<positive label>`. */
function binaryScore(
  columns: Columns,
  classes: readonly string[],
  scoreLabels: readonly string[],
  positiveLabel: string | null,
): Float64Array | null {
  const positive = classes[positiveCode(classes, positiveLabel)];
  const own = positive === undefined ? -1 : scoreLabels.indexOf(positive);
  const sink = columns.score ?? columns.classScores[own]?.sink ?? null;
  return sink && Float64Array.from(sink.values);
}

function alignScores(
  classes: readonly string[],
  scored: readonly string[],
  columns: Columns,
  file: string,
): Float64Array[] {
  return classes.map((label) => {
    const sink = columns.classScores[scored.indexOf(label)]?.sink;
    if (sink) return Float64Array.from(sink.values);
    throw new ConfigError(`${file} has scores, but none for the label ${quoted(label)}.`, {
      place: { file, line: 1 },
      expected: `a column ${quoted(`score.${label}`)}`,
      hint: 'Write one score column for each label, or none at all.',
    });
  });
}

function derivePredictions(
  columns: Columns,
  file: string,
  classes: readonly string[],
  score: Float64Array | null,
  classScores: readonly Float64Array[] | null,
  positiveLabel: string | null,
): Uint32Array {
  if (classScores) return Uint32Array.from(columns.label.codes, (_, row) => highest(classScores, row));
  const positive = positiveCode(classes, positiveLabel);
  const probabilities = score?.every((value) => value >= 0 && value <= 1);
  if (!score || !probabilities || positive < 0 || classes.length !== 2)
    throw missingColumn('prediction', columns.header, file);
  return Uint32Array.from(score, (value) => (value > 0.5 ? positive : 1 - positive));
}

function highest(classScores: readonly Float64Array[], row: number): number {
  let best = 0;
  for (let code = 1; code < classScores.length; code += 1) {
    if ((classScores[code]?.[row] ?? 0) > (classScores[best]?.[row] ?? 0)) best = code;
  }
  return best;
}

function slicesOf(columns: Columns): Record<string, DictionaryColumn> {
  const slices: Record<string, DictionaryColumn> = Object.create(null);
  for (const { name, sink } of columns.slices) slices[name] = dictionaryOf(sink);
  return slices;
}
