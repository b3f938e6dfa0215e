import { parseMetricName } from '../metrics/names.ts';
import { canonicalSlice } from '../metrics/slice-name.ts';
import { ruleText } from './rule.ts';
import type { PolicyChange, Rule } from './types.ts';

/** What a rule is about, the same for every spelling of its metric and slice. */
export function subjectKey(rule: Rule): string {
  const slice = rule.slice === null ? null : canonicalSlice(rule.slice);
  return JSON.stringify([parseMetricName(rule.metric).name, slice, rule.kind]);
}

/** All that a rule asks, however it is spelt and wherever it is written: equal keys are the same rule. */
export function ruleKey(rule: Rule): string {
  return JSON.stringify([subjectKey(rule), rule.amount, rule.relative, rule.level, rule.against, rule.judge]);
}

/** Whether `head` blocks everything that `base` blocks; both are about the same subject. `false` where unsure. */
export function isAtLeastAsStrict(head: Rule, base: Rule): boolean {
  if (head.relative !== base.relative || head.against !== base.against || head.judge !== base.judge)
    return false;
  if (head.level === 'warn' && base.level === 'fail') return false;
  if (base.kind === 'too-good') return head.amount === base.amount;
  return base.kind === 'min' ? head.amount >= base.amount : head.amount <= base.amount;
}

/**
 * Differences of rules: each rule of the base is matched with one of the head's about the same subject, a strict
 * enough one if there is any. A rule without a match was removed (loosened, unless another one left in place asks as
 * much) or added (tightened).
 */
export function diffRules(base: readonly Rule[], head: readonly Rule[]): PolicyChange[] {
  const [gone, fresh] = withoutEqual(base, head);
  const changes = gone.map((rule) => {
    const match = takeMatch(rule, fresh);
    if (match) return change(rule, match, isAtLeastAsStrict(match, rule) ? 'tightened' : 'loosened');
    const kept = head.some(
      (other) => subjectKey(other) === subjectKey(rule) && isAtLeastAsStrict(other, rule),
    );
    return change(rule, null, kept ? 'neutral' : 'loosened');
  });
  return [...changes, ...fresh.map((rule) => change(null, rule, 'tightened'))];
}

/** Both lists without the rules that stand in both, each counted as often as it is there. */
function withoutEqual(base: readonly Rule[], head: readonly Rule[]): [Rule[], Rule[]] {
  const fresh = [...head];
  const gone = base.filter((rule) => {
    const at = fresh.findIndex((other) => ruleKey(other) === ruleKey(rule));
    if (at >= 0) fresh.splice(at, 1);
    return at < 0;
  });
  return [gone, fresh];
}

/** Takes the match of a rule out of `fresh`. */
function takeMatch(rule: Rule, fresh: Rule[]): Rule | null {
  const alike = fresh.filter((other) => subjectKey(other) === subjectKey(rule));
  const match = alike.find((other) => isAtLeastAsStrict(other, rule)) ?? alike[0];
  if (match === undefined) return null;
  fresh.splice(fresh.indexOf(match), 1);
  return match;
}

function change(base: Rule | null, head: Rule | null, effect: PolicyChange['effect']): PolicyChange {
  return {
    what: subjectText((base ?? head) as Rule),
    base: base && demandText(base),
    head: head && demandText(head),
    effect,
  };
}

function subjectText({ metric, slice, kind }: Rule): string {
  return `${metric}${slice === null ? '' : `[${slice}]`}:${kind}`;
}

/** What stands after `metric:kind=` in the rule's canonical text. */
function demandText(rule: Rule): string {
  return ruleText(rule).slice(subjectText(rule).length + 1);
}
