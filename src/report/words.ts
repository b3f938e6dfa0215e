import type { Level, Outcome, OutcomeKind, RuleResult, Verdict } from '../core/gate/types.ts';
import type { AlertKind } from './blocks.ts';

interface Wording {
  /** Verdict in words; colour and symbol only repeat it. */
  word: string;
  /** The same among others: `2 pass, 1 dry run`. */
  short: string;
  symbol: string;
  alert: AlertKind;
}

const OUTCOMES: Readonly<Record<OutcomeKind, Wording>> = {
  fail: { word: 'Fail', short: 'fail', symbol: '❌', alert: 'CAUTION' },
  error: { word: 'Error', short: 'error', symbol: '🚫', alert: 'CAUTION' },
  upstream: {
    word: 'No verdict',
    short: 'no verdict',
    symbol: '🔌',
    alert: 'WARNING',
  },
  blocked: {
    word: 'Inconclusive, which blocks',
    short: 'blocked',
    symbol: '⚠️',
    alert: 'WARNING',
  },
  cancelled: { word: 'Cancelled', short: 'cancelled', symbol: '⏹️', alert: 'NOTE' },
  inconclusive: { word: 'Inconclusive', short: 'inconclusive', symbol: '⚠️', alert: 'WARNING' },
  adoption: { word: 'Adoption', short: 'adoption', symbol: '🆕', alert: 'NOTE' },
  'dry-run': { word: 'Dry run', short: 'dry run', symbol: '🧪', alert: 'NOTE' },
  'not-judged': { word: 'Not judged', short: 'not judged', symbol: '➖', alert: 'NOTE' },
  'no-rules': { word: 'Compared', short: 'no rules', symbol: '➖', alert: 'NOTE' },
  warn: { word: 'Pass with a warning', short: 'warn', symbol: '⚠️', alert: 'WARNING' },
  pass: { word: 'Pass', short: 'pass', symbol: '✅', alert: 'TIP' },
};

/** Worst first, as outcomes are aggregated. */
export const OUTCOME_ORDER: readonly OutcomeKind[] = Object.keys(OUTCOMES) as OutcomeKind[];

export function outcomeWords(outcome: Outcome): Wording {
  return OUTCOMES[outcome.kind];
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  fail: '❌ fail',
  error: '🚫 error',
  inconclusive: '⚠️ inconclusive',
  pass: '✅ pass',
};

/** A rule's verdict with one symbol and always the word. */
export function verdictCell(verdict: Verdict | null, level: Level): string {
  if (verdict === null) return 'not judged';
  if (verdict === 'fail' && level === 'warn') return '⚠️ fail (warns)';
  return VERDICTS[verdict];
}

const RULE_ORDER: readonly (Verdict | null)[] = ['fail', 'error', 'inconclusive', null, 'pass'];

/** Rank of a rule's result, worst first; among equals those that only warn come after. */
export function rankOf(result: RuleResult): number {
  return RULE_ORDER.indexOf(result.verdict) * 2 + (result.rule.level === 'warn' ? 1 : 0);
}
