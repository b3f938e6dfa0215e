import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { tidy } from '../stats/tidy.ts';
import { requirementOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { figure, grouped, percent } from './figure.ts';
import type { Judgement } from './interval.ts';
import type { RuleResult, SliceFamily, SliceResult } from './types.ts';

/** A rule judged on one slice, and what it came to there. */
export interface JudgedSlice {
  slice: string;
  values: { candidate: number; baseline: number | null };
  judgement: Judgement;
}

/**
 * The slices of a rule about all rows: shown beside it, and never deciding. The worst is the one whose bound at α
 * divided by the number of slices lies farthest on the bad side, so that with confidence 1 − α none is worse than that.
 * Marked are those that fall short of the rule by Benjamini and Hochberg at α.
 */
export function sliceFamily(
  asked: RuleCase,
  judged: readonly JudgedSlice[],
  alpha: number,
): SliceFamily | null {
  if (judged.length === 0) return null;
  const level = alpha / judged.length;
  const { side } = requirementOf(asked.rule, asked.subject.direction);
  const chances = benjaminiHochberg(judged.map(({ judgement }) => judgement.evidence.pFail ?? 1));
  const slices = judged.map(({ slice, values, judgement }, at): SliceResult => {
    const { verdict, evidence } = judgement;
    const { method, estimate, interval, n } = evidence;
    const ends = judgement.at?.(level);
    const bound = ends ? tidy(side === 'at-least' ? ends[0] : ends[1]) : null;
    const marked = (chances[at] as number) <= alpha;
    return { slice, n, ...values, method, estimate, interval, bound, verdict, marked };
  });
  return { level, slices, worst: worstOf(slices, side) };
}

function worstOf(slices: readonly SliceResult[], side: 'at-least' | 'at-most'): string | null {
  let worst: SliceResult | null = null;
  for (const slice of slices) {
    if (slice.bound === null) continue;
    const gap = worst === null ? -1 : slice.bound - (worst.bound as number);
    if (worst === null || (side === 'at-least' ? gap < 0 : gap > 0)) worst = slice;
  }
  return worst?.slice ?? null;
}

/** The worst slice of a rule in a sentence, empty where there is none: how far down, and that none lies lower. */
export function worstSliceSentence({ rule, direction, slices: family }: RuleResult): string {
  const worst = family?.slices.find(({ slice }) => slice === family.worst);
  if (!family || !worst || worst.bound === null || worst.estimate === null) return '';
  const { side } = requirementOf(rule, direction);
  const spread = worst.interval ? (worst.interval[1] - worst.interval[0]) / 2 : null;
  const most = side === 'at-least' ? 'lower than' : 'higher than';
  const count = family.slices.length;
  const surely = percent(1 - family.level * count);
  const marked = family.slices.filter((slice) => slice.marked).length;
  const short =
    marked === 0 ? '' : ` ${grouped(marked)} of them ${marked === 1 ? 'falls' : 'fall'} short of the rule.`;
  return (
    `Worst of ${grouped(count)} slices is ${worst.slice} with ${figure(worst.estimate, spread)} ` +
    `(none ${most} ${figure(worst.bound, spread)}, ${surely} sure; n = ${grouped(worst.n ?? 0)}).${short}`
  );
}
