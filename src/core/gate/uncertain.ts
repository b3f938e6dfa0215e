import type { Spread } from '../stats/repeats.ts';
import { studentCdf, studentQuantile } from '../stats/student.ts';
import { tidy } from '../stats/tidy.ts';
import { contrastOf, judgeInterval, type Requirement, requirementOf, visibleEffects } from './algebra.ts';
import type { Values } from './bounds.ts';
import type { RuleCase } from './case.ts';
import { effectMargin, marginOf } from './interval.ts';
import type { Basis } from './repeats.ts';
import { uncertainSentence } from './sentence.ts';
import type { Evidence, Policy, Verdict } from './types.ts';

/** A slope that runs without a trend reach to its side this often is taken for one: slight ones mislead already. */
const TREND = 0.2;

type Numbers = Pick<Evidence, 'interval' | 'mde' | 'statistic' | 'p' | 'pFail'>;

/** The verdict on values without rows by what they are known to vary by, with its evidence. */
export function uncertainEvidence(
  asked: RuleCase,
  values: Values,
  basis: Basis,
  policy: Policy,
): { verdict: Verdict; evidence: Evidence } {
  const contrast = contrastOf(asked.rule, asked.subject.direction);
  const estimate = tidy(contrast(values.candidate, basis.mean ?? values.baseline ?? Number.NaN));
  const { found } = basis;
  const numbers: Numbers =
    found.weak === null
      ? intervalNumbers(asked, values, estimate, found.spread, policy.alpha)
      : { interval: null, mde: null };
  const { interval } = numbers;
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const judged = interval === null ? 'inconclusive' : judgeInterval(...interval, requirement);
  const misled = misledBy(basis, judged);
  const verdict = misled === null ? judged : 'inconclusive';
  const weak = found.weak ?? misled;
  // A failure that does not count is none among several rules either.
  if (judged === 'fail' && misled !== null) delete numbers.pFail;
  return {
    verdict,
    evidence: {
      method: basis.method,
      estimate,
      level: 1 - 2 * policy.alpha,
      n: basis.n,
      margin: marginOf(asked),
      seed: null,
      state: 'ok',
      ...numbers,
      sentence: uncertainSentence(asked, values, { verdict, estimate, interval, basis, weak }, policy),
    },
  };
}

/**
 * Why a verdict beside earlier runs says nothing of the change: the mean of runs that became better lies behind the
 * latest of them, so that a loss may pass, and of runs that became worse before them, so that an equal model may fail.
 * `null` where no trend shows.
 */
function misledBy({ trend }: Basis, judged: Verdict): string | null {
  if (trend === null || trend.chance > TREND || judged !== (trend.better ? 'pass' : 'fail')) return null;
  return `earlier runs tend to become ${trend.better ? 'better' : 'worse'}, so their mean is not where the last ones are`;
}

function intervalNumbers(
  asked: RuleCase,
  values: Values,
  estimate: number,
  spread: Spread,
  alpha: number,
): Numbers {
  const { error, df } = spread;
  const reach = studentQuantile(1 - alpha, df) * error;
  const interval: [number, number] = [tidy(estimate - reach), tidy(estimate + reach)];
  const requirement = requirementOf(asked.rule, asked.subject.direction);
  const level = failChance(estimate, spread, requirement);
  // Rounded ends decide at α by a hair otherwise than the distribution does: the verdict holds.
  const pFail = judgeInterval(...interval, requirement) === 'fail' ? Math.min(level, alpha) : level;
  const mde = visibleEffects(...interval, alpha, effectMargin(asked, values));
  if (asked.baseline === null || asked.rule.relative) return { interval, mde, pFail };
  const statistic = estimate / error;
  return { interval, mde, statistic, p: 2 * studentCdf(-Math.abs(statistic), df), pFail };
}

/** Smallest one-sided level at which the interval lies wholly on the bad side. */
function failChance(estimate: number, { error, df }: Spread, { side, bound }: Requirement): number {
  const away = side === 'at-least' ? estimate - bound : bound - estimate;
  return studentCdf(away / error, df);
}
