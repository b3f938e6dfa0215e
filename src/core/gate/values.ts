import type { Metric, MetricValue, PredictionTable } from '../metrics/types.ts';
import { contrastOf, judgePoint, requirementOf, tidy } from './algebra.ts';
import type { JudgedSide, RuleCase } from './case.ts';
import { marginOf } from './interval.ts';
import { pointSentence } from './sentence.ts';
import { absence, findMetric } from './subject.ts';
import type { Evidence, Policy, RuleResult } from './types.ts';

type Values = Pick<RuleResult, 'candidate' | 'baseline'>;

/** Judges a rule on bare values (no rows on a side): a plain difference, shown as such. */
export function judgeOnValues(asked: RuleCase, policy: Policy): RuleResult {
  const { rule, subject, candidate, baseline } = asked;
  const refusal = baseline && comparableValues(candidate, baseline);
  if (refusal) return rowsRefused(asked, policy, refusal);
  const ours = sideValue(asked, candidate);
  const theirs = baseline && sideValue(asked, baseline);
  if (ours.state !== 'ok') return undecidable(asked, policy, 'candidate', ours);
  if (theirs && theirs.state !== 'ok') return undecidable(asked, policy, 'baseline', theirs);
  const values = { candidate: ours.value as number, baseline: theirs?.value ?? null };
  const baseless = negativeBase(asked, policy, values);
  if (baseless) return baseless;
  const estimate = tidy(contrastOf(rule, subject.direction)(values.candidate, values.baseline ?? Number.NaN));
  const verdict = judgePoint(estimate, requirementOf(rule, subject.direction));
  const sentence = `${pointSentence(asked, values, verdict)} No uncertainty is available for plain numbers.`;
  const evidence: Evidence = { ...bare(asked, policy), estimate, sentence, n: ours.n, state: 'ok' };
  return result(asked, verdict, evidence, values);
}

/** A percentage of a negative baseline would ask for a gain where a loss is allowed: an error, or `null` if it is none. */
export function negativeBase(asked: RuleCase, policy: Policy, values: Values): RuleResult | null {
  if (!asked.rule.relative || values.baseline === null || values.baseline >= 0) return null;
  const sentence =
    `${labelOf(asked)} of the baseline is negative, and a percentage of it allows nothing, ` +
    `so "${asked.rule.text}" cannot be judged. Use an absolute amount.`;
  return result(asked, 'error', { ...bare(asked, policy), sentence, state: 'undefined' }, values);
}

/** Values measured on other rows, or by other code, are no comparison; what is unknown is let through. */
function comparableValues(candidate: JudgedSide, baseline: JudgedSide): string | null {
  const differ = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  const remedy = 'Write predictions on both sides, or record the baseline anew.';
  if (differ(candidate.rows, baseline.rows)) {
    return `The test rows changed, and a plain number cannot be measured again. ${remedy}`;
  }
  if (differ(candidate.evaluator, baseline.evaluator)) {
    return `The code that scores changed, and a plain number cannot be measured again. ${remedy}`;
  }
  return null;
}

function sideValue(asked: RuleCase, side: JudgedSide): MetricValue & { n: number | null } {
  const metric: Metric | null = findMetric(asked.subject, side.metrics);
  return metric ?? { value: null, state: 'missing', n: null };
}

/** A rule whose value is missing, not a number or not defined on one side: an error, never a pass. */
export function undecidable(
  asked: RuleCase,
  policy: Policy,
  side: 'candidate' | 'baseline',
  value: MetricValue,
): RuleResult {
  const at = side === 'candidate' ? asked.candidate : (asked.baseline as JudgedSide);
  const label = labelOf(asked);
  const words: Record<string, string> = {
    nan: `${label} of the ${side} is not a number`,
    inf: `${label} of the ${side} is infinite`,
    undefined: `${label} of the ${side} is undefined on its rows (one class only, or no positive label)`,
    missing: `${label} of the ${side} is missing: ${absence(asked.subject, at.metrics, tableOf(asked, at))}`,
  };
  const sentence = `${words[value.state] ?? value.state}, so "${asked.rule.text}" cannot be judged.`;
  const evidence = { ...bare(asked, policy), sentence, state: value.state };
  return result(asked, 'error', evidence, { ...knownValues(asked), [side]: null });
}

function labelOf({ subject: { name, slice } }: RuleCase): string {
  return slice === null ? name : `${name} (${slice})`;
}

/** The values of both sides as far as they are known, to be shown beside a rule without a verdict. */
function knownValues({ subject, candidate, baseline }: RuleCase): Values {
  const valueAt = (side: JudgedSide) => findMetric(subject, side.metrics)?.value ?? null;
  return { candidate: valueAt(candidate), baseline: baseline && valueAt(baseline) };
}

function tableOf(asked: RuleCase, side: JudgedSide): PredictionTable | null {
  return side.table ?? asked.candidate.table;
}

/** A rule whose sides were measured on other rows; `why` says so with the remedy. */
export function rowsRefused(asked: RuleCase, policy: Policy, why: string): RuleResult {
  const evidence: Evidence = { ...bare(asked, policy), sentence: why, state: 'rows-changed' };
  return result(asked, 'error', evidence, knownValues(asked));
}

/** A margin without anything to compare with: not judged. */
export function notJudged(asked: RuleCase, policy: Policy, reason: string): RuleResult {
  const evidence: Evidence = {
    ...bare(asked, policy),
    sentence: `Not judged: ${reason}`,
    state: 'no-baseline',
  };
  return result(asked, null, evidence, knownValues(asked));
}

function bare(asked: RuleCase, policy: Policy): Omit<Evidence, 'sentence' | 'state'> {
  return {
    method: 'point',
    estimate: null,
    interval: null,
    level: 1 - 2 * policy.alpha,
    n: null,
    margin: marginOf(asked),
    mde: null,
    seed: null,
  };
}

function result(
  asked: RuleCase,
  verdict: RuleResult['verdict'],
  evidence: Evidence,
  values: Values,
): RuleResult {
  return {
    rule: asked.rule,
    verdict,
    evidence,
    ...values,
    direction: asked.subject.direction,
    policy: 'base',
  };
}
