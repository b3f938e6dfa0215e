import type { Confusion } from '../core/metrics/confusion.ts';
import { type Column, fold, table } from './blocks.ts';
import { inline } from './escape.ts';
import { formatCount, formatNumber } from './numbers.ts';

/** A class's name in a table at most. */
const NAME_LIMIT = 30;

/** Labels down, predictions across, folded; `whose` tells two models apart. */
export function confusionFold({ classes, counts }: Confusion, whose = ''): string {
  const columns: Column[] = [
    { head: 'label', align: 'left' },
    ...classes.map((name): Column => ({ head: inline(name, NAME_LIMIT), align: 'right' })),
  ];
  const rows = counts.map((row, label) => [inline(classes[label] ?? '', NAME_LIMIT), ...row.map(weight)]);
  return fold(`Confusion matrix${whose}: labels by predictions`, table(columns, rows));
}

/** Rows that weigh 1 are counted. */
function weight(sum: number): string {
  return Number.isInteger(sum) ? formatCount(sum) : formatNumber(sum, 1);
}
