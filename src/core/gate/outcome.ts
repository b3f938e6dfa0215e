import { worstSliceSentence } from './slice-family.ts';
import type { Outcome, OutcomeKind, Policy, PolicyChange, RuleResult, Verdict } from './types.ts';

/** What a kind means to a check and to a shell, worst first: the one table. */
const KINDS: Readonly<Record<OutcomeKind, Pick<Outcome, 'verdict' | 'conclusion' | 'exit'>>> = {
  fail: { verdict: 'fail', conclusion: 'failure', exit: 1 },
  error: { verdict: 'error', conclusion: 'failure', exit: 2 },
  upstream: { verdict: null, conclusion: 'failure', exit: 3 },
  blocked: { verdict: 'inconclusive', conclusion: 'action_required', exit: 4 },
  cancelled: { verdict: null, conclusion: 'cancelled', exit: 130 },
  inconclusive: { verdict: 'inconclusive', conclusion: 'neutral', exit: 0 },
  adoption: { verdict: null, conclusion: 'neutral', exit: 0 },
  'dry-run': { verdict: null, conclusion: 'neutral', exit: 0 },
  'not-judged': { verdict: null, conclusion: 'neutral', exit: 0 },
  'no-rules': { verdict: null, conclusion: 'neutral', exit: 0 },
  warn: { verdict: 'fail', conclusion: 'success', exit: 0 },
  pass: { verdict: 'pass', conclusion: 'success', exit: 0 },
};

const WORST_FIRST = Object.keys(KINDS) as OutcomeKind[];
const SHOWN_CHANGES = 3;

/**
 * An outcome of this kind. `verdict` is what the rules said where the kind alone does not tell
 * (adoption and dry runs show a verdict and block nothing).
 */
export function outcomeOf(
  kind: OutcomeKind,
  sentence: string,
  verdict: Verdict | null = KINDS[kind].verdict,
): Outcome {
  const { conclusion, exit } = KINDS[kind];
  return { kind, verdict, conclusion, exit, sentence };
}

export interface Situation {
  /** The policy that judges: the base's, in adoption the head's. */
  policy: Pick<Policy, 'onInconclusive' | 'dryRun'>;
  /** The base has no policy yet: the head's own is shown and blocks nothing. */
  adoption: boolean;
  hasBaseline: boolean;
  /** Changes that loosen the policy and that nobody with the right accepted. */
  loosened: readonly PolicyChange[];
}

/**
 * The outcome for one model: its worst rule decides. Rules that are not judged count only where no other is. A rule
 * of level `warn` that fails or is inconclusive only warns; one that cannot be judged is an error at any level.
 * Loosening the policy fails besides. A dry run and an adoption keep the verdict and block nothing.
 */
export function decide(results: readonly RuleResult[], situation: Situation): Outcome {
  const outcome = withLoosening(ruled(results, situation), situation.loosened);
  if (situation.adoption) {
    return outcomeOf(
      'adoption',
      `${outcome.sentence} The base has no policy yet, so nothing is blocked.`,
      outcome.verdict,
    );
  }
  if (situation.policy.dryRun) {
    return outcomeOf(
      'dry-run',
      `${outcome.sentence} This is a dry run, so nothing is blocked.`,
      outcome.verdict,
    );
  }
  return outcome;
}

function ruled(results: readonly RuleResult[], { policy, hasBaseline }: Situation): Outcome {
  const judged = results.filter(({ verdict }) => verdict !== null);
  const deciding = worst(judged.length > 0 ? judged : results, (result) => kindOf(result, policy));
  if (deciding === null) return outcomeOf('no-rules', noRules(hasBaseline));
  const kind = kindOf(deciding, policy);
  const alike = results.filter((other) => other !== deciding && kindOf(other, policy) === kind).length;
  const left = judged.length === 0 ? 0 : results.length - judged.length;
  const sentences = [
    `${deciding.rule.text} ${verb(deciding, 1)}: ${deciding.evidence.sentence}`,
    alike === 0 ? '' : `${countOf(alike, 'more rule')} ${verb(deciding, alike)}.`,
    left === 0 ? '' : `${countOf(left, 'rule')} ${left === 1 ? 'is' : 'are'} not judged.`,
    worstSliceSentence(deciding),
  ];
  return outcomeOf(kind, sentences.filter((sentence) => sentence !== '').join(' '), deciding.verdict);
}

function kindOf({ verdict, rule }: RuleResult, policy: Situation['policy']): OutcomeKind {
  if (verdict === null) return 'not-judged';
  if (verdict === 'error' || verdict === 'pass') return verdict;
  if (rule.level === 'warn') return 'warn';
  if (verdict === 'fail') return 'fail';
  return policy.onInconclusive === 'block' ? 'blocked' : 'inconclusive';
}

function verb({ verdict, rule }: RuleResult, count: number): string {
  const one = count === 1;
  if (verdict === null) return one ? 'is not judged' : 'are not judged';
  if (verdict === 'error') return 'cannot be judged';
  if (verdict === 'pass') return one ? 'holds' : 'hold';
  const warns = rule.level === 'warn' ? ', which only warns' : '';
  if (verdict === 'fail') return `${one ? 'fails' : 'fail'}${warns}`;
  return `${one ? 'is' : 'are'} inconclusive${warns}`;
}

function noRules(hasBaseline: boolean): string {
  return hasBaseline
    ? 'There are no rules: values are compared and nothing is judged.'
    : 'There are no rules and no baseline: values are shown and nothing is judged.';
}

/** Loosening is a failure of its own; a rule that fails anyway stays the reason. */
function withLoosening(outcome: Outcome, loosened: readonly PolicyChange[]): Outcome {
  if (loosened.length === 0) return outcome;
  const shown = loosened.slice(0, SHOWN_CHANGES).map(changeText).join('; ');
  const left = loosened.length - SHOWN_CHANGES;
  const sentence = `This change loosens its own gate: ${shown}${left > 0 ? `; and ${countOf(left, 'more change')}` : ''}.`;
  const order = outcome.kind === 'fail' ? [outcome.sentence, sentence] : [sentence, outcome.sentence];
  return outcomeOf('fail', order.join(' '));
}

function changeText({ what, base, head }: PolicyChange): string {
  return `${what} ${base ?? 'not set'} → ${head ?? 'removed'}`;
}

/** One outcome for all models: the worst decides, of equal ones the first; it is named when there are several. */
export function aggregate(models: readonly { model: string; outcome: Outcome }[]): Outcome {
  const deciding = worst(models, ({ outcome }) => outcome.kind);
  if (deciding === null) return outcomeOf('no-rules', 'There is no model to judge.');
  const { model, outcome } = deciding;
  return models.length === 1 ? outcome : { ...outcome, sentence: `${model}: ${outcome.sentence}` };
}

function worst<T>(items: readonly T[], kind: (item: T) => OutcomeKind): T | null {
  const rank = (item: T) => WORST_FIRST.indexOf(kind(item));
  return items.reduce<T | null>(
    (found, next) => (found !== null && rank(found) <= rank(next) ? found : next),
    null,
  );
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
