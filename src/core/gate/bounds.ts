import type { Resampled } from '../stats/resampled.ts';
import { tidy } from '../stats/tidy.ts';
import { judgeInterval, judgePoint, requirementOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { failLevel } from './fail-level.ts';
import { tangoInterval, wilsonInterval } from './proportion.ts';
import type { RowsFacts } from './row-facts.ts';
import type { Share } from './share.ts';
import { areaSpread, doubled, drawnSpread, type Spread } from './spread.ts';
import type { Policy, Verdict } from './types.ts';

/** Below so many rows, rows of the rarer class, or rows that differ, there is no verdict. */
const FEWEST = 10;
/** Whole groups resampled say nothing reliable below so many of them. */
const FEWEST_GROUPS = 20;
/** Below so many rows, or with estimates this skew, the ends of an approximate interval are too near by up to half. */
const FEW_ROWS = 50;
const SKEW = 0.2;
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
  /** Half-widths that have to lie on one side for a verdict; 0 where no width could give one, or none is needed. */
  reach: 0 | 1 | 2;
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
      reach: 0,
    };
  }
  const share = scoreShare(asked, facts);
  if (share) return scoreBounds(asked, estimate, share, facts, policy.alpha);
  const spread = facts.areas
    ? areaSpread(asked, estimate, facts.areas)
    : drawn && drawnSpread(asked, estimate, drawn, values.baseline, facts);
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
      weak: tooFew(facts) ?? none,
      reach: 0,
    };
  }
  if (policy.alpha >= LEAST_ALPHA) return spreadBounds(asked, estimate, spread, facts, policy.alpha);
  const { pFail: _none, ...found } = spreadBounds(asked, estimate, spread, facts, policy.alpha);
  const what = facts.areas ? 'an approximate interval' : 'draws';
  const weak = `${what} cannot tell an alpha below ${LEAST_ALPHA}`;
  return { ...found, verdict: 'inconclusive', weak, reach: 0 };
}

/** The verdict of an interval that is only approximate, and whether these rows can carry it. */
function spreadBounds(
  asked: RuleCase,
  estimate: number,
  { method, at, exact, skewness, statistic, pFail }: Spread,
  facts: RowsFacts,
  alpha: number,
): Bounds {
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const range = at(alpha);
  const interval: Range = [tidy(range[0]), tidy(range[1])];
  const found = { method, interval, at, estimate, ...(statistic !== null && { statistic }) };
  const weak = tooFew(facts) ?? (interval[0] === interval[1] ? 'no resample differed' : null);
  if (weak !== null) return { ...found, verdict: 'inconclusive', weak, reach: 0 };
  const verdict = judgeInterval(...interval, requirement);
  const rough = roughness(facts, skewness);
  if (rough === null || exact)
    return { ...found, verdict, weak: null, reach: 1, pFail: agreed(pFail(false), verdict, alpha) };
  const clear = judgeInterval(...doubled(range, estimate), requirement) === verdict;
  const strict = clear ? verdict : 'inconclusive';
  const level = agreed(pFail(true), strict, alpha);
  return { ...found, verdict: strict, weak: clear ? null : rough, reach: 2, pFail: level };
}

/** Quantiles of draws and rounded ends decide at α by a hair otherwise than counts do: the verdict holds. */
function agreed(level: number, verdict: Verdict, alpha: number): number {
  return verdict === 'fail' ? Math.min(level, alpha) : level;
}

/** Score intervals know their own size for any number of rows; few discordant ones forbid `fail` and not `pass`. */
function scoreBounds(
  asked: RuleCase,
  estimate: number,
  { n, right, lost, won }: Share,
  facts: RowsFacts,
  alpha: number,
): Bounds {
  const rangeAt = (level: number) =>
    asked.baseline ? tangoInterval(lost, won, n, level) : wilsonInterval(right, n, level);
  const range = rangeAt(alpha);
  const interval: Range = [tidy(range[0]), tidy(range[1])];
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const judged = judgeInterval(...interval, requirement);
  const few = facts.n < FEWEST ? fewRows(facts.n) : null;
  const still = asked.baseline !== null && lost + won < FEWEST;
  const weak =
    few ?? (still && judged !== 'pass' ? `only ${lost + won} rows changed between right and wrong` : null);
  const verdict = weak === null ? judged : 'inconclusive';
  const method = asked.baseline ? 'tango' : 'wilson';
  const found = {
    verdict,
    method,
    interval,
    at: rangeAt,
    estimate,
    weak,
    reach: few === null ? 1 : 0,
  } as const;
  if (few !== null || still) return found;
  return { ...found, pFail: agreed(failLevel(rangeAt, requirement), verdict, alpha) };
}

function isSameModel({ candidate, baseline }: RuleCase, facts: RowsFacts): boolean {
  if (candidate.model !== null && candidate.model === baseline?.model && facts.identical) return true;
  return facts.identical && facts.distinctScores >= DISTINCT;
}

function fewRows(n: number): string {
  return n === 1 ? 'one row is too few' : `${n} rows are too few`;
}

/** Why these rows can carry no verdict, or `null`. */
function tooFew(facts: RowsFacts): string | null {
  const { n, groups, effective, rarer, differing } = facts;
  const units = groups === null ? 'rows' : 'groups';
  if (n < FEWEST) return fewRows(n);
  if (groups !== null && groups < FEWEST_GROUPS) return `${groups} groups of rows are too few`;
  if (effective < FEWEST)
    return `the weight lies on few rows (as much as on ${Math.floor(effective)} equal ones)`;
  if (rarer !== null && rarer < FEWEST) return `the rarer class has only ${rarer} ${units}`;
  if (differing !== null && differing < FEWEST) return `the two models differ on only ${differing} ${units}`;
  return null;
}

/** Why an approximate interval is rough, so that only a verdict that one twice as wide would give counts; or `null`. */
function roughness({ n }: RowsFacts, skewness: number): string | null {
  if (n < FEW_ROWS) return `${n} rows are few, and the interval is rough`;
  return Math.abs(skewness) > SKEW ? 'a few rows decide the difference, and the interval is rough' : null;
}

/** A sentence as part of another one. */
function clause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
