import type { EarlierRun, JudgedSide, RuleCase } from './case.ts';
import { forEverySlice } from './every-slice.ts';
import { type RowPair, rowPair } from './pair.ts';
import { judgeOnRows } from './rows.ts';
import { isBar } from './rule.ts';
import { adjustForSeveral } from './several.ts';
import { subjectOf } from './subject.ts';
import type { Policy, Rule, RuleResult } from './types.ts';
import { notJudged, rowsRefused } from './unjudged.ts';
import { judgeOnValues } from './values.ts';

/** A baseline, or the reason why there is none, as one plain sentence. */
export type JudgedBaseline = { side: JudgedSide } | { side: null; reason: string };

export interface JudgeRequest {
  policy: Policy;
  candidate: JudgedSide;
  /** By mode: `policy.baseline` and every rule's `against` are keys. */
  baselines: ReadonlyMap<string, JudgedBaseline>;
  /** Recorded runs of the default branch, each once, newest first: single numbers are judged by their spread. */
  earlier?: readonly EarlierRun[];
}

/** Baselines that stand for the default branch as it is, and not for one run of it. */
const OF_DEFAULT_BRANCH = ['auto', 'base'];

/**
 * Judges every rule of a policy, in the policy's order; one about every value of a slice column becomes one for each.
 * Rules on rows get an interval, rules on values without rows one from what these are known to vary by, else a plain
 * difference. Failures are adjusted for the number of rules. A value that is missing or not a number, and rows that
 * differ, are `error`; no baseline is `verdict: null`. A margin against a metric's direction is a ConfigError.
 */
export function judgeRules(request: JudgeRequest): RuleResult[] {
  const { candidate } = request;
  const { predictions } = request.policy;
  const rules = request.policy.rules.flatMap((rule) => forEverySlice(rule, candidate.table, predictions));
  const policy = { ...request.policy, rules };
  const results = new Map<Rule, RuleResult>();
  const onRows = new Map<JudgedSide | null, RuleCase[]>();
  for (const rule of rules) {
    const { asked, reason } = caseOf(request, rule);
    if (reason !== null) results.set(rule, notJudged(asked, policy, reason));
    else if (hasRows(asked)) onRows.set(asked.baseline, [...(onRows.get(asked.baseline) ?? []), asked]);
    else results.set(rule, judgeOnValues(asked, policy));
  }
  for (const [baseline, cases] of onRows) {
    const judged = judgePair(cases, rowPair(candidate, baseline, policy), policy);
    for (const result of judged) results.set(result.rule, result);
  }
  const inOrder = rules.map((rule) => results.get(rule) as RuleResult);
  return adjustForSeveral(inOrder, policy.alpha);
}

/** The rule with its sides; `reason` says why it has no baseline although it needs one. */
function caseOf(request: JudgeRequest, rule: Rule): { asked: RuleCase; reason: string | null } {
  const { policy, candidate } = request;
  const found = isBar(rule.kind) ? null : baselineOf(request, rule);
  const baseline = found?.side ?? null;
  const sides = [candidate.metrics, ...(baseline ? [baseline.metrics] : [])];
  const ofBranch = OF_DEFAULT_BRANCH.includes(rule.against ?? policy.baseline);
  const earlier = ofBranch ? (request.earlier ?? []) : [];
  return {
    asked: { rule, subject: subjectOf(rule, policy, sides), candidate, baseline, earlier },
    reason: found !== null && found.side === null ? found.reason : null,
  };
}

function hasRows({ candidate, baseline }: RuleCase): boolean {
  return candidate.table !== null && (baseline === null || baseline.table !== null);
}

function judgePair(cases: readonly RuleCase[], pair: RowPair, policy: Policy): RuleResult[] {
  if (pair.refusal !== null) return cases.map((asked) => rowsRefused(asked, policy, pair.refusal as string));
  return judgeOnRows(cases, pair, policy);
}

function baselineOf({ policy, baselines }: JudgeRequest, rule: Rule): JudgedBaseline {
  const mode = rule.against ?? policy.baseline;
  return baselines.get(mode) ?? { side: null, reason: `No baseline "${mode}" was looked for.` };
}
