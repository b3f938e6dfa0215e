import type { Conclusion, Level, Outcome, OutcomeKind, RuleResult, Verdict } from '../core/gate/types.ts';
import type { AlertKind } from './blocks.ts';

interface Wording {
  /** Verdict in words; colour and symbol only repeat it. */
  word: string;
  symbol: string;
  alert: AlertKind;
}

const OUTCOMES: Readonly<Record<OutcomeKind, Wording>> = {
  fail: { word: 'Fail', symbol: '❌', alert: 'CAUTION' },
  error: { word: 'Error, not a pass', symbol: '🚫', alert: 'CAUTION' },
  upstream: { word: 'No verdict: the other side failed', symbol: '🔌', alert: 'WARNING' },
  blocked: { word: 'Inconclusive, and the policy blocks that', symbol: '⚠️', alert: 'WARNING' },
  cancelled: { word: 'Cancelled', symbol: '⏹️', alert: 'NOTE' },
  inconclusive: { word: 'Inconclusive', symbol: '⚠️', alert: 'WARNING' },
  adoption: { word: 'Adoption, blocks nothing yet', symbol: '🆕', alert: 'NOTE' },
  'dry-run': { word: 'Dry run, blocks nothing', symbol: '🧪', alert: 'NOTE' },
  'not-judged': { word: 'Not judged', symbol: '➖', alert: 'NOTE' },
  'no-rules': { word: 'Compared, no rules', symbol: '➖', alert: 'NOTE' },
  warn: { word: 'Pass with a warning', symbol: '⚠️', alert: 'WARNING' },
  pass: { word: 'Pass', symbol: '✅', alert: 'TIP' },
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
  if (verdict === null) return '➖ not judged';
  if (verdict === 'fail' && level === 'warn') return '⚠️ fail, warns only';
  return VERDICTS[verdict];
}

const RULE_ORDER: readonly (Verdict | null)[] = ['fail', 'error', 'inconclusive', null, 'pass'];

/** Rank of a rule's result, worst first; among equals those that only warn come after. */
export function rankOf(result: RuleResult): number {
  return RULE_ORDER.indexOf(result.verdict) * 2 + (result.rule.level === 'warn' ? 1 : 0);
}

const CONCLUSIONS: Readonly<Record<Conclusion, string>> = {
  success: 'Successful',
  failure: 'Failing',
  neutral: 'Neutral',
  action_required: 'Action required',
  cancelled: 'Cancelled',
  skipped: 'Skipped',
};

export function conclusionWord(conclusion: Conclusion): string {
  return CONCLUSIONS[conclusion];
}
