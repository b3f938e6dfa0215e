import type { BootstrapInterval } from '../stats/bootstrap.ts';
import {
  contrastOf,
  judgeInterval,
  judgePoint,
  requirementOf,
  tidy,
  unseenBound,
  visibleEffects,
} from './algebra.ts';
import type { RuleCase } from './judge.ts';
import { intervalSentence, pointSentence } from './sentence.ts';
import type { Evidence, Policy, Verdict } from './types.ts';

/** Below so many rows of the rarer class, or so many rows that differ, resampling says nothing reliable. */
const FEWEST = 10;
/** Equal scores prove an equal model only when there are enough different ones. */
const DISTINCT = 100;

/** What is known of the rows behind an interval. */
export interface RowsFacts {
  n: number;
  /** Rows where the two models differ in prediction or score. */
  differing: number;
  /** Rows of the rarer class; `null` without classes. */
  rarer: number | null;
  distinctScores: number;
  discordant: [number, number];
  identical: boolean;
  seed: string;
  note: string | null;
}

interface Values {
  candidate: number;
  baseline: number | null;
}

/** The verdict on rows with its evidence: `identical`, a paired percentile interval, or a plain difference on request. */
export function intervalEvidence(
  asked: RuleCase,
  values: Values,
  drawn: BootstrapInterval | null,
  facts: RowsFacts,
  policy: Policy,
): { verdict: Verdict; evidence: Evidence } {
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
  if (drawn === null) {
    const verdict = judgePoint(estimate, requirementOf(asked.rule, asked.subject.direction));
    const sentence = noted(pointSentence(asked, values, verdict), facts.note);
    return {
      verdict,
      evidence: { ...common, method: 'point', interval: null, mde: null, seed: null, sentence },
    };
  }
  const found = bounds(asked, estimate, drawn, facts, policy);
  const sentence = noted(intervalSentence(asked, values, found, facts, policy), facts.note);
  const { verdict, method, interval } = found;
  const mde =
    interval && method === 'percentile'
      ? visibleEffects(interval[0], interval[1], policy.alpha, effectMargin(asked))
      : null;
  return {
    verdict,
    evidence: {
      ...common,
      method,
      interval,
      mde,
      seed: method === 'percentile' ? facts.seed : null,
      ...(asked.subject.identity.id === 'accuracy' && asked.baseline && { discordant: facts.discordant }),
      sentence,
    },
  };
}

/** An interval with its verdict; `weak` says why the rows cannot carry one. */
export interface Bounds {
  verdict: Verdict;
  method: 'identical' | 'percentile';
  interval: [number, number] | null;
  estimate: number;
  weak: string | null;
}

function bounds(
  asked: RuleCase,
  estimate: number,
  drawn: BootstrapInterval,
  facts: RowsFacts,
  policy: Policy,
): Bounds {
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  if (asked.baseline && isSameModel(asked, facts)) {
    const verdict = judgePoint(estimate, requirement);
    return { verdict, method: 'identical', interval: [estimate, estimate], estimate, weak: null };
  }
  if (drawn.lower === null || drawn.upper === null) {
    return {
      verdict: 'inconclusive',
      method: 'percentile',
      interval: null,
      estimate,
      weak: weakness(asked, facts, false)?.why ?? clause(drawn.reason ?? 'there is no interval'),
    };
  }
  const [lower, upper] = widened(asked, [drawn.lower, drawn.upper], facts, policy.alpha);
  const weak = weakness(asked, facts, lower === upper);
  const verdict = judgeInterval(lower, upper, requirement);
  const allowed = weak === null || (weak.forbids === 'fail' && verdict === 'pass');
  return {
    verdict: allowed ? verdict : 'inconclusive',
    method: 'percentile',
    interval: [tidy(lower), tidy(upper)],
    estimate,
    weak: allowed ? null : (weak?.why ?? null),
  };
}

function isSameModel({ candidate, baseline }: RuleCase, facts: RowsFacts): boolean {
  if (candidate.model !== null && candidate.model === baseline?.model && facts.identical) return true;
  return facts.identical && facts.distinctScores >= DISTINCT;
}

/** Accuracy with no or few discordant rows: an interval never narrower than what unseen rows could still change. */
function widened(
  asked: RuleCase,
  [lower, upper]: [number, number],
  facts: RowsFacts,
  alpha: number,
): [number, number] {
  if (asked.subject.identity.id !== 'accuracy') return [lower, upper];
  const [lost, won] = facts.discordant;
  const few = asked.baseline ? lost + won < FEWEST : lower === upper;
  if (!few) return [lower, upper];
  const slack = unseenBound(facts.n, alpha);
  if (asked.baseline) return [Math.min(lower, -slack), Math.max(upper, slack)];
  return [Math.max(0, lower - slack), Math.min(1, upper + slack)];
}

function weakness(
  asked: RuleCase,
  facts: RowsFacts,
  degenerate: boolean,
): { why: string; forbids: 'fail' | 'both' } | null {
  if (facts.n < FEWEST) return { why: `${facts.n} rows are too few`, forbids: 'both' };
  if (facts.rarer !== null && facts.rarer < FEWEST) {
    return { why: `the rarer class has only ${facts.rarer} rows`, forbids: 'both' };
  }
  const accuracy = asked.subject.identity.id === 'accuracy';
  if (asked.baseline && accuracy && facts.discordant[0] + facts.discordant[1] < FEWEST) {
    return {
      why: `only ${facts.discordant[0] + facts.discordant[1]} rows changed between right and wrong`,
      forbids: 'fail',
    };
  }
  if (asked.baseline && !accuracy && facts.differing < FEWEST) {
    return { why: `the two models differ on only ${facts.differing} rows`, forbids: 'both' };
  }
  return degenerate && !accuracy ? { why: 'no resample differed', forbids: 'both' } : null;
}

/** Margin as the evidence shows it: the bar, the allowed change, or 0 for a contrast. */
export function marginOf({ rule }: RuleCase): number {
  return rule.relative ? 0 : rule.amount;
}

/** Distance between an equal model and the line that is judged: 0 for bars. */
function effectMargin({ rule }: RuleCase): number {
  return rule.kind === 'min' || rule.kind === 'max' || rule.relative ? 0 : rule.amount;
}

/** A sentence as part of another one. */
function clause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

function noted(sentence: string, note: string | null): string {
  return note === null ? sentence : `${sentence} Note: ${note}.`;
}
