import type { Requirement } from './algebra.ts';
import { percent } from './figure.ts';
import { chanceAtBar } from './proportion.ts';
import type { RowsFacts } from './row-facts.ts';
import type { Share } from './share.ts';
import type { Verdict } from './types.ts';

/**
 * Below so many rows, rows of the rarer class, rows that differ, or rows that would carry an estimate's variance alike,
 * an approximate interval is too short: more than 1.5 α of its verdicts would be wrong.
 */
const FEWEST = 10;
/** Whole groups resampled say nothing reliable below so many of them. */
const FEWEST_GROUPS = 20;
/** A bar is decided only where the exact chance of a wrong verdict is at most so many times α. */
const MOST_WRONG = 1.5;

/** Why so few rows carry no verdict at all, or `null`. */
export function fewRows(n: number): string | null {
  if (n >= FEWEST) return null;
  return n === 1 ? 'one row is too few' : `${n} rows are too few`;
}

/** Why these rows carry no verdict of an approximate interval, or `null`. */
export function fewOfAKind(facts: RowsFacts): string | null {
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

/** Why an estimate rests on too few of its rows or groups (see `Spread.effective`), or `null`. */
export function fewDecide(effective: number | null, { groups }: RowsFacts): string | null {
  if (effective === null || effective >= FEWEST) return null;
  const units = groups === null ? 'rows' : 'groups';
  return `a few ${units} decide it (as many as ${Math.floor(effective)} that count alike)`;
}

/** Why rows that changed between right and wrong are too few for this verdict, or `null`: `pass` needs none. */
export function fewChanged({ lost, won }: Share, verdict: Verdict): string | null {
  if (lost + won >= FEWEST || verdict === 'pass') return null;
  return `only ${lost + won} rows changed between right and wrong`;
}

/** Why a bar is not decided although Wilson's interval is, or `null`: near 0 and 1 it is too short on one side. */
export function likelyAtBar(
  share: Share,
  verdict: Verdict,
  requirement: Requirement,
  alpha: number,
): string | null {
  if (verdict !== 'pass' && verdict !== 'fail') return null;
  const chance = chanceAtBar(share, requirement, verdict);
  if (chance <= MOST_WRONG * alpha) return null;
  return `at the bar itself as many rows, or more, are ${verdict === 'fail' ? 'wrong' : 'right'} in ${percent(chance)} of cases`;
}

/** Smallest level at which `likelyAtBar` lets a bar fail. */
export function exactFailLevel(share: Share, requirement: Requirement): number {
  return chanceAtBar(share, requirement, 'fail') / MOST_WRONG;
}
