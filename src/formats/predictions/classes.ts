import { ConfigError } from '../../core/errors.ts';
import type { Task } from '../../core/metrics/types.ts';
import { parseNumber } from '../decimal.ts';
import { quoted } from './cells.ts';
import { type NumberPart, numbersOf, type TextPart } from './sinks.ts';

/** Labels or predictions as they were read: a few texts, or numbers of which many are distinct. */
export type ClassColumn = TextPart | NumberPart;

/**
 * Labels as written, with one exception: a column in which every value is an integer with `.0`, as a column of
 * floats is printed, is read as integers. `01`, `1` and a lone `1.0` among other texts stay three labels.
 */
export function normaliseLabels(values: readonly string[]): readonly string[] {
  return values.every((value) => /^-?[0-9]+\.0$/.test(value))
    ? values.map((value) => value.slice(0, -2))
    : values;
}

/**
 * The task when none is configured: columns `score.<label>` mean multiclass; else at most two labels binary;
 * numbers, not all of them integers, regression; all else multiclass.
 */
export function inferTask(label: ClassColumn, prediction: ClassColumn | null, classScores: boolean): Task {
  if (classScores) return 'multiclass';
  if (label.kind === 'texts' && label.values.length <= 2) return 'binary';
  const numeric = label.kind === 'texts' ? !label.values.map(parseNumber).includes(null) : label.odd === null;
  return numeric && (hasFractions(label) || (prediction !== null && hasFractions(prediction)))
    ? 'regression'
    : 'multiclass';
}

function hasFractions(column: ClassColumn): boolean {
  const fractional = (value: number) => !Number.isNaN(value) && !Number.isInteger(value);
  if (column.kind === 'numbers') return column.values.some(fractional);
  return column.values.some((value) => fractional(parseNumber(value) ?? Number.NaN));
}

/** The column without texts that stood in no row that was kept; with `dropped` false there are none. */
export function used(column: ClassColumn, dropped: boolean): ClassColumn {
  if (!dropped || column.kind === 'numbers') return column;
  const places = new Map([...new Set(column.codes)].map((code, place) => [code, place]));
  const values = [...places.keys()].map((code) => column.values[code] as string);
  return { kind: 'texts', values, codes: column.codes.map((code) => places.get(code) as number) };
}

/** The distinct texts of a column as labels. A column of numbers has too many to be one of labels: they show in messages. */
export function labelsOf(column: ClassColumn): readonly string[] {
  return normaliseLabels(column.kind === 'texts' ? column.values : [...new Set(column.values)].map(String));
}

/** Distinct classes, integers by size, else by code unit: the same order whatever the order of rows. */
export function sortClasses(values: Iterable<string>): string[] {
  const classes = [...new Set(values)];
  const integers = classes.every((value) => /^-?[0-9]{1,15}$/.test(value));
  return classes.sort((a, b) => (integers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

/** Codes into `classes` for a column whose own codes index `values`. */
export function recode(
  codes: Uint32Array,
  values: readonly string[],
  classes: readonly string[],
): Uint32Array {
  const positions = new Map(classes.map((name, index) => [name, index]));
  const translation = Uint32Array.from(values, (value) => positions.get(value) ?? 0);
  if (translation.every((code, index) => code === index)) return codes;
  return codes.map((code) => translation[code] as number);
}

/** A column as finite numbers; a text that is none is a ConfigError with its row. */
export function toNumbers(column: ClassColumn, file: string, name: string): Float64Array {
  const { values, odd } = column.kind === 'texts' ? numbersOf(column) : column;
  if (odd === null) return values;
  throw new ConfigError(`Column ${quoted(name)} is ${quoted(odd.text)} in row ${odd.row + 1} of ${file}.`, {
    place: { file },
    expected: 'a finite number, as a regression needs',
    hint: 'Set `task:` when this is no regression.',
  });
}

/** Refuses a binary task with more than two classes, showing one that is too many. */
export function refuseThirdClass(
  labels: readonly string[],
  predictions: readonly string[],
  file: string,
): void {
  const hint = 'Write probabilities to a column `score`, or set `task:` to multiclass or regression.';
  if (labels.length > 2) {
    throw new ConfigError(`Column "label" of ${file} has ${labels.length} labels in a binary task.`, {
      place: { file },
      expected: 'two labels',
      hint,
    });
  }
  const classes = sortClasses([...labels, ...predictions]);
  if (classes.length <= 2) return;
  const stranger = predictions.find((value) => !labels.includes(value)) ?? '';
  throw new ConfigError(
    `Column "prediction" of ${file} holds ${quoted(stranger)}, which is none of the labels ${labels.map(quoted).join(', ')}.`,
    {
      place: { file },
      expected: 'predicted labels',
      hint,
    },
  );
}
