import { ConfigError } from '../../core/errors.ts';
import type { Direction, Uncertainty, ValueState } from '../../core/metrics/types.ts';
import { placeOf } from '../structured/tree.ts';

/** One metric as a file gives it; `line` counts from 1, `null` where the format's reader does not tell. */
export interface FileMetric {
  name: string;
  value: number | null;
  state: ValueState;
  direction: Direction | null;
  slice: string | null;
  class: string | null;
  line: number | null;
  uncertainty?: Uncertainty;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** A number with its state: NaN is `nan`, what overflows a double is `inf`. */
export function stateOf(value: number): Pick<FileMetric, 'value' | 'state'> {
  if (Number.isFinite(value)) return { value, state: 'ok' };
  return { value: null, state: Number.isNaN(value) ? 'nan' : 'inf' };
}

/** A metric without slice, class or direction. */
export function plainMetric(
  name: string,
  value: Pick<FileMetric, 'value' | 'state'>,
  line: number | null,
): FileMetric {
  return { name, ...value, direction: null, slice: null, class: null, line };
}

/** What an unquoted text means as a number: `''` is missing, `nan` and `inf` are states, `null` = no number. */
export function textValue(text: string): Pick<FileMetric, 'value' | 'state'> | null {
  const cell = text.trim();
  if (cell === '') return { value: null, state: 'missing' };
  if (/^[+-]?nan$/i.test(cell)) return { value: null, state: 'nan' };
  if (/^[+-]?inf(?:inity)?$/i.test(cell)) return { value: null, state: 'inf' };
  return DECIMAL.test(cell) ? stateOf(Number(cell)) : null;
}

/** Refuses a number in quotes; any other text is a description and no metric. */
export function refuseNumericText(text: string, name: string, file: string, line: number | null): void {
  const value = textValue(text.trim().replace(/%$/, ''));
  if (value === null || value.state === 'missing') return;
  throw new ConfigError(
    `The metric ${JSON.stringify(name)} of ${file} is the text ${JSON.stringify(text)}.`,
    {
      place: placeOf(file, line),
      expected: 'a number',
      hint: 'Write it without quotes and without a percent sign.',
    },
  );
}
