import type { Metric, PredictionTable } from '../metrics/types.ts';
import { type RowPair, rowPair } from './pair.ts';
import { judgeOnRows } from './rows.ts';
import { judgeOnValues, notJudged, rowsRefused } from './values.ts';
import { type Subject, subjectOf } from './subject.ts';
import type { Policy, Rule, RuleResult } from './types.ts';

/** One side ready to be judged. `metrics` are settled: where rows answer, no value from a file is left. */
export interface JudgedSide {
  metrics: readonly Metric[];
  table: PredictionTable | null;
  /** Digest of ids and labels of the test rows; `null` when unknown. */
  rows: string | null;
  /** Digest of the code that scores; `null` when unknown. */
  evaluator: string | null;
  /** Digest of the model's bytes; equal on both sides = the same model. */
  model: string | null;
}

/** A baseline, or the reason why there is none, as one plain sentence. */
export type JudgedBaseline = { side: JudgedSide } | { side: null; reason: string };

export interface JudgeRequest {
  policy: Policy;
  candidate: JudgedSide;
  /** By mode: `policy.baseline` and every rule's `against` are keys. */
  baselines: ReadonlyMap<string, JudgedBaseline>;
}

/** A rule with everything decided but its numbers. */
export interface RuleCase {
  rule: Rule;
  subject: Subject;
  candidate: JudgedSide;
  /** `null` for a bar. */
  baseline: JudgedSide | null;
}

/**
 * Judges every rule of a policy, in the policy's order. Rules on rows get an interval, all rules of the same pair of
 * sides from the same resamples; rules on bare values a plain difference. A value that is missing or not a number,
 * and rows that differ, are `error`; no baseline is `verdict: null`. A margin against a metric's direction is a
 * ConfigError.
 */
export function judgeRules(request: JudgeRequest): RuleResult[] {
  const { policy, candidate } = request;
  const results = new Map<Rule, RuleResult>();
  const onRows = new Map<JudgedSide | null, RuleCase[]>();
  for (const rule of policy.rules) {
    const found = isBar(rule) ? { side: null } : baselineOf(request, rule);
    const sides = [candidate.metrics, ...(found.side ? [found.side.metrics] : [])];
    const asked: RuleCase = { rule, subject: subjectOf(rule, policy, sides), candidate, baseline: found.side };
    if (!isBar(rule) && found.side === null && 'reason' in found) {
      results.set(rule, notJudged(asked, policy, found.reason));
    } else if (candidate.table && (isBar(rule) || found.side?.table)) {
      const list = onRows.get(found.side) ?? [];
      onRows.set(found.side, [...list, asked]);
    } else {
      results.set(rule, judgeOnValues(asked, policy));
    }
  }
  for (const [baseline, cases] of onRows) {
    for (const result of judgePair(cases, rowPair(candidate, baseline, policy), policy)) results.set(result.rule, result);
  }
  return policy.rules.map((rule) => results.get(rule) as RuleResult);
}

function judgePair(cases: readonly RuleCase[], pair: RowPair, policy: Policy): RuleResult[] {
  if (pair.refusal !== null) return cases.map((asked) => rowsRefused(asked, policy, pair.refusal as string));
  return judgeOnRows(cases, pair, policy);
}

function isBar(rule: Rule): boolean {
  return rule.kind === 'min' || rule.kind === 'max';
}

function baselineOf({ policy, baselines }: JudgeRequest, rule: Rule): JudgedBaseline {
  const mode = rule.against ?? policy.baseline;
  return baselines.get(mode) ?? { side: null, reason: `No baseline "${mode}" was looked for.` };
}
