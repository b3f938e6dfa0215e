import { isBar } from '../core/gate/rule.ts';
import type { Rule, RuleResult } from '../core/gate/types.ts';
import { blocks, bullets, type Column, small, table } from './blocks.ts';
import type { Detail } from './detail.ts';
import { code } from './escape.ts';
import { deltaCell, intervalCell, numberCell, rowDecimals, sparkline } from './figures.ts';
import { countOf, formatExact, formatNumber, formatPercent, stateWord } from './numbers.ts';
import type { ModelReport } from './types.ts';
import { rankOf, verdictCell } from './words.ts';

const TREND_POINTS = 20;

/** Every rule with its numbers, worst first; the trend of the gated metrics below. */
export function rulesSection(model: ModelReport, detail: Detail): string {
  const wanted = model.rules.filter((result) => detail.allRules || result.verdict !== 'pass');
  const sorted = [...wanted].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, detail.rules);
  const bothJudge = new Set(model.rules.map((result) => result.policy)).size > 1;
  const left = wanted.length - sorted.length;
  return blocks([
    table(
      columns(sorted),
      sorted.map((result) => ruleRow(result, bothJudge)),
    ),
    left > 0 ? `and ${countOf(left, 'more rule')}` : '',
    small(intervalNote(sorted)),
    trends(model, sorted),
  ]);
}

function columns(results: readonly RuleResult[]): Column[] {
  const level = results[0]?.evidence.level;
  return [
    { head: 'Verdict', align: 'left' },
    { head: 'Rule', align: 'left' },
    { head: 'Baseline', align: 'right', optional: true },
    { head: 'Candidate', align: 'right' },
    { head: 'Δ', align: 'right', optional: true },
    {
      head: level === undefined ? 'Interval' : `${formatPercent(level)} interval`,
      align: 'right',
      optional: true,
    },
  ];
}

function ruleRow(result: RuleResult, bothJudge: boolean): string[] {
  const { candidate, baseline, evidence } = result;
  const delta = candidate === null || baseline === null ? null : candidate - baseline;
  const decimals = rowDecimals([candidate, baseline], delta, evidence.interval);
  return [
    verdictCell(result.verdict, result.rule.level).replaceAll(' ', '\u00a0'),
    ruleCell(result, bothJudge),
    numberCell(baseline, decimals),
    candidate === null ? missingWord(result) : formatNumber(candidate, decimals),
    deltaCell(delta, decimals),
    intervalCell(evidence, decimals).replaceAll(' ', '\u00a0'),
  ];
}

function missingWord(result: RuleResult): string {
  const { state } = result.evidence;
  return state === 'ok' || state === 'no-baseline' || state === 'rows-changed' || state === 'hardware-changed'
    ? '–'
    : `**${stateWord(state)}**`;
}

/** Metric, requirement, and whatever narrows the rule, each on a line: narrow enough for a phone. */
function ruleCell(result: RuleResult, bothJudge: boolean): string {
  const { rule } = result;
  const narrowed = [
    rule.slice === null ? '' : code(rule.slice),
    rule.against === null ? '' : `against ${code(rule.against)}`,
    rule.judge === 'point' ? 'by points' : '',
    bothJudge ? POLICY_WORDS[result.policy] : '',
  ].filter((part) => part !== '');
  const lines = [code(rule.metric), requirement(rule), small(narrowed.join(' · '))];
  return lines.filter((line) => line !== '').join('<br>');
}

const POLICY_WORDS: Readonly<Record<RuleResult['policy'], string>> = {
  base: 'in the base’s policy',
  head: 'in this change’s policy',
  both: '',
};

export function ruleWords(rule: Rule): string {
  return `${code(rule.metric)} ${requirement(rule)}`;
}

function requirement(rule: Rule): string {
  return `${rule.kind}\u00a0${marginOf(rule)}`;
}

export function marginOf(rule: Rule): string {
  return rule.relative ? formatPercent(rule.amount) : formatExact(rule.amount);
}

/** Says what each interval is of, only where that is not the plain difference. */
function intervalNote(results: readonly RuleResult[]): string {
  const shown = results.filter((result) => result.evidence.interval !== null);
  const absolute = shown.some(({ rule }) => isBar(rule.kind));
  const relative = shown.some(({ rule }) => rule.relative);
  const earlier = shown.some(({ evidence }) => evidence.method === 'prediction-interval');
  const tooGood = shown.some(({ rule }) => rule.kind === 'too-good');
  const bars = `<code>min</code> and <code>max</code>${tooGood ? ' and <code>too-good</code>' : ''}`;
  const parts = [
    absolute ? `for ${bars} of the candidate’s value` : '',
    relative ? 'for % rules of the distance to the bar (below 0 is worse than allowed)' : '',
    earlier ? 'beside earlier runs of the distance to their mean' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${['The interval is of Δ', ...parts].join('; ')}.`;
}

function trends(model: ModelReport, results: readonly RuleResult[]): string {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const { rule } of results) {
    const past = Object.hasOwn(model.history, rule.metric) ? (model.history[rule.metric] ?? []) : [];
    if (rule.slice !== null || seen.has(rule.metric) || past.length < 2) continue;
    seen.add(rule.metric);
    lines.push(trendLine(rule.metric, past.slice(-TREND_POINTS), model));
  }
  return lines.length === 0 ? '' : blocks(['Trend on the default branch, this change last:', bullets(lines)]);
}

function trendLine(metric: string, past: readonly number[], model: ModelReport): string {
  const row = model.comparison.metrics.find((m) => m.name === metric && m.slice === null && m.class === null);
  const now = row?.candidate?.value ?? null;
  const all = [...past, now ?? Number.NaN];
  const decimals = rowDecimals(all, null, null);
  const ends = [all[0], all.at(-1)].map((value) => formatNumber(value ?? Number.NaN, decimals));
  return `${code(metric)} ${sparkline(all)} ${ends.join(' → ')}`;
}
