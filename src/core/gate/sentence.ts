import { likelyWorse, requirementOf } from './algebra.ts';
import type { Bounds } from './bounds.ts';
import type { RuleCase } from './case.ts';
import { figure, grouped, percent } from './figure.ts';
import type { Basis } from './repeats.ts';
import type { RowsFacts } from './row-facts.ts';
import type { Policy, Verdict } from './types.ts';

interface Values {
  candidate: number;
  baseline: number | null;
}

const LEAK = 'look for test rows among those trained on, or for the label among the inputs';

/** The sentence behind a verdict on rows: what moved, how surely, what is allowed, and what follows. */
export function intervalSentence(
  asked: RuleCase,
  values: Values,
  found: Bounds,
  facts: RowsFacts,
  policy: Policy,
): string {
  const spread = found.interval ? (found.interval[1] - found.interval[0]) / 2 : null;
  const moved = movement(asked, values, spread);
  if (found.method === 'identical')
    return `${moved} Both models answer every row alike. ${answer(asked, found.verdict)}`;
  const level = `${percent(1 - 2 * policy.alpha)} interval`;
  const size = `n = ${grouped(facts.n)}${facts.seeds === null ? '' : `, mean of ${facts.seeds} training seeds`}`;
  const range = found.interval
    ? ` (${level} ${signed(asked, found.interval[0], spread)} to ${signed(asked, found.interval[1], spread)}, ${size})`
    : ` (no interval, ${size})`;
  const stated = `${moved.slice(0, -1)}${range}.`;
  if (found.verdict !== 'inconclusive') return `${stated} ${answer(asked, found.verdict)}`;
  if (found.weak !== null) return `${stated} This cannot decide: ${found.weak}.`;
  return `${stated} ${unsure(asked, found.estimate, 'too few rows to tell')}`;
}

/** The sentence behind a verdict on values without rows, by what these are known to vary by. */
export function uncertainSentence(
  asked: RuleCase,
  values: Values,
  judged: {
    verdict: Verdict;
    estimate: number;
    interval: [number, number] | null;
    basis: Basis;
    /** Why nothing can be decided, where that is so. */
    weak: string | null;
  },
  { alpha }: Policy,
): string {
  const { verdict, estimate, interval, basis, weak } = judged;
  const { n, what, mean } = basis;
  const spread = interval && (interval[1] - interval[0]) / 2;
  const range = interval
    ? `${percent(1 - 2 * alpha)} interval ${signed(asked, interval[0], spread)} to ${signed(asked, interval[1], spread)}`
    : 'no interval';
  const moved = movement(asked, values, spread);
  const stated =
    mean === null
      ? [`${moved.slice(0, -1)} (${range}, ${n === null ? `by ${what}` : `${n} ${what}`}).`]
      : [
          moved,
          `Judged against the mean of ${n} ${what}, ${figure(mean, spread)}: ${signed(asked, estimate, spread)} (${range}).`,
        ];
  if (n === null && asked.baseline)
    stated.push('Both values are taken as independent, which is cautious on the same rows.');
  if (verdict !== 'inconclusive') return [...stated, answer(asked, verdict)].join(' ');
  if (weak !== null) return [...stated, `This cannot decide: ${weak}.`].join(' ');
  const few = n === null ? 'the standard errors are too large to tell' : `too few ${what} to tell`;
  return [...stated, unsure(asked, estimate, few)].join(' ');
}

/** Which way an interval that cannot decide leans; `few` says what there is too little of where it leans to the good. */
function unsure(asked: RuleCase, estimate: number, few: string): string {
  const likely = likelyWorse(estimate, requirementOf(asked.rule, asked.subject.direction));
  const leans = asked.rule.kind === 'too-good' ? 'likely so' : 'likely worse';
  return `${allowed(asked)}: ${likely ? `${leans}, but not surely` : few}.`;
}

/** The sentence behind a verdict on bare numbers. */
export function pointSentence(asked: RuleCase, values: Values, verdict: Verdict): string {
  return `${movement(asked, values, null)} ${answer(asked, verdict)}`;
}

function movement({ subject, baseline, rule }: RuleCase, values: Values, spread: number | null): string {
  const label = subject.slice === null ? subject.name : `${subject.name} (${subject.slice})`;
  const candidate = figure(values.candidate, spread);
  if (baseline === null || values.baseline === null) return `${label} is ${candidate}.`;
  const before = figure(values.baseline, spread);
  const delta = values.candidate - values.baseline;
  if (delta === 0) return `${label} stayed at ${candidate}.`;
  const verb = delta > 0 ? 'rose' : 'fell';
  const contrast = rule.relative ? '; judged is how much better it is than the worst allowed' : '';
  return `${label} ${verb} by ${figure(Math.abs(delta), spread)} from ${before} to ${candidate}${contrast}.`;
}

function answer(asked: RuleCase, verdict: Verdict): string {
  if (verdict === 'pass') return `${allowed(asked)}.`;
  if (asked.rule.kind === 'too-good') return `${allowed(asked)}: ${LEAK}.`;
  return asked.baseline
    ? `That is more than allowed (${limit(asked)}).`
    : `${allowed(asked)}: does not hold.`;
}

function allowed(asked: RuleCase): string {
  const { rule, subject } = asked;
  if (rule.kind === 'min') return `At least ${rule.amount} is required`;
  if (rule.kind === 'too-good')
    return `${subject.direction === 'lower' ? 'Less' : 'More'} than ${rule.amount} is too good to be true`;
  if (rule.kind === 'max') return `At most ${rule.amount} is allowed`;
  return `A ${limit(asked)} is allowed`;
}

function limit({ rule }: RuleCase): string {
  const amount = rule.relative
    ? `${Number((rule.amount * 100).toPrecision(6))} % of the baseline`
    : String(rule.amount);
  return `${rule.kind === 'max-drop' ? 'drop' : 'rise'} of up to ${amount}`;
}

/** Bars show values as they are; differences carry their sign. */
function signed({ baseline }: RuleCase, value: number, spread: number | null): string {
  const text = figure(value, spread);
  return baseline && value > 0 ? `+${text}` : text;
}
