import type { MetricRow } from '../core/compare/types.ts';
import type { RuleResult } from '../core/gate/types.ts';
import { blocks, type Column, fold, heading, table } from './blocks.ts';
import type { Detail } from './detail.ts';
import { code } from './escape.ts';
import { deltaCell, metricCell, rowDecimals } from './figures.ts';
import { countOf } from './numbers.ts';
import type { ModelReport } from './types.ts';

const CHANGE_WORDS: Readonly<Record<MetricRow['change'], string>> = {
  better: 'better',
  worse: 'worse',
  same: 'same',
  changed: 'changed',
  added: 'new',
  removed: 'gone',
  unreadable: 'no number',
};

const COLUMNS: readonly Column[] = [
  { head: 'Metric', align: 'left' },
  { head: 'Baseline', align: 'right', optional: true },
  { head: 'Candidate', align: 'right' },
  { head: 'Δ', align: 'right', optional: true },
  { head: '', align: 'left', optional: true },
];

const CHANGE_ORDER: readonly MetricRow['change'][] = [
  'unreadable',
  'worse',
  'removed',
  'changed',
  'better',
  'added',
  'same',
];

/** Worst first: no number, worse by size, gone, changed without a direction, better, new. */
export function sortRows(rows: readonly MetricRow[]): MetricRow[] {
  const order = (row: MetricRow) => CHANGE_ORDER.indexOf(row.change);
  return [...rows].sort((a, b) => order(a) - order(b) || b.badness - a.badness || (a.name < b.name ? -1 : 1));
}

/** Metrics over all rows: those that changed, worst first, then the others folded with their count. */
export function metricsSection(model: ModelReport, detail: Detail): string {
  const overall = model.comparison.metrics.filter((row) => row.slice === null && row.class === null);
  const judged = judgedNames(model.rules);
  const listed = overall.filter((row) => !judged.has(row.name));
  const changed = sortRows(listed.filter((row) => row.change !== 'same'));
  const same = sortRows(listed.filter((row) => row.change === 'same'));
  if (listed.length === 0) return '';
  const alone = model.baseline === null;
  const open = changed.slice(0, detail.changedOpen);
  const more = changed.slice(detail.changedOpen);
  return blocks([
    open.length === 0 ? '' : heading(4, title(model, judged.size > 0)),
    metricsTable(open, alone),
    folded(more, detail.changedFolded, alone ? 'more metric' : 'more changed metric', alone),
    folded(same, detail.unchanged, 'unchanged metric', alone),
  ]);
}

function title(model: ModelReport, others: boolean): string {
  const what = model.baseline === null ? 'metrics' : 'metrics that changed';
  return others ? `Other ${what}` : `M${what.slice(1)}`;
}

/** Metrics whose change a rule's row already shows. */
function judgedNames(rules: readonly RuleResult[]): Set<string> {
  const shown = rules.filter((result) => result.rule.slice === null && result.rule.against === null);
  return new Set(shown.map((result) => result.rule.metric));
}

function folded(rows: readonly MetricRow[], most: number, what: string, alone: boolean): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, most);
  const cutOff = rows.length - shown.length;
  const note = cutOff > 0 ? `${countOf(cutOff, what)} not listed here.` : '';
  return shown.length === 0
    ? note
    : blocks([fold(countOf(rows.length, what), metricsTable(shown, alone)), note]);
}

/** Without a baseline (`alone`) every metric is new, which says nothing. */
function metricsTable(rows: readonly MetricRow[], alone: boolean): string {
  return table(
    COLUMNS,
    rows.map((row) => {
      const decimals = rowDecimals(
        [row.baseline?.value ?? null, row.candidate?.value ?? null],
        row.delta,
        null,
      );
      return [
        code(row.name),
        metricCell(row.baseline, decimals),
        metricCell(row.candidate, decimals),
        deltaCell(row.delta, decimals),
        alone ? '' : CHANGE_WORDS[row.change],
      ];
    }),
  );
}
