import { isBar, ruleText } from './rule.ts';
import { isAtLeastAsStrict, subjectKey } from './strictness.ts';
import type { Policy, Rule } from './types.ts';

/** Baselines that move with each merge: what passes against them may go down step by step. */
const moving = ['auto', 'base'];

/**
 * The rules that watch where small steps lead: each blocking margin against the base once more against the last release,
 * with the same amount and level `warn`. None for a rule that names its baseline, nor where another asks as much.
 */
export function driftRules(policy: Policy): Rule[] {
  if (policy.drift === 'off' || !moving.includes(policy.baseline)) return [];
  return policy.rules
    .filter((rule) => !isBar(rule.kind) && rule.level === 'fail' && rule.against === null)
    .map((rule): Rule => {
      const watching: Rule = { ...rule, level: 'warn', against: 'tag' };
      return { ...watching, text: ruleText(watching) };
    })
    .filter((rule) => !policy.rules.some((other) => covers(other, rule)));
}

function covers(other: Rule, rule: Rule): boolean {
  return subjectKey(other) === subjectKey(rule) && isAtLeastAsStrict(other, rule);
}
