import type { Metric, MetricValue } from '../metrics/types.ts';
import { tidy } from '../stats/tidy.ts';
import { contrastOf, judgePoint, requirementOf } from './algebra.ts';
import type { Values } from './bounds.ts';
import type { JudgedSide, RuleCase } from './case.ts';
import { earlierBasis } from './earlier.ts';
import { statedBasis } from './repeats.ts';
import { pointSentence } from './sentence.ts';
import { findMetric } from './subject.ts';
import type { Evidence, Policy, RuleResult, Verdict } from './types.ts';
import { uncertainEvidence } from './uncertain.ts';
import { bare, negativeBase, otherHardware, resultOf, rowsRefused, undecidable } from './unjudged.ts';

/**
 * Judges a rule on values without rows (on one side, or on both): by what the sides' files say these vary by, else by
 * the spread of earlier runs, else by a plain difference, shown as such.
 */
export function judgeOnValues(asked: RuleCase, policy: Policy): RuleResult {
  const { rule, candidate, baseline } = asked;
  const refusal = baseline && comparableValues(candidate, baseline);
  if (refusal) return rowsRefused(asked, policy, refusal);
  const ours = sideValue(asked, candidate);
  const theirs = baseline && sideValue(asked, baseline);
  if (ours.state !== 'ok') return undecidable(asked, policy, 'candidate', ours);
  if (theirs && theirs.state !== 'ok') return undecidable(asked, policy, 'baseline', theirs);
  const elsewhere = otherHardware(asked, policy);
  if (elsewhere) return elsewhere;
  const values = { candidate: ours.value as number, baseline: theirs?.value ?? null };
  const baseless = negativeBase(asked, policy, values);
  if (baseless) return baseless;
  const said = statedBasis(asked, ours, theirs);
  const basis = rule.judge === 'point' ? null : (said ?? earlierBasis(asked, policy));
  const judged =
    basis === null
      ? pointEvidence(asked, values, ours.n, said === null, policy)
      : (sameModelEvidence(asked, values, policy) ?? uncertainEvidence(asked, values, basis, policy));
  return resultOf(asked, judged.verdict, judged.evidence, values);
}

function pointEvidence(
  asked: RuleCase,
  values: Values,
  n: number | null,
  unknown: boolean,
  policy: Policy,
): { verdict: Verdict; evidence: Evidence } {
  const { estimate, verdict } = plainAnswer(asked, values);
  const why = unknown
    ? 'No uncertainty is available for plain numbers.'
    : 'The rule asks for the plain difference, whatever it varies by.';
  const sentence = `${pointSentence(asked, values, verdict)} ${why}`;
  return { verdict, evidence: { ...bare(asked, policy), estimate, sentence, n, state: 'ok' } };
}

/** Equal values of models that are equal byte by byte differ by nothing; `null` where that is not so. */
function sameModelEvidence(
  asked: RuleCase,
  values: Values,
  policy: Policy,
): { verdict: Verdict; evidence: Evidence } | null {
  const { candidate, baseline } = asked;
  const same = candidate.model !== null && candidate.model === baseline?.model;
  if (!same || values.candidate !== values.baseline) return null;
  const { estimate, verdict } = plainAnswer(asked, values);
  const sentence = `${pointSentence(asked, values, verdict)} Both models are the same, byte by byte.`;
  const interval: [number, number] = [estimate, estimate];
  const evidence = { ...bare(asked, policy), estimate, interval, sentence, state: 'ok' } as const;
  return { verdict, evidence: { ...evidence, method: 'identical' } };
}

function plainAnswer({ rule, subject }: RuleCase, values: Values): { estimate: number; verdict: Verdict } {
  const contrast = contrastOf(rule, subject.direction);
  const estimate = tidy(contrast(values.candidate, values.baseline ?? Number.NaN));
  return { estimate, verdict: judgePoint(estimate, requirementOf(rule, subject.direction)) };
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

type Measured = MetricValue & Pick<Metric, 'n' | 'uncertainty'>;

function sideValue(asked: RuleCase, side: JudgedSide): Measured {
  return findMetric(asked.subject, side.metrics) ?? { value: null, state: 'missing', n: null };
}
