import { parseRuleText } from '../../../src/core/gate/rule.ts';
import type { Evidence, Policy, Rule, RuleResult, Verdict } from '../../../src/core/gate/types.ts';

/** A policy with the rules given as on the command line, all else by default. */
export function policyWith(rules: readonly string[], over: Partial<Policy> = {}): Policy {
  return {
    rules: rules.map(parseRuleText),
    alpha: 0.05,
    onInconclusive: 'warn',
    onRowsChanged: 'error',
    drift: 'warn',
    seeds: [],
    alphaSpending: 'none',
    dryRun: false,
    baseline: 'auto',
    metrics: {},
    predictions: { task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 },
    ...over,
  };
}

/** A rule's result with bare evidence; `rule` as on the command line. */
export function resultOf(
  rule: string | Rule,
  verdict: Verdict | null,
  over: Partial<RuleResult> = {},
): RuleResult {
  const evidence: Evidence = {
    method: 'point',
    estimate: null,
    interval: null,
    level: 0.9,
    n: null,
    margin: 0,
    mde: null,
    seed: null,
    sentence: 'This is why.',
    state: verdict === null ? 'no-baseline' : 'ok',
  };
  return {
    rule: typeof rule === 'string' ? parseRuleText(rule) : rule,
    verdict,
    evidence,
    candidate: null,
    baseline: null,
    direction: 'higher',
    policy: 'base',
    ...over,
  };
}
