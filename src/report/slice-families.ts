import { requirementOf } from '../core/gate/algebra.ts';
import type { RuleResult, SliceFamily, SliceResult } from '../core/gate/types.ts';
import { blocks, type Column, fold, small, table } from './blocks.ts';
import type { Detail } from './detail.ts';
import { code, html, plain } from './escape.ts';
import { deltaCell, numberCell, rowDecimals } from './figures.ts';
import { countOf, formatCount, formatNumber, formatPercent } from './numbers.ts';
import { marginOf } from './rules.ts';
import type { ModelReport } from './types.ts';

const SHOWN = 12;

type WithSlices = RuleResult & { slices: SliceFamily };

/** Every rule about all rows on each slice, worst bound first, a fold for each rule. */
export function sliceFamilySection(model: ModelReport, detail: Detail): string {
  if (detail.slices === 0) return '';
  const judged = model.rules.filter((result): result is WithSlices => result.slices !== undefined);
  return blocks(judged.map((result) => familyFold(result, Math.min(SHOWN, detail.slices))));
}

function familyFold(result: WithSlices, most: number): string {
  const { slices: family } = result;
  const { side } = requirementOf(result.rule, result.direction);
  const sorted = [...family.slices].sort((a, b) => rank(a, side) - rank(b, side));
  const left = sorted.length - most;
  const body = blocks([
    table(
      columnsOf(result, side),
      sorted.slice(0, most).map((slice) => row(slice)),
    ),
    left > 0 ? `${countOf(left, 'more slice')} not listed here.` : '',
    small(footnote(family, side)),
  ]);
  return fold(summary(result), body);
}

/** Worst bound first, slices without one last. */
function rank({ bound }: SliceResult, side: 'at-least' | 'at-most'): number {
  if (bound === null) return Number.POSITIVE_INFINITY;
  return side === 'at-least' ? bound : -bound;
}

function summary({ rule, slices: family }: WithSlices): string {
  const name = (value: string) => `<code>${html(plain(value, 60))}</code>`;
  const marked = family.slices.filter((slice) => slice.marked).length;
  const parts = [
    `${name(rule.metric)} ${html(plain(rule.kind))} ${html(marginOf(rule))} on ${countOf(family.slices.length, 'slice')}`,
    family.worst === null ? '' : `worst ${name(family.worst)}`,
    marked === 0 ? '' : `${formatCount(marked)} ${marked === 1 ? 'falls' : 'fall'} short`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function columnsOf({ evidence }: WithSlices, side: 'at-least' | 'at-most'): Column[] {
  return [
    { head: 'Slice', align: 'left' },
    { head: 'Baseline', align: 'right', optional: true },
    { head: 'Candidate', align: 'right' },
    { head: 'Δ', align: 'right', optional: true },
    { head: `${formatPercent(evidence.level)} interval`, align: 'right', optional: true },
    { head: side === 'at-least' ? 'None lower than' : 'None higher than', align: 'right', optional: true },
    { head: 'Rows', align: 'right' },
  ];
}

function row({ slice, baseline, candidate, interval, bound, n, marked }: SliceResult): string[] {
  const delta = baseline === null ? null : candidate - baseline;
  const decimals = rowDecimals([candidate, baseline], delta, interval);
  const range = interval?.map((end) => formatNumber(end, decimals)).join(' to ');
  return [
    `${code(slice)}${marked ? ' ◆' : ''}`,
    numberCell(baseline, decimals),
    numberCell(candidate, decimals),
    deltaCell(delta, decimals),
    range?.replaceAll(' ', '\u00a0') ?? '–',
    numberCell(bound, decimals),
    n === null ? '–' : formatCount(n),
  ];
}

function footnote({ level, slices }: SliceFamily, side: 'at-least' | 'at-most'): string {
  const sure = formatPercent(1 - level * slices.length);
  const parts = [
    `“${side === 'at-least' ? 'None lower than' : 'None higher than'}” holds for all slices together with ${sure} confidence`,
    slices.some(({ marked }) => marked)
      ? '◆ falls short of the rule (Benjamini–Hochberg, so that few are marked wrongly)'
      : '',
  ];
  return `${parts.filter((part) => part !== '').join('. ')}.`;
}
