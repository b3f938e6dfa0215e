import type { MetricRow } from '../core/compare/types.ts';
import { blocks, type Column, fold, table } from './blocks.ts';
import type { Detail } from './detail.ts';
import { code, html, plain } from './escape.ts';
import { deltaCell, metricCell, rowDecimals } from './figures.ts';
import { sortRows } from './metrics.ts';
import { countOf, formatCount } from './numbers.ts';
import type { ModelReport } from './types.ts';

const COLUMNS: readonly Column[] = [
  { head: 'Where', align: 'left' },
  { head: 'Metric', align: 'left' },
  { head: 'Baseline', align: 'right', optional: true },
  { head: 'Candidate', align: 'right' },
  { head: 'Δ', align: 'right', optional: true },
  { head: 'Rows', align: 'right', optional: true },
];

/** Slices and classes that moved, worst first, behind a line that already names the worst. */
export function slicesSection(model: ModelReport, detail: Detail): string {
  const rows = model.comparison.metrics.filter((row) => row.slice !== null || row.class !== null);
  const moved = sortRows(rows.filter((row) => row.change !== 'same'));
  if (rows.length === 0) return '';
  if (moved.length === 0) return `${placesOf(rows)} looked at, none moved.`;
  if (detail.slices === 0) return `${placesOf(moved)} moved, not listed here.`;
  const shown = moved.slice(0, detail.slices);
  const left = moved.length - shown.length;
  return fold(
    summaryOf(moved, rows),
    blocks([
      table(COLUMNS, shown.map(sliceRow)),
      left > 0 ? `${countOf(left, 'more row')} not listed here.` : '',
    ]),
  );
}

function placeOf(row: MetricRow): string {
  return [row.slice, row.class === null ? null : `class ${row.class}`]
    .filter((part) => part !== null)
    .join(' & ');
}

function placesOf(rows: readonly MetricRow[]): string {
  const classes = rows.every((row) => row.slice === null);
  return countOf(
    new Set(rows.map(placeOf)).size,
    classes ? 'class' : 'slice',
    classes ? 'classes' : 'slices',
  );
}

function summaryOf(moved: readonly MetricRow[], all: readonly MetricRow[]): string {
  const places = new Set(moved.map(placeOf)).size;
  const text = `${formatCount(places)} of ${placesOf(all)} moved`;
  const worst = moved[0];
  if (worst?.change !== 'worse') return text;
  const decimals = rowDecimals(
    [worst.baseline?.value ?? null, worst.candidate?.value ?? null],
    worst.delta,
    null,
  );
  const name = (value: string) => `<code>${html(plain(value, 60))}</code>`;
  return `${text}, the worst ${name(placeOf(worst))}: ${name(worst.name)} ${deltaCell(worst.delta, decimals)}`;
}

function sliceRow(row: MetricRow): string[] {
  const decimals = rowDecimals([row.baseline?.value ?? null, row.candidate?.value ?? null], row.delta, null);
  const n = row.candidate?.n ?? row.baseline?.n ?? null;
  return [
    code(placeOf(row)),
    code(row.name),
    metricCell(row.baseline, decimals),
    metricCell(row.candidate, decimals),
    deltaCell(row.delta, decimals),
    n === null ? '–' : formatCount(n),
  ];
}
