import { ConfigError } from '../../core/errors.ts';
import { positiveCode } from '../../core/metrics/positive.ts';
import type { DictionaryColumn, PredictionTable, Task } from '../../core/metrics/types.ts';
import { quoted } from './cells.ts';
import {
  type ClassColumn,
  inferTask,
  labelsOf,
  normaliseLabels,
  recode,
  refuseThirdClass,
  sortClasses,
  toNumbers,
  used,
} from './classes.ts';
import { type Layout, type ModelSide, missingColumn, ofSide, type ReadOptions } from './layout.ts';
import type { ReadPlan } from './plan.ts';
import type { ColumnPart } from './sinks.ts';

/** Metrics of each class look at every row. */
const MAX_CLASSES = 2000;

/** Columns by what they are for. */
interface Columns {
  header: readonly string[];
  file: string;
  side: ModelSide | null;
  label: ClassColumn;
  prediction: ClassColumn | null;
  score: Float64Array | null;
  weight: Float64Array | null;
  group: DictionaryColumn | null;
  classScores: readonly { label: string; values: Float64Array }[];
  slices: Readonly<Record<string, DictionaryColumn>>;
}

type Outcome = Pick<
  PredictionTable,
  'classes' | 'labelCodes' | 'predictionCodes' | 'labelValues' | 'predictionValues' | 'score' | 'classScores'
>;

/** A table of columns as the plan lists them. */
export function assemble(
  layout: Layout,
  parts: readonly ColumnPart[],
  n: number,
  plan: ReadPlan,
  { task: asked, positiveLabel, side }: ReadOptions,
): Omit<PredictionTable, 'ids'> {
  const columns = namedColumns(layout, parts, plan, side);
  const { label, prediction, classScores, weight, group, slices } = columns;
  const task = asked ?? inferTask(label, prediction, classScores.length > 0);
  return { n, task, ...outcome(task, columns, positiveLabel), weight, group, slices };
}

function namedColumns(
  layout: Layout,
  parts: readonly ColumnPart[],
  { columns, file, header, drop }: ReadPlan,
  side: ModelSide | null,
): Columns {
  const rest = parts.slice(columns[0]?.kind === 'id' ? 1 : 0);
  const next = () => rest.shift() as ColumnPart;
  const optional = (index: number | null) => (index === null ? null : next());
  const label = used(next() as ClassColumn, drop);
  const said = optional(layout.prediction) as ClassColumn | null;
  const score = optional(layout.score);
  const weight = optional(layout.weight);
  const group = optional(layout.group);
  const classScores = layout.classScores.map((column) => ({ label: column.label, values: numbers(next()) }));
  const slices: Record<string, DictionaryColumn> = Object.create(null);
  for (const { name } of layout.slices) slices[name] = dictionary(next());
  return {
    header,
    file,
    side,
    label,
    prediction: said && used(said, drop),
    score: score && numbers(score),
    weight: weight && numbers(weight),
    group: group && dictionary(group),
    classScores,
    slices,
  };
}

function numbers(part: ColumnPart): Float64Array {
  if (part.kind !== 'numbers') throw new TypeError('A column of numbers was read as something else.');
  return part.values;
}

function dictionary(part: ColumnPart): DictionaryColumn {
  if (part.kind !== 'texts') throw new TypeError('A column of texts was read as something else.');
  return { values: part.values, codes: part.codes };
}

function outcome(task: Task, columns: Columns, positiveLabel: string | null): Outcome {
  if (task === 'regression') return regression(columns);
  const { file, label, prediction } = columns;
  const labels = labelsOf(label);
  const predictions = prediction ? labelsOf(prediction) : [];
  const scoreLabels = normaliseLabels(columns.classScores.map((column) => column.label));
  if (task === 'binary') refuseThirdClass(labels, predictions, file);
  const scored = task === 'multiclass' ? scoreLabels : [];
  const classes = sortClasses([...labels, ...predictions, ...scored]);
  if (classes.length > MAX_CLASSES) throw tooManyClasses(classes.length, file);
  const classScores = scored.length > 0 ? alignScores(classes, scored, columns) : null;
  const score = task === 'binary' ? binaryScore(columns, classes, scoreLabels, positiveLabel) : null;
  const predictionCodes = prediction
    ? recode(codesOf(prediction), predictions, classes)
    : derivePredictions(columns, classes, score, classScores, positiveLabel);
  return {
    classes,
    labelCodes: recode(codesOf(label), labels, classes),
    predictionCodes,
    labelValues: null,
    predictionValues: null,
    score,
    classScores,
  };
}

/** Columns of numbers have more distinct values than there may be classes. */
function codesOf(column: ClassColumn): Uint32Array {
  if (column.kind !== 'texts') throw new TypeError('A column of numbers was taken for labels.');
  return column.codes;
}

function tooManyClasses(count: number, file: string): ConfigError {
  return new ConfigError(`${file} has ${count} different labels.`, {
    place: { file },
    expected: `at most ${MAX_CLASSES}`,
    hint: 'Name the columns that are meant, or say the task (`regression` for numbers).',
  });
}

function regression({ label, prediction, file, header, side }: Columns): Outcome {
  if (!prediction) throw missingColumn(ofSide(side, 'prediction'), header, file);
  return {
    classes: null,
    labelCodes: null,
    predictionCodes: null,
    labelValues: toNumbers(label, file, 'label'),
    predictionValues: toNumbers(prediction, file, 'prediction'),
    score: null,
    classScores: null,
  };
}

/** The column `score`, else `score.<positive label>`. */
function binaryScore(
  { score, classScores }: Columns,
  classes: readonly string[],
  scoreLabels: readonly string[],
  positiveLabel: string | null,
): Float64Array | null {
  const positive = classes[positiveCode(classes, positiveLabel)];
  const own = positive === undefined ? -1 : scoreLabels.indexOf(positive);
  return score ?? classScores[own]?.values ?? null;
}

function alignScores(
  classes: readonly string[],
  scored: readonly string[],
  { classScores, file }: Columns,
): Float64Array[] {
  return classes.map((label) => {
    const values = classScores[scored.indexOf(label)]?.values;
    if (values) return values;
    throw new ConfigError(`${file} has scores, but none for the label ${quoted(label)}.`, {
      place: { file, line: 1 },
      expected: `a column ${quoted(`score.${label}`)}`,
      hint: 'Write one score column for each label, or none at all.',
    });
  });
}

function derivePredictions(
  { header, file, side }: Columns,
  classes: readonly string[],
  score: Float64Array | null,
  classScores: readonly Float64Array[] | null,
  positiveLabel: string | null,
): Uint32Array {
  if (classScores) return highest(classScores);
  const positive = positiveCode(classes, positiveLabel);
  const probabilities = score?.every((value) => value >= 0 && value <= 1);
  if (!score || !probabilities || positive < 0 || classes.length !== 2)
    throw missingColumn(ofSide(side, 'prediction'), header, file);
  const codes = new Uint32Array(score.length);
  for (let row = 0; row < codes.length; row += 1)
    codes[row] = (score[row] as number) > 0.5 ? positive : 1 - positive;
  return codes;
}

/** The first class of the highest score in each row. */
function highest(classScores: readonly Float64Array[]): Uint32Array {
  const best = new Uint32Array(classScores[0]?.length ?? 0);
  for (let row = 0; row < best.length; row += 1) {
    for (let code = 1; code < classScores.length; code += 1) {
      const top = classScores[best[row] as number]?.[row] as number;
      if ((classScores[code]?.[row] as number) > top) best[row] = code;
    }
  }
  return best;
}
