import type { Comparison } from '../core/compare/types.ts';
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
    notes: [...report.notes],
  };
}

/** A rule as programs read it: its text as given, its verdict and the evidence. */
export function ruleVerdict({ rule, verdict, evidence }: RuleResult): ModelVerdict['rules'][number] {
  return { rule: rule.text, verdict, evidence };
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
