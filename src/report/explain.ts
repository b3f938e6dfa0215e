import { requirementOf, standardErrorOf } from '../core/gate/algebra.ts';
import { jointPower } from '../core/gate/power.ts';
import { isBar } from '../core/gate/rule.ts';
import { worstSliceSentence } from '../core/gate/slice-family.ts';
import type { Evidence, EvidenceMethod, RuleResult } from '../core/gate/types.ts';
import { normalQuantile } from '../core/stats/normal.ts';
import { logLine } from './escape.ts';
import { countOf, formatPercent } from './numbers.ts';
import { jointSentence } from './plan.ts';
import type { ModelReport } from './types.ts';

/** How each verdict of a model came about, step by step with its figures, as text for a terminal. */
export function explainModel({ model, rules, policy }: ModelReport): string {
  const alpha = policy?.alpha ?? 0.05;
  const joint = jointPower(rules, alpha);
  return [
    `${logLine(model)}: ${countOf(rules.length, 'rule')}`,
    ...rules.flatMap((result) => ['', ...explainRule(result, alpha)]),
    ...(joint === null ? [] : ['', jointSentence(joint)]),
    '',
    'Each method, its source and when it is wrong: docs/statistics.md',
    '',
  ].join('\n');
}

function explainRule(result: RuleResult, alpha: number): string[] {
  const { rule, verdict, evidence } = result;
  const steps = [
    evidence.sentence,
    ...(evidence.state === 'ok' ? [HOW[evidence.method], ...figures(result, alpha)] : []),
  ];
  return [
    `${(verdict ?? 'not judged').toUpperCase()}  ${logLine(rule.text)}`,
    ...steps.map((step) => `  ${logLine(step)}`),
  ];
}

const HOW: Readonly<Record<EvidenceMethod, string>> = {
  identical: 'identical: every output of the two models is equal bit by bit, so nothing is uncertain.',
  tango:
    'tango: rows count as right or wrong for each model; only rows on which they differ say something about the difference.',
  wilson:
    'wilson: the value is a share of rows; the interval holds the shares that make what was seen likely.',
  delong:
    'delong: each row is placed among the rows of the other class; placements vary, and so does their mean.',
  bca: 'bca: rows are drawn anew with replacement, both models on the same ones; the ends are corrected for bias and skewness.',
  percentile:
    'percentile: rows are drawn anew with replacement, both models on the same ones; the ends are quantiles of the draws.',
  'corrected-t':
    'corrected-t: splits share training rows, so their variance counts 1/k + test/train instead of 1/k.',
  'paired-t': 'paired-t: the same training seeds on both sides, one difference for each.',
  z: 'z: each side states its standard error; the sides are taken as independent, which is cautious on the same rows.',
  'prediction-interval': 'prediction-interval: where one more run like the earlier ones would lie.',
  point: 'point: the plain number; no uncertainty is known, so chance alone can turn this verdict.',
};

function figures(result: RuleResult, alpha: number): string[] {
  const { evidence } = result;
  return [
    known(
      evidence.discordant,
      ([lost, won]) => `only the baseline right in b = ${lost} rows, only the candidate in c = ${won}`,
    ),
    known(evidence.n, (n) => `n = ${n}`),
    known(evidence.statistic, (value) => `statistic = ${value}`),
    known(
      evidence.p,
      (p) =>
        `p = ${p}: whether there is a difference at all (${testOf(evidence)}, two-sided); it does not judge the margin`,
    ),
    known(evidence.seed, (seed) => `seed = ${seed}`),
    ...requirement(result),
    ...effects(evidence, alpha),
    ...chances(evidence, alpha),
    ...slicesOf(result),
  ].filter((line) => line !== '');
}

/** The test behind `p`. */
function testOf({ method, discordant }: Evidence): string {
  if (discordant !== undefined) return 'McNemar';
  return method === 'z' ? 'z' : 't';
}

function known<T>(value: T | null | undefined, say: (value: T) => string): string {
  return value === null || value === undefined ? '' : say(value);
}

/** The line that is judged, beside the interval. */
function requirement({ rule, direction, evidence }: RuleResult): string[] {
  const { estimate, interval } = evidence;
  if (estimate === null) return [];
  const { side, bound } = requirementOf(rule, direction);
  const ends =
    interval === null ? '' : `, ${formatPercent(evidence.level)} interval [${interval.join(', ')}]`;
  const judged = interval === null ? 'it' : 'all of the interval';
  return [
    `${contrastWords(rule, direction)} = ${estimate}${ends}`,
    `passes when ${judged} is at ${side === 'at-least' ? 'least' : 'most'} ${bound}, fails when none of it is`,
  ];
}

function contrastWords(
  { kind, relative, amount }: RuleResult['rule'],
  direction: RuleResult['direction'],
): string {
  if (isBar(kind)) return 'candidate';
  if (!relative) return 'candidate − baseline';
  return direction === 'higher'
    ? `candidate − (1 − ${amount}) × baseline`
    : `(1 + ${amount}) × baseline − candidate`;
}

function effects({ mde, interval }: Evidence, alpha: number): string[] {
  if (mde === null || interval === null) return [];
  const z = normalQuantile(1 - alpha);
  const error = standardErrorOf(interval, alpha);
  return [
    `standard error = (${interval[1]} − ${interval[0]}) / (2 × ${short(z)}) = ${short(error)}`,
    `at 80 % power the smallest margin that an equal model passes is ${short(mde.pass)}, the smallest true drop called fail ${short(mde.fail)}`,
  ];
}

function chances({ pFail, pFailAdjusted }: Evidence, alpha: number): string[] {
  if (pFail === undefined) return [];
  const adjusted =
    pFailAdjusted === undefined || pFailAdjusted === pFail
      ? ''
      : `, ${short(pFailAdjusted)} for all blocking rules together (Holm)`;
  return [
    `pFail = ${short(pFail)}: the smallest level at which this fails${adjusted}; ${alpha} or less is a fail`,
  ];
}

function slicesOf(result: RuleResult): string[] {
  const sentence = worstSliceSentence(result);
  return sentence === '' ? [] : [sentence];
}

/** Six significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
