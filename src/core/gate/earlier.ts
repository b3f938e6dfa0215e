import { isTime } from '../metrics/time.ts';
import type { Metric } from '../metrics/types.ts';
import { meanOf, spreadOfNext, trendOf } from '../stats/repeats.ts';
import { baselineFactor } from './algebra.ts';
import type { EarlierRun, JudgedSide, RuleCase } from './case.ts';
import type { Basis } from './repeats.ts';
import { declarationOf, findMetric } from './subject.ts';
import type { Policy } from './types.ts';

/** Fewer runs say too little of how far they spread. */
const FEWEST_RUNS = 8;

/**
 * The spread of earlier runs that measured the same metric on the same rows by the same code, times on the same class of
 * hardware. `null` for bars, slices and fewer than 8 of them.
 */
export function earlierBasis(asked: RuleCase, { metrics }: Pick<Policy, 'metrics'>): Basis | null {
  const { rule, subject, baseline } = asked;
  const timed = isTime(rule.metric, declarationOf(rule.metric, metrics));
  const values = baseline === null ? [] : comparableValues(asked, timed);
  if (values.length < FEWEST_RUNS) return null;
  const mean = meanOf(values);
  const { rises, chance } = trendOf(values.toReversed());
  const basis = {
    method: 'prediction-interval',
    what: 'earlier runs',
    n: values.length,
    mean,
    trend: { better: rises === (subject.direction === 'higher'), chance },
  } as const;
  if (rule.relative && mean < 0)
    return { ...basis, found: { weak: 'a percentage of their negative mean allows nothing' } };
  const spread = spreadOfNext(values, baselineFactor(rule, subject.direction));
  if (spread.error > 0) return { ...basis, found: { weak: null, spread } };
  return { ...basis, found: { weak: 'the earlier runs all have the same value' } };
}

function comparableValues({ subject, candidate, earlier }: RuleCase, timed: boolean): number[] {
  return earlier.flatMap((run) => {
    const same = sameMeasure(candidate, run) && (!timed || sameHardware(candidate, run));
    const metric: Metric | null = same ? findMetric(subject, run.metrics) : null;
    return metric === null || metric.value === null ? [] : [metric.value];
  });
}

function sameMeasure(candidate: JudgedSide, run: EarlierRun): boolean {
  return candidate.rows === run.rows && candidate.evaluator === run.evaluator;
}

function sameHardware(candidate: JudgedSide, run: EarlierRun): boolean {
  return candidate.hardware !== null && candidate.hardware === run.hardware;
}
