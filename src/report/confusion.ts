import type { Confusion } from '../core/metrics/confusion.ts';
import { type Column, fold, table } from './blocks.ts';
import { inline } from './escape.ts';
import { formatCount, formatDelta, formatNumber } from './numbers.ts';

/** A class's name in a table at most. */
const NAME_LIMIT = 30;

/** Labels down, predictions across, folded; in brackets how many more or fewer rows than the baseline's, where they differ. */
export function confusionFold({ classes, counts }: Confusion, baseline: Confusion | null): string {
  const columns: Column[] = [
    { head: 'label', align: 'left' },
    ...classes.map((name): Column => ({ head: inline(name, NAME_LIMIT), align: 'right' })),
  ];
  const before = baseline && sameClasses(classes, baseline) ? baseline.counts : null;
  const rows = counts.map((row, label) => [
    inline(classes[label] ?? '', NAME_LIMIT),
    ...row.map((sum, prediction) => cell(sum, before?.[label]?.[prediction] ?? sum)),
  ]);
  const change = before ? ', in brackets the change from the baseline' : '';
  return fold(`Confusion matrix: labels by predictions${change}`, table(columns, rows));
}

function sameClasses(classes: readonly string[], other: Confusion): boolean {
  return classes.length === other.classes.length && classes.every((name, i) => name === other.classes[i]);
}

/** Rows that weigh 1 are counted. */
function cell(sum: number, before: number): string {
  const whole = Number.isInteger(sum) && Number.isInteger(before);
  const shown = whole ? formatCount(sum) : formatNumber(sum, 1);
  return sum === before ? shown : `${shown} (${formatDelta(sum - before, whole ? 0 : 1)})`;
}
