import type { Resampled } from '../stats/resampled.ts';
import { tidy } from '../stats/tidy.ts';
import { judgeInterval, judgePoint, requirementOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { failLevel } from './fail-level.ts';
import { exactFailLevel, fewChanged, fewDecide, fewOfAKind, fewRows, likelyAtBar } from './guards.ts';
import { tangoInterval, wilsonInterval } from './proportion.ts';
import type { RowsFacts } from './row-facts.ts';
import type { Share } from './share.ts';
import { areaSpread, drawnSpread, type Spread } from './spread.ts';
import type { Policy, Verdict } from './types.ts';

/** A smaller α would rest on fewer than 100 of the most draws that are made, or on tails that skewness distorts. */
const LEAST_ALPHA = 0.001;
/** Equal scores prove an equal model only when there are enough different ones. */
const DISTINCT = 100;

export interface Values {
  candidate: number;
  baseline: number | null;
}

/** The counts behind a score interval, or `null` where the metric is no share of plain rows or the rule a percentage. */
export function scoreShare({ rule }: RuleCase, { share, plain }: RowsFacts): Share | null {
  return plain && !rule.relative ? share : null;
}

/** An interval with its verdict; `weak` says why the rows cannot carry one. */
export interface Bounds {
  verdict: Verdict;
  method: 'identical' | 'tango' | 'wilson' | 'delong' | 'bca' | 'percentile';
  interval: [number, number] | null;
  /** The interval at any one-sided level; `null` where there is none, or nothing is uncertain. */
  at: ((alpha: number) => [number, number]) | null;
  estimate: number;
  weak: string | null;
  /** Whether an interval on such rows can decide at all, so that its width tells the smallest visible effects. */
  carried: boolean;
  /** DeLong's z. */
  statistic?: number;
  /** Smallest one-sided level at which the rule fails; absent where these rows cannot carry a `fail`. */
  pFail?: number;
}

type Range = [number, number];

/** The interval of a rule on rows and the verdict it gives; `drawn` is `null` where nothing had to be drawn. */
export function boundsOf(
  asked: RuleCase,
  estimate: number,
  values: Values,
  drawn: Resampled | null,
  facts: RowsFacts,
  policy: Policy,
): Bounds {
  if (asked.baseline && isSameModel(asked, facts)) {
    const verdict = judgePoint(estimate, requirementOf(asked.rule, asked.subject.direction));
    return {
      verdict,
      method: 'identical',
      interval: [estimate, estimate],
      at: null,
      estimate,
      weak: null,
      carried: false,
    };
  }
  const share = scoreShare(asked, facts);
  if (share) return scoreBounds(asked, estimate, share, facts, policy.alpha);
  const spread = facts.areas
    ? areaSpread(asked, estimate, facts.areas)
    : drawn && drawnSpread(asked, drawn, values.baseline, facts);
  if (spread === null) {
    const none = facts.areas
      ? 'the areas do not vary from row to row'
      : clause(drawn?.reason ?? 'there is no interval');
    const method = facts.areas ? 'delong' : (drawn?.method ?? 'percentile');
    return {
      verdict: 'inconclusive',
      method,
      interval: null,
      at: null,
      estimate,
      weak: fewOfAKind(facts) ?? none,
      carried: false,
    };
  }
  if (policy.alpha >= LEAST_ALPHA) return spreadBounds(asked, estimate, spread, facts, policy.alpha);
  const { pFail: _none, ...found } = spreadBounds(asked, estimate, spread, facts, policy.alpha);
  const what = facts.areas ? 'an approximate interval' : 'draws';
  const weak = `${what} cannot tell an alpha below ${LEAST_ALPHA}`;
  return { ...found, verdict: 'inconclusive', weak, carried: false };
}

/** The verdict of an interval that is only approximate, and whether these rows can carry it. */
function spreadBounds(
  asked: RuleCase,
  estimate: number,
  { method, at, effective, weak: unfit, statistic, pFail }: Spread,
  facts: RowsFacts,
  alpha: number,
): Bounds {
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const range = at(alpha);
  const interval: Range = [tidy(range[0]), tidy(range[1])];
  const found = { method, interval, at, estimate, ...(statistic !== null && { statistic }) };
  const flat = interval[0] === interval[1] ? 'no resample differed' : null;
  const weak = fewOfAKind(facts) ?? flat ?? unfit ?? fewDecide(effective, facts);
  if (weak !== null) return { ...found, verdict: 'inconclusive', weak, carried: false };
  const verdict = judgeInterval(...interval, requirement);
  return { ...found, verdict, weak: null, carried: true, pFail: agreed(pFail(), verdict, alpha) };
}

/** Quantiles of draws and rounded ends decide at α by a hair otherwise than counts do: the verdict holds. */
function agreed(level: number, verdict: Verdict, alpha: number): number {
  return verdict === 'fail' ? Math.min(level, alpha) : level;
}

/** The verdict of a score interval: right for few rows too, but for fails by few changes and for bars near 0 and 1. */
function scoreBounds(
  asked: RuleCase,
  estimate: number,
  share: Share,
  facts: RowsFacts,
  alpha: number,
): Bounds {
  const { n, right, lost, won } = share;
  const compared = asked.baseline !== null;
  const at = (level: number) =>
    compared ? tangoInterval(lost, won, n, level) : wilsonInterval(right, n, level);
  const range = at(alpha);
  const interval: Range = [tidy(range[0]), tidy(range[1])];
  const found = { method: compared ? 'tango' : 'wilson', interval, at, estimate } as const;
  const few = fewRows(facts.n);
  if (few !== null) return { ...found, verdict: 'inconclusive', weak: few, carried: false };
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const judged = judgeInterval(...interval, requirement);
  const weak = compared ? fewChanged(share, judged) : likelyAtBar(share, judged, requirement, alpha);
  const verdict = weak === null ? judged : 'inconclusive';
  const decided = { ...found, verdict, weak, carried: true };
  if (compared && fewChanged(share, 'fail') !== null) return decided;
  const exact = compared ? 0 : exactFailLevel(share, requirement);
  return { ...decided, pFail: agreed(Math.max(failLevel(at, requirement), exact), verdict, alpha) };
}

function isSameModel({ candidate, baseline }: RuleCase, facts: RowsFacts): boolean {
  if (candidate.model !== null && candidate.model === baseline?.model && facts.identical) return true;
  return facts.identical && facts.distinctScores >= DISTINCT;
}

/** A sentence as part of another one. */
function clause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
