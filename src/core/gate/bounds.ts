import type { BootstrapInterval } from '../stats/bootstrap.ts';
import { judgeInterval, judgePoint, requirementOf, tidy } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { tangoInterval, wilsonInterval } from './proportion.ts';
import type { RowsFacts, Share } from './row-facts.ts';
import type { Policy, Verdict } from './types.ts';

/** Below so many rows, rows of the rarer class, or rows that differ, there is no verdict. */
const FEWEST = 10;
/** Whole groups resampled say nothing reliable below so many of them. */
const FEWEST_GROUPS = 20;
/** Below so many rows, or with draws this skew, the ends of a percentile interval are too near by up to half. */
const FEW_ROWS = 50;
const SKEW = 0.2;
/** A smaller α would rest on fewer than 100 of the most draws that are made. */
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
  method: 'identical' | 'tango' | 'wilson' | 'percentile';
  interval: [number, number] | null;
  estimate: number;
  weak: string | null;
  /** Half-widths that have to lie on one side for a verdict; 0 where no width could give one, or none is needed. */
  reach: 0 | 1 | 2;
}

/** The interval of a rule on rows and the verdict it gives; `drawn` is `null` where nothing had to be drawn. */
export function boundsOf(
  asked: RuleCase,
  estimate: number,
  values: Values,
  drawn: BootstrapInterval | null,
  facts: RowsFacts,
  policy: Policy,
): Bounds {
  if (asked.baseline && isSameModel(asked, facts)) {
    const verdict = judgePoint(estimate, requirementOf(asked.rule, asked.subject.direction));
    return { verdict, method: 'identical', interval: [estimate, estimate], estimate, weak: null, reach: 0 };
  }
  const share = scoreShare(asked, facts);
  if (share) return scoreBounds(asked, estimate, share, facts, policy.alpha);
  if (drawn === null || drawn.lower === null || drawn.upper === null) {
    const weak = tooFew(facts) ?? clause(drawn?.reason ?? 'there is no interval');
    return { verdict: 'inconclusive', method: 'percentile', interval: null, estimate, weak, reach: 0 };
  }
  const range = widened(asked, [drawn.lower, drawn.upper], values, facts, policy.alpha);
  const found = drawnBounds(asked, estimate, range, drawn.skewness ?? 0, facts);
  if (policy.alpha >= LEAST_ALPHA) return found;
  return {
    ...found,
    verdict: 'inconclusive',
    weak: `draws cannot tell an alpha below ${LEAST_ALPHA}`,
    reach: 0,
  };
}

/** A percentile interval, and whether these rows can carry the verdict it gives. */
function drawnBounds(
  asked: RuleCase,
  estimate: number,
  [lower, upper]: [number, number],
  skewness: number,
  facts: RowsFacts,
): Bounds {
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const interval: [number, number] = [tidy(lower), tidy(upper)];
  const found = { method: 'percentile', interval, estimate } as const;
  const weak = tooFew(facts) ?? (interval[0] === interval[1] ? 'no resample differed' : null);
  if (weak !== null) return { ...found, verdict: 'inconclusive', weak, reach: 0 };
  const verdict = judgeInterval(...interval, requirement);
  const rough = roughness(facts, skewness);
  if (rough === null) return { ...found, verdict, weak: null, reach: 1 };
  const clear = judgeInterval(...doubled(interval, estimate), requirement) === verdict;
  return { ...found, verdict: clear ? verdict : 'inconclusive', weak: clear ? null : rough, reach: 2 };
}

/** Score intervals know their own size for any number of rows; few discordant ones forbid `fail` and not `pass`. */
function scoreBounds(
  asked: RuleCase,
  estimate: number,
  { n, right, lost, won }: Share,
  facts: RowsFacts,
  alpha: number,
): Bounds {
  const range = asked.baseline ? tangoInterval(lost, won, n, alpha) : wilsonInterval(right, n, alpha);
  const interval: [number, number] = [tidy(range[0]), tidy(range[1])];
  const judged = judgeInterval(...interval, requirementOf(asked.rule, asked.subject.direction));
  const few = facts.n < FEWEST ? fewRows(facts.n) : null;
  const still = asked.baseline && lost + won < FEWEST && judged !== 'pass';
  const weak = few ?? (still ? `only ${lost + won} rows changed between right and wrong` : null);
  const verdict = weak === null ? judged : 'inconclusive';
  const method = asked.baseline ? 'tango' : 'wilson';
  return { verdict, method, interval, estimate, weak, reach: few === null ? 1 : 0 };
}

function isSameModel({ candidate, baseline }: RuleCase, facts: RowsFacts): boolean {
  if (candidate.model !== null && candidate.model === baseline?.model && facts.identical) return true;
  return facts.identical && facts.distinctScores >= DISTINCT;
}

/** A percentage of a share of rows: never narrower than Tango's interval beside a baseline taken as known. */
function widened(
  { rule }: RuleCase,
  [lower, upper]: [number, number],
  { baseline }: Values,
  { share, plain }: RowsFacts,
  alpha: number,
): [number, number] {
  if (!plain || share === null || baseline === null) return [lower, upper];
  const allowed = rule.amount * baseline;
  const [least, most] = tangoInterval(share.lost, share.won, share.n, alpha);
  return [Math.min(lower, least + allowed), Math.max(upper, most + allowed)];
}

function fewRows(n: number): string {
  return n === 1 ? 'one row is too few' : `${n} rows are too few`;
}

/** Why resampling these rows can carry no verdict, or `null`. */
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

/** Why a percentile interval is rough, so that only a verdict that one twice as wide would give counts; or `null`. */
function roughness({ n }: RowsFacts, skewness: number): string | null {
  if (n < FEW_ROWS) return `${n} rows are few, and the interval is rough`;
  return Math.abs(skewness) > SKEW ? 'a few rows decide the difference, and the interval is rough' : null;
}

/** Both ends twice as far from the estimate, and never nearer than they were. */
function doubled([lower, upper]: [number, number], estimate: number): [number, number] {
  return [Math.min(lower, 2 * lower - estimate), Math.max(upper, 2 * upper - estimate)];
}

/** A sentence as part of another one. */
function clause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
