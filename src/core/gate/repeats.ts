import type { Metric, NamedValue, Uncertainty } from '../metrics/types.ts';
import { type Spread, spreadOfMean } from '../stats/repeats.ts';
import { tidy } from '../stats/tidy.ts';
import { baselineFactor, contrastOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import type { EvidenceMethod } from './types.ts';

/** What a verdict on values without rows rests on; where it decides nothing, `weak` says why and there is no spread. */
export interface Basis {
  method: EvidenceMethod;
  what: 'splits' | 'seeds' | 'standard errors' | 'earlier runs';
  /** How many of them; `null` for standard errors. */
  n: number | null;
  /** Mean of earlier runs: what the candidate is compared with, instead of the baseline. */
  mean: number | null;
  /** Whether earlier runs became better or worse in a straight line, and with what chance others would look so. */
  trend: { better: boolean; chance: number } | null;
  found: { weak: null; spread: Spread } | { weak: string };
}

const METHODS = { splits: 'corrected-t', seeds: 'paired-t', stderr: 'z' } as const;
const PLURALS = { splits: 'splits', seeds: 'seeds', stderr: 'standard errors' } as const;

/**
 * What the sides' files say beside their values: resampled splits, training seeds, standard errors. Both sides must say
 * the same, or a change could leave out what its value varies by. `null` where neither says anything.
 */
export function statedBasis(
  asked: RuleCase,
  candidate: Pick<Metric, 'uncertainty'>,
  baseline: Pick<Metric, 'uncertainty'> | null,
): Basis | null {
  const ours = candidate.uncertainty ?? null;
  const theirs = baseline?.uncertainty ?? null;
  const known = ours ?? theirs;
  if (known === null) return null;
  const what = PLURALS[known.kind];
  const n = known.kind === 'stderr' ? null : known.values.length;
  const basis = { method: METHODS[known.kind], what, n, mean: null, trend: null };
  if (ours === null || (baseline !== null && ours.kind !== theirs?.kind)) {
    const weak = `the candidate has ${wordsOf(ours)} and the baseline ${wordsOf(theirs)}`;
    return { ...basis, found: { weak } };
  }
  const spread = ours.kind === 'stderr' ? ofErrors(asked, ours, theirs) : ofRepeats(asked, ours, theirs);
  if (typeof spread === 'string') return { ...basis, found: { weak: spread } };
  const found =
    spread.error > 0 ? { weak: null, spread } : { weak: `the values do not vary between ${what}` };
  return { ...basis, found };
}

function wordsOf(known: Uncertainty | null): string {
  if (known === null) return 'one number alone';
  return known.kind === 'stderr' ? 'a standard error' : `values of ${PLURALS[known.kind]}`;
}

type Measured = Exclude<Uncertainty, { kind: 'stderr' }>;

/** Splits or seeds, paired by name where there is a baseline. */
function ofRepeats(asked: RuleCase, ours: Measured, baseline: Uncertainty | null): Spread | string {
  const theirs = baseline as Measured | null;
  const n = ours.values.length;
  const what = PLURALS[ours.kind];
  if (n < 2) return `one of the ${what} does not tell how far values vary`;
  const ratio = ratioOf(ours);
  if (ratio === null || (theirs && ratioOf(theirs) === null))
    return 'the ratio of test to training rows of its splits is not recorded (test_train_ratio)';
  if (theirs && ratioOf(theirs) !== ratio)
    return 'the splits of the two sides have another ratio of test to training rows';
  const differences = theirs
    ? paired(asked, ours.values, theirs.values)
    : ours.values.map(({ value }) => value);
  if (differences === null) return `the two sides were measured with different ${what}`;
  return spreadOfMean(differences, ratio);
}

/** 0 for seeds: repeats of their own. */
function ratioOf(known: Measured): number | null {
  return known.kind === 'splits' ? known.test_train_ratio : 0;
}

/** Differences (for a percentage, contrasts) of values of equal names; `null` where the names differ. */
function paired(
  asked: RuleCase,
  ours: readonly NamedValue[],
  theirs: readonly NamedValue[],
): number[] | null {
  const contrast = contrastOf(asked.rule, asked.subject.direction);
  const before = new Map(theirs.map(({ name, value }) => [name, value]));
  if (before.size !== ours.length || !ours.every(({ name }) => before.has(name))) return null;
  return ours.map(({ name, value }) => tidy(contrast(value, before.get(name) as number)));
}

/** Standard errors as those of independent values: √(SEc² + f² SEb²). */
function ofErrors(asked: RuleCase, ours: Uncertainty, theirs: Uncertainty | null): Spread | string {
  const errors = (theirs ? [ours, theirs] : [ours]).map((side) =>
    side.kind === 'stderr' ? side.stderr : null,
  );
  if (errors.includes(null)) return 'a standard error is not a number';
  if (errors.includes(0)) return 'a standard error of 0 does not tell how far a value may move';
  const [candidate, baseline = 0] = errors as number[];
  const factor = baselineFactor(asked.rule, asked.subject.direction);
  return { error: Math.hypot(candidate as number, factor * baseline), df: Number.POSITIVE_INFINITY };
}
