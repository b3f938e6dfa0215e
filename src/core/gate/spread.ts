import type { Resampled } from '../stats/resampled.ts';
import { requirementOf } from './algebra.ts';
import { type Areas, areaInterval } from './area.ts';
import type { RuleCase } from './case.ts';
import { drawnFailLevel, failLevel } from './fail-level.ts';
import { tangoInterval } from './proportion.ts';
import type { RowsFacts } from './row-facts.ts';

type Range = [number, number];

/** An approximate interval at any level. */
export interface Spread {
  method: 'delong' | 'bca' | 'percentile';
  /** Both ends at one-sided level `alpha`. */
  at(alpha: number): Range;
  /** Rows, or groups, that would carry the variance alike; `null` where nothing is known of it. */
  effective: number | null;
  /** Why the interval is none to judge by, or `null`. */
  weak: string | null;
  statistic: number | null;
  /** Smallest one-sided level at which the rule fails. */
  pFail(): number;
}

/** DeLong's interval as a spread; `null` where the areas do not vary. */
export function areaSpread(asked: RuleCase, estimate: number, areas: Areas): Spread | null {
  const found = areaInterval(asked, estimate, areas);
  if (found === null) return null;
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  return { method: 'delong', ...found, weak: null, pFail: () => failLevel(found.at, requirement) };
}

/** The interval as drawn; `null` where the draws gave none. */
export function drawnSpread(
  asked: RuleCase,
  drawn: Resampled,
  baseline: number | null,
  facts: RowsFacts,
): Spread | null {
  if (drawn.standardError === null) return null;
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const least = leastRange(asked, baseline, facts);
  return {
    method: drawn.method,
    at: (alpha) => {
      const range = drawn.interval(alpha) as Range;
      return least ? widest(range, least(alpha)) : range;
    },
    effective: drawn.effective,
    weak: drawn.fallback,
    statistic: null,
    pFail: () => Math.max(drawnFailLevel(drawn, requirement), least ? failLevel(least, requirement) : 0),
  };
}

function widest(a: Range, b: Range): Range {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
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
