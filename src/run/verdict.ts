import type { Comparison } from '../core/compare/types.ts';
import { jointPower } from '../core/gate/power.ts';
import type { Outcome, RuleResult } from '../core/gate/types.ts';
import type { ModelReport } from '../report/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';

type ModelVerdict = VerdictDocument['models'][number];

/** The verdict as a document for programs (schema/verdict.schema.json). */
export function verdictDocument(
  outcome: Outcome,
  models: readonly { report: ModelReport; verdictKey: string | null }[],
): VerdictDocument {
  return { schema: 'trainyard/verdict', version: 1, ...outcome, models: models.map(modelVerdict) };
}

function modelVerdict({
  report,
  verdictKey,
}: {
  report: ModelReport;
  verdictKey: string | null;
}): ModelVerdict {
  return {
    model: report.model,
    verdict: report.outcome.verdict,
    kind: report.outcome.kind,
    sentence: report.outcome.sentence,
    verdict_key: verdictKey,
    candidate: report.candidate.id,
    baseline: report.baseline?.id ?? null,
    rules: report.rules.map(ruleVerdict),
    metrics: metricVerdicts(report.comparison),
    ...powerOf(report),
    ...(report.judgedOnRows !== null && { judged_on_rows: report.judgedOnRows }),
    ...(report.attempt !== null && { attempt: report.attempt }),
    notes: [...report.notes],
  };
}

function powerOf({ rules, policy }: ModelReport): Pick<ModelVerdict, 'power'> {
  const joint = policy && jointPower(rules, policy.alpha);
  return joint === null ? {} : { power: joint };
}

/** A rule as programs read it: its text as given, its verdict, the evidence, and what it came to on slices. */
export function ruleVerdict({ rule, verdict, evidence, slices }: RuleResult): ModelVerdict['rules'][number] {
  if (slices === undefined) return { rule: rule.text, verdict, evidence };
  return { rule: rule.text, verdict, evidence, slices: { ...slices, slices: [...slices.slices] } };
}

/** All metrics of both sides, slices and classes only where they apply. */
export function metricVerdicts(comparison: Comparison): ModelVerdict['metrics'] {
  return comparison.metrics.map((row) => ({
    name: row.name,
    ...(row.slice !== null && { slice: row.slice }),
    ...(row.class !== null && { class: row.class }),
    candidate: row.candidate?.value ?? null,
    baseline: row.baseline?.value ?? null,
    delta: row.delta,
    direction: row.direction,
  }));
}
