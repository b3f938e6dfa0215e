import { mcnemarExact } from '../stats/binomial.ts';
import type { Resampled } from '../stats/resampled.ts';
import { tidy } from '../stats/tidy.ts';
import { contrastOf, judgePoint, requirementOf, visibleEffects } from './algebra.ts';
import { boundsOf, scoreShare, type Values } from './bounds.ts';
import type { RuleCase } from './case.ts';
import type { RowsFacts } from './row-facts.ts';
import { isBar } from './rule.ts';
import { intervalSentence, pointSentence } from './sentence.ts';
import type { Share } from './share.ts';
import type { Evidence, Policy, Verdict } from './types.ts';

/** Whether the verdict rests on resampled rows: shares and ROC AUC of one artefact have formulas of their own, `judge: point` nothing. */
export function needsDraws(asked: RuleCase, facts: RowsFacts): boolean {
  return asked.rule.judge === 'interval' && scoreShare(asked, facts) === null && facts.areas === null;
}

/** A verdict with its evidence. */
export interface Judgement {
  verdict: Verdict;
  evidence: Evidence;
  /** The interval at any one-sided level; `null` where there is none, nothing is uncertain, or these rows carry none. */
  at: ((alpha: number) => [number, number]) | null;
}

/**
 * The verdict on rows with its evidence: `identical`; Tango's or Wilson's interval for shares of rows (accuracy, recall,
 * bars on precision); DeLong's for ROC AUC; else, and wherever training seeds are drawn besides, an interval from resamples; on request the plain difference. `drawn`
 * is `null` where nothing had to be drawn.
 */
export function intervalEvidence(
  asked: RuleCase,
  values: Values,
  drawn: Resampled | null,
  all: RowsFacts,
  policy: Policy,
): Judgement {
  const facts = { ...all, n: scoreShare(asked, all)?.n ?? all.n };
  const estimate = tidy(
    contrastOf(asked.rule, asked.subject.direction)(values.candidate, values.baseline ?? Number.NaN),
  );
  const common = {
    estimate,
    level: 1 - 2 * policy.alpha,
    n: facts.n,
    margin: marginOf(asked),
    state: 'ok' as const,
  };
  if (asked.rule.judge === 'point') {
    const verdict = judgePoint(estimate, requirementOf(asked.rule, asked.subject.direction));
    const sentence = noted(pointSentence(asked, values, verdict), facts.note);
    return {
      verdict,
      evidence: { ...common, method: 'point', interval: null, mde: null, seed: null, sentence },
      at: null,
    };
  }
  const found = boundsOf(asked, estimate, values, drawn, facts, policy);
  const sentence = noted(intervalSentence(asked, values, found, facts, policy), facts.note);
  const { verdict, method, interval } = found;
  const mde =
    interval && found.carried
      ? visibleEffects(interval[0], interval[1], policy.alpha, effectMargin(asked, values))
      : null;
  return {
    verdict,
    at: found.carried ? found.at : null,
    evidence: {
      ...common,
      method,
      interval,
      mde,
      seed: method === 'bca' || method === 'percentile' ? facts.seed : null,
      ...(facts.seeds !== null && { seeds: facts.seeds }),
      ...(found.statistic !== undefined && { statistic: found.statistic }),
      ...(found.pFail !== undefined && { pFail: found.pFail }),
      ...(facts.share && asked.baseline && discordance(facts.share, facts.plain)),
      sentence,
    },
  };
}

/** Rows that changed between right and wrong; McNemar's p only where rows count one by one and alike. */
function discordance({ lost, won }: Share, plain: boolean): Pick<Evidence, 'discordant' | 'p'> {
  return { discordant: [lost, won], ...(plain && { p: mcnemarExact(lost, won) }) };
}

/** Margin as the evidence shows it: the bar, the allowed change, or 0 for a contrast. */
export function marginOf({ rule }: RuleCase): number {
  return rule.relative ? 0 : rule.amount;
}

/** Distance between an equal model and the line that is judged, in the metric's units: 0 for bars. */
export function effectMargin({ rule }: RuleCase, { baseline }: Values): number {
  if (isBar(rule.kind)) return 0;
  return rule.relative ? rule.amount * (baseline ?? 0) : rule.amount;
}

function noted(sentence: string, note: string | null): string {
  return note === null ? sentence : `${sentence} Note: ${note}.`;
}
