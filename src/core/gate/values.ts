import type { Metric, MetricValue, PredictionTable } from '../metrics/types.ts';
import { contrastOf, judgePoint, requirementOf, tidy } from './algebra.ts';
import { marginOf } from './interval.ts';
import type { JudgedSide, RuleCase } from './judge.ts';
import { pointSentence } from './sentence.ts';
import { absence, findMetric } from './subject.ts';
import type { Evidence, EvidenceState, Policy, RuleResult } from './types.ts';

/** Judges a rule on bare values (no rows on a side): a plain difference, shown as such. */
export function judgeOnValues(asked: RuleCase, policy: Policy): RuleResult {
  const { rule, subject, candidate, baseline } = asked;
  const refusal = baseline && comparableValues(candidate, baseline);
  if (refusal) return rowsRefused(asked, policy, refusal);
  const ours = valueOf(asked, candidate);
  const theirs = baseline && valueOf(asked, baseline);
  if (ours.state !== 'ok') return undecidable(asked, policy, 'candidate', ours);
  if (theirs && theirs.state !== 'ok') return undecidable(asked, policy, 'baseline', theirs);
  const values = { candidate: ours.value as number, baseline: theirs?.value ?? null };
  const estimate = tidy(contrastOf(rule, subject.direction)(values.candidate, values.baseline ?? Number.NaN));
  const verdict = judgePoint(estimate, requirementOf(rule, subject.direction));
  const sentence = `${pointSentence(asked, values, verdict)} No uncertainty is available: there are no rows.`;
  const evidence: Evidence = { ...bare(asked, policy), estimate, sentence, n: ours.n, state: 'ok' };
  return result(asked, verdict, evidence, values);
}

/** Values measured on other rows, or by other code, are no comparison; what is unknown is let through. */
function comparableValues(candidate: JudgedSide, baseline: JudgedSide): string | null {
  const differ = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  if (differ(candidate.rows, baseline.rows)) return 'The test rows changed, and only totals are known, not rows.';
  if (differ(candidate.evaluator, baseline.evaluator)) {
    return 'The code that scores changed, and only totals are known, not rows: write predictions, or record the baseline anew.';
  }
  return null;
}

function valueOf(asked: RuleCase, side: JudgedSide): MetricValue & { n: number | null } {
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
  const { name, slice } = asked.subject;
  const label = slice === null ? name : `${name} (${slice})`;
  const words: Record<string, string> = {
    nan: `${label} of the ${side} is not a number`,
    inf: `${label} of the ${side} is infinite`,
    undefined: `${label} of the ${side} is undefined on its rows (one class only, or no positive label)`,
    missing: `${label} of the ${side} is missing: ${absence(asked.subject, at.metrics, tableOf(asked, at))}`,
  };
  const sentence = `${words[value.state] ?? value.state}, so "${asked.rule.text}" cannot be judged.`;
  const evidence = { ...bare(asked, policy), sentence, state: value.state };
  return result(asked, 'error', evidence, { candidate: null, baseline: null });
}

function tableOf(asked: RuleCase, side: JudgedSide): PredictionTable | null {
  return side.table ?? asked.candidate.table;
}

/** A rule whose sides were measured on other rows. */
export function rowsRefused(asked: RuleCase, policy: Policy, why: string): RuleResult {
  const hint = 'Record the baseline on the new rows, or set "on-rows-changed: shared" on the base to judge the shared ones.';
  const evidence = { ...bare(asked, policy), sentence: `${why} ${hint}`, state: 'rows-changed' as EvidenceState };
  return result(asked, 'error', evidence, { candidate: null, baseline: null });
}

/** A margin without anything to compare with: not judged. */
export function notJudged(asked: RuleCase, policy: Policy, reason: string): RuleResult {
  const candidate = findMetric(asked.subject, asked.candidate.metrics)?.value ?? null;
  const evidence = { ...bare(asked, policy), sentence: `Not judged: ${reason}`, state: 'no-baseline' as EvidenceState };
  return result(asked, null, evidence, { candidate, baseline: null });
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
  values: { candidate: number | null; baseline: number | null },
): RuleResult {
  return { rule: asked.rule, verdict, evidence, ...values, direction: asked.subject.direction, policy: 'base' };
}
