import { ConfigError } from '../../core/errors.ts';
import type { Task } from '../../core/metrics/types.ts';
import { type Cursor, type DictionarySink, parseNumber, quoted } from './sinks.ts';

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
export function inferTask(
  labels: readonly string[],
  predictions: readonly string[],
  classScores: boolean,
): Task {
  if (classScores) return 'multiclass';
  if (labels.length <= 2) return 'binary';
  const numbers = labels.map(parseNumber);
  if (numbers.includes(null)) return 'multiclass';
  const predicted = predictions.map(parseNumber);
  const fractional = (value: number | null) => value !== null && !Number.isInteger(value);
  return numbers.some(fractional) || predicted.some(fractional) ? 'regression' : 'multiclass';
}

/** Distinct classes, integers by size, else by code unit: the same order whatever the order of rows. */
export function sortClasses(values: Iterable<string>): string[] {
  const classes = [...new Set(values)];
  const integers = classes.every((value) => /^-?[0-9]{1,15}$/.test(value));
  return classes.sort((a, b) => (integers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

/** Codes into `classes` for a column whose own codes index `values`. */
export function recode(
  codes: readonly number[],
  values: readonly string[],
  classes: readonly string[],
): Uint32Array {
  const positions = new Map(classes.map((name, index) => [name, index]));
  const translation = values.map((value) => positions.get(value) ?? 0);
  return Uint32Array.from(codes, (code) => translation[code] ?? 0);
}

/** A column as finite numbers; a text that is none is a ConfigError with its row. */
export function toNumbers(sink: DictionarySink, cursor: Cursor, column: string): Float64Array {
  const numbers = sink.values.map((value, code) => {
    const number = parseNumber(value);
    if (number !== null) return number;
    const row = sink.codes.indexOf(code) + 1;
    throw new ConfigError(`Column ${quoted(column)} is ${quoted(value)} in row ${row} of ${cursor.file}.`, {
      place: { file: cursor.file },
      expected: 'a finite number, as a regression needs',
      hint: 'Set `task:` when this is no regression.',
    });
  });
  return Float64Array.from(sink.codes, (code) => numbers[code] ?? Number.NaN);
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
