import type { MapTree, Tree } from '../structured/tree.ts';
import { type FileMetric, plainMetric, textValue } from './value.ts';

const COLUMNS = ['precision', 'recall', 'f1-score', 'support'];
const AVERAGE = /^(macro|weighted|micro|samples) avg$/;
const HEADER = /^\s*precision\s+recall\s+f1-score\s+support\s*$/;

/** A map as scikit-learn's `classification_report(output_dict=True)` makes it. */
export function isReport(tree: MapTree): boolean {
  return ['macro avg', 'weighted avg'].some((key) => isReportRow(tree.entries.get(key)));
}

export function isReportRow(tree: Tree | undefined): tree is MapTree {
  return tree?.kind === 'map' && COLUMNS.slice(0, 3).every((column) => tree.entries.has(column));
}

/**
 * Name and class of one value of a report: `f1-score` of `macro avg` is `f1_macro`, of any other row `f1` of
 * that class; `support` counts rows and is no metric.
 */
export function reportCell(row: string, column: string): Pick<FileMetric, 'name' | 'class'> | null {
  if (column === 'support') return null;
  const id = column === 'f1-score' ? 'f1' : column;
  const average = AVERAGE.exec(row)?.[1];
  return average === undefined ? { name: id, class: row } : { name: `${id}_${average}`, class: null };
}

/** Whether the first line is the header of a printed report. */
export function isPrintedReport(text: string): boolean {
  return HEADER.test(text.trimStart().split('\n', 1)[0] ?? '');
}

/** The printed form: a header, one line for each class, `accuracy`, the averages. */
export function readPrintedReport(text: string): FileMetric[] {
  const metrics: FileMetric[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [row = '', ...values] = line.trim().split(/\s{2,}/);
    if (HEADER.test(line) || values.length < 2) continue;
    const accuracy = row === 'accuracy' ? textValue(values[0] ?? '') : null;
    if (accuracy) metrics.push(plainMetric('accuracy', accuracy, index + 1));
    else metrics.push(...printedRow(row, values, index + 1));
  }
  return metrics;
}

function printedRow(row: string, values: readonly string[], line: number): FileMetric[] {
  return values.flatMap((cell, index) => {
    const named = reportCell(row, COLUMNS[index] ?? 'support');
    const value = textValue(cell);
    return named && value ? [{ ...plainMetric(named.name, value, line), class: named.class }] : [];
  });
}
