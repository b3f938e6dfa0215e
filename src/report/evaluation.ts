import type { Confusion } from '../core/metrics/confusion.ts';
import type { Metric } from '../core/metrics/types.ts';
import { blocks, type Column, heading, table } from './blocks.ts';
import { confusionFold } from './confusion.ts';
import { code, inline } from './escape.ts';
import { decimalsFor, formatCount, formatNumber, stateWord } from './numbers.ts';

/** Metrics as they are shown at most; the document of a program holds all. */
const SHOWN = 200;

const columns: readonly Column[] = [
  { head: 'metric', align: 'left' },
  { head: 'value', align: 'right' },
  { head: 'rows', align: 'right', optional: true },
];

/** Metrics of some models, or of one file (`model` null), as tables for a job summary. */
export function renderEvaluation(
  results: readonly { model: string | null; metrics: readonly Metric[]; confusion: Confusion | null }[],
): string {
  const parts = results.map(({ model, metrics, confusion }) => {
    const rows = metrics.slice(0, SHOWN).map((metric) => [name(metric), value(metric), rowsOf(metric)]);
    const left = metrics.length - rows.length;
    return blocks([
      heading(3, model === null ? 'Metrics' : code(model)),
      table(columns, rows),
      left > 0 ? `and ${formatCount(left)} more` : '',
      confusion ? confusionFold(confusion, null) : '',
    ]);
  });
  return `${blocks(parts)}\n`;
}

function name({ name: metric, class: label, slice }: Metric): string {
  const of = label === null ? '' : ` · ${inline(label, 60)}`;
  return `${inline(metric, 80)}${of}${slice === null ? '' : ` · ${inline(slice, 80)}`}`;
}

function value({ value: number, state }: Metric): string {
  return number === null ? stateWord(state) : formatNumber(number, decimalsFor(null, number));
}

function rowsOf({ n }: Metric): string {
  return n === null ? '' : formatCount(n);
}
