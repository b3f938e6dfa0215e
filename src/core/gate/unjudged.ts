import { isTime } from '../metrics/time.ts';
import type { MetricValue, PredictionTable } from '../metrics/types.ts';
import type { JudgedSide, RuleCase } from './case.ts';
import { marginOf } from './interval.ts';
import { absence, declarationOf, findMetric } from './subject.ts';
import type { Evidence, Policy, RuleResult } from './types.ts';

type Values = Pick<RuleResult, 'candidate' | 'baseline'>;

/** A percentage of a negative baseline would ask for a gain where a loss is allowed: an error, or `null` if it is none. */
export function negativeBase(asked: RuleCase, policy: Policy, values: Values): RuleResult | null {
  if (!asked.rule.relative || values.baseline === null || values.baseline >= 0) return null;
  const sentence =
    `${labelOf(asked)} of the baseline is negative, and a percentage of it allows nothing, ` +
    `so "${asked.rule.text}" cannot be judged. Use an absolute amount.`;
  return resultOf(asked, 'error', { ...bare(asked, policy), sentence, state: 'undefined' }, values);
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
  return resultOf(asked, 'error', evidence, { ...knownValues(asked), [side]: null });
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
  return resultOf(asked, 'error', evidence, knownValues(asked));
}

/**
 * A time taken on another class of machine, or on an unknown one, tells nothing of the model: inconclusive, never a pass
 * and no failure either. `null` where both sides had the same, and for what is no time.
 */
export function otherHardware(asked: RuleCase, policy: Policy): RuleResult | null {
  const { rule, candidate, baseline } = asked;
  if (baseline === null || !isTime(rule.metric, declarationOf(rule.metric, policy.metrics))) return null;
  const [here, there] = [candidate.hardware, baseline.hardware];
  if (here !== null && here === there) return null;
  const sentence =
    `${labelOf(asked)} is a time, and times are compared on the same hardware only: ` +
    `the candidate ran on ${here ?? 'unknown hardware'}, the baseline on ${there ?? 'unknown hardware'}. ` +
    'Let runners of one class measure it.';
  const evidence: Evidence = { ...bare(asked, policy), sentence, state: 'hardware-changed' };
  return resultOf(asked, 'inconclusive', evidence, knownValues(asked));
}

/** A margin without anything to compare with: not judged. */
export function notJudged(asked: RuleCase, policy: Policy, reason: string): RuleResult {
  const evidence: Evidence = {
    ...bare(asked, policy),
    sentence: `Not judged: ${reason}`,
    state: 'no-baseline',
  };
  return resultOf(asked, null, evidence, knownValues(asked));
}

/** Evidence without numbers, to be filled in. */
export function bare(asked: RuleCase, policy: Policy): Omit<Evidence, 'sentence' | 'state'> {
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

/** The result of a rule of the policy at hand. */
export function resultOf(
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
