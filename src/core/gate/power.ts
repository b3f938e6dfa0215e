import { normalCdf, normalQuantile } from '../stats/normal.ts';
import { standardErrorOf } from './algebra.ts';
import { isBar } from './rule.ts';
import type { EvidenceMethod, Policy, RuleResult } from './types.ts';

/** Power that is asked for. */
const POWER = 0.8;

/** Methods of intervals that no number of rows makes narrower. */
const WITHOUT_ROWS: readonly EvidenceMethod[] = ['corrected-t', 'paired-t', 'z', 'prediction-interval'];

/** What one rule can see, and how many rows it would need. */
export interface RulePlan {
  rule: string;
  /** Rows judged now; `null` without an interval, or with one that is not of rows. */
  n: number | null;
  /** How far the line lies from an equal model, for bars from the value measured; in the metric's units. */
  distance: number;
  /** Half the interval's width by z: the estimate's standard error; `null` without an interval. */
  standardError: number | null;
  /** Chance that an equal model (bars: one as good as measured) passes with the rows at hand. */
  chance: number | null;
  /** Rows of the test set for a chance of 80 % that this rule passes; `null` where no number is enough, and without rows. */
  rowsAlone: number | null;
  /** The same for a chance of at least 80 % that all rules pass. */
  rowsJointly: number | null;
}

export interface GatePlan {
  /** Rows of the test set at hand. */
  rows: number;
  rules: readonly RulePlan[];
  joint: JointPower | null;
}

/** Between what bounds the chance lies that an equal model passes all rules, whatever their dependence. */
export interface JointPower {
  rules: number;
  atLeast: number;
  atMost: number;
}

/**
 * How many rows the margins of a policy need, from the spread seen on `rows` rows: n (z_α + z_p)² SE² / distance², p
 * being 80 % for a rule alone and 1 − 20 % / m for m rules together (Bonferroni). Rows of a class or slice are scaled
 * with the test set.
 */
export function planRules(results: readonly RuleResult[], policy: Policy, rows: number): GatePlan {
  const zAlpha = normalQuantile(1 - policy.alpha);
  const counted = results.filter(hasSpread).length;
  const together = 1 - (1 - POWER) / Math.max(1, counted);
  const needed = (distance: number, error: number, power: number) =>
    distance > 0 ? Math.ceil(rows * (((zAlpha + normalQuantile(power)) * error) / distance) ** 2) : null;
  const rules = results.map((result): RulePlan => {
    const distance = distanceOf(result);
    const error = errorOf(result, policy.alpha);
    const ofRows = error !== null && !WITHOUT_ROWS.includes(result.evidence.method);
    return {
      rule: result.rule.text,
      n: ofRows ? result.evidence.n : null,
      distance,
      standardError: error,
      chance: error === null ? null : chanceToPass(distance, error, zAlpha),
      rowsAlone: ofRows ? needed(distance, error, POWER) : null,
      rowsJointly: ofRows ? needed(distance, error, together) : null,
    };
  });
  return { rows, rules, joint: jointPower(results, policy.alpha) };
}

/**
 * Chance that a model equal to the baseline passes every blocking rule against it: at least 1 less the sum of the
 * single failures (Bonferroni), at most the smallest single chance. `null` without such a rule on an interval.
 */
export function jointPower(results: readonly RuleResult[], alpha: number): JointPower | null {
  const zAlpha = normalQuantile(1 - alpha);
  const chances = results.flatMap((result) => {
    const error = errorOf(result, alpha);
    const counts = error !== null && result.rule.level === 'fail' && !isBar(result.rule.kind);
    return counts ? [chanceToPass(distanceOf(result), error, zAlpha)] : [];
  });
  if (chances.length === 0) return null;
  const missed = chances.reduce((sum, chance) => sum + 1 - chance, 0);
  return { rules: chances.length, atLeast: Math.max(0, 1 - missed), atMost: Math.min(...chances) };
}

function hasSpread({ evidence }: RuleResult): boolean {
  return evidence.interval !== null && evidence.interval[1] > evidence.interval[0];
}

function errorOf(result: RuleResult, alpha: number): number | null {
  const { interval } = result.evidence;
  return interval === null || !hasSpread(result) ? null : standardErrorOf(interval, alpha);
}

function chanceToPass(distance: number, error: number, zAlpha: number): number {
  return normalCdf(distance / error - zAlpha);
}

/** From an equal model, or the value measured, to the line; 0 where that lies on the bad side. */
function distanceOf({ rule, candidate, baseline, direction }: RuleResult): number {
  if (!isBar(rule.kind)) return rule.relative ? rule.amount * Math.abs(baseline ?? 0) : rule.amount;
  const higher = rule.kind === 'min' || (rule.kind === 'too-good' && direction === 'lower');
  const above = (candidate ?? rule.amount) - rule.amount;
  return Math.max(0, higher ? above : -above);
}
