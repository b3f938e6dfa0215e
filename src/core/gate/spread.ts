import type { BootstrapInterval } from '../stats/bootstrap.ts';
import { requirementOf } from './algebra.ts';
import { type Areas, areaInterval } from './area.ts';
import type { RuleCase } from './case.ts';
import { drawnFailLevel, failLevel } from './fail-level.ts';
import { tangoInterval } from './proportion.ts';
import type { RowsFacts } from './row-facts.ts';

type Range = [number, number];

/** An approximate interval, and one twice as wide; `wide` is `null` where it is exact. */
export interface Spread {
  method: 'delong' | 'percentile';
  range: Range;
  wide: Range | null;
  skewness: number;
  statistic: number | null;
  /** Smallest one-sided level at which the rule fails; `doubled`: by the interval twice as wide. */
  pFail(doubled: boolean): number;
}

/** DeLong's interval as a spread; `null` where the areas do not vary. */
export function areaSpread(asked: RuleCase, estimate: number, areas: Areas, alpha: number): Spread | null {
  const found = areaInterval(asked, estimate, areas);
  if (found === null) return null;
  const { range, exact, skewness, statistic } = found;
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  return {
    method: 'delong',
    range: range(alpha, 1),
    wide: exact ? null : range(alpha, 2),
    skewness,
    statistic,
    pFail: (doubled) => failLevel((level) => range(level, doubled ? 2 : 1), requirement),
  };
}

/**
 * The percentile interval as drawn, and twice as wide: both ends as far again from the estimate, never nearer. `null`
 * where the draws gave none.
 */
export function drawnSpread(
  asked: RuleCase,
  estimate: number,
  drawn: BootstrapInterval,
  baseline: number | null,
  facts: RowsFacts,
  alpha: number,
): Spread | null {
  if (drawn.lower === null || drawn.upper === null) return null;
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const least = leastRange(asked, baseline, facts);
  const floor = least ? least(alpha) : [drawn.lower, drawn.upper];
  const [lower, upper] = [
    Math.min(drawn.lower, floor[0] as number),
    Math.max(drawn.upper, floor[1] as number),
  ];
  return {
    method: 'percentile',
    range: [lower, upper],
    wide: [Math.min(lower, 2 * lower - estimate), Math.max(upper, 2 * upper - estimate)],
    skewness: drawn.skewness ?? 0,
    statistic: null,
    pFail: (doubled) =>
      Math.max(
        drawnFailLevel(drawn.ascending, estimate, requirement, doubled),
        least ? failLevel(least, requirement) : 0,
      ),
  };
}

/**
 * What a percentage of a share of rows is never narrower than: Tango's interval beside a baseline taken as known. `null`
 * for all else.
 */
function leastRange(
  { rule }: RuleCase,
  baseline: number | null,
  { share, plain }: RowsFacts,
): ((alpha: number) => Range) | null {
  if (!plain || share === null || baseline === null) return null;
  const allowed = rule.amount * baseline;
  return (alpha) => {
    const [least, most] = tangoInterval(share.lost, share.won, share.n, alpha);
    return [least + allowed, most + allowed];
  };
}
