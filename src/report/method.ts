import { jointPower } from '../core/gate/power.ts';
import { FEWEST_SEEDS } from '../core/gate/seeds.ts';
import type { Evidence, EvidenceMethod, RuleResult } from '../core/gate/types.ts';
import { blocks, bullets, fold, small } from './blocks.ts';
import { code, inline } from './escape.ts';
import { countOf, formatCount, formatExact, formatPercent } from './numbers.ts';
import { jointSentence } from './plan.ts';
import { marginOf, ruleWords } from './rules.ts';
import type { ModelReport } from './types.ts';
import { rankOf, verdictCell } from './words.ts';

const SENTENCE_LIMIT = 600;

const METHODS: Readonly<Record<EvidenceMethod, string>> = {
  identical: 'identical predictions',
  tango: 'Tango score interval',
  delong: 'DeLong interval',
  bca: 'paired BCa bootstrap',
  percentile: 'paired percentile bootstrap',
  'corrected-t': 'corrected resampled t',
  'paired-t': 'paired t',
  z: 'z interval of stated standard errors',
  'prediction-interval': 'prediction interval of earlier runs',
  wilson: 'Wilson score interval',
  point: 'plain values, no interval',
};

/** What `n` counts where it is not rows. */
const UNITS: Readonly<Partial<Record<EvidenceMethod, string>>> = {
  'corrected-t': ' splits',
  'paired-t': ' seeds',
  'prediction-interval': ' earlier runs',
};

/** Methods by which one artefact is judged against another, row by row. */
const ONE_ARTEFACT: ReadonlySet<EvidenceMethod> = new Set(['tango', 'delong', 'bca', 'percentile']);

/** How each verdict came about, in sentences and in the figures behind them. */
export function methodSection(model: ModelReport): string {
  if (model.rules.length === 0) return '';
  const sorted = [...model.rules].sort((a, b) => rankOf(a) - rankOf(b));
  return fold(
    'How it was judged',
    blocks([bullets(sorted.map(ruleLine)), artefactLine(model), powerLine(model), policyLine(model)]),
  );
}

function ruleLine(result: RuleResult): string {
  const { rule, evidence } = result;
  const sentence = inline(evidence.sentence, SENTENCE_LIMIT);
  const lead = `${verdictCell(result.verdict, rule.level)} · ${ruleWords(rule)}`;
  return [lead, sentence, small(figures(evidence, marginOf(rule)))]
    .filter((part) => part !== '')
    .join('<br>');
}

function figures(evidence: Evidence, margin: string): string {
  const { mde } = evidence;
  return [
    METHODS[evidence.method],
    evidence.n === null ? '' : `n ${formatCount(evidence.n)}${UNITS[evidence.method] ?? ''}`,
    `margin ${margin}`,
    mde === null
      ? ''
      : `smallest effect seen at 80\u00a0% power: ${short(mde.pass)} to pass, ${short(mde.fail)} to fail`,
    evidence.p === undefined ? '' : `p ${short(evidence.p)}`,
    evidence.pFail === undefined ? '' : failChance(evidence.pFail, evidence.pFailAdjusted),
    evidence.discordant === undefined
      ? ''
      : `discordant rows ${evidence.discordant.map(formatCount).join(' / ')}`,
    evidence.seed === null ? '' : `seed ${code(evidence.seed)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function failChance(alone: number, adjusted: number | undefined): string {
  const several = adjusted === undefined || adjusted === alone ? '' : `, of all rules ${short(adjusted)}`;
  return `fails from level ${short(alone)}${several}`;
}

/** Two significant digits. */
function short(value: number): string {
  return formatExact(Number(value.toPrecision(2)));
}

/** Paired rows say how this model differs from that one, and not how their pipelines do: said once, where it applies. */
function artefactLine({ rules, policy, baseline }: ModelReport): string {
  const alone = rules.some(({ rule, evidence }) => {
    const onRows = ONE_ARTEFACT.has(evidence.method) && evidence.seeds === undefined;
    return onRows && rule.kind.startsWith('max-');
  });
  if (!alone || policy === null || baseline === null) return '';
  const { seeds } = policy;
  const few =
    seeds.length < FEWEST_SEEDS ? `${FEWEST_SEEDS} seeds are the fewest that tell` : 'the baseline has fewer';
  const why = seeds.length === 0 ? '' : ` (${seeds.length} training seeds are asked for; ${few})`;
  return small(`This judges this artefact only, not the change: another training seed could differ${why}.`);
}

function powerLine({ rules, policy }: ModelReport): string {
  const joint = policy && jointPower(rules, policy.alpha);
  return joint === null ? '' : small(jointSentence(joint));
}

function policyLine(model: ModelReport): string {
  const { policy } = model;
  if (policy === null) return '';
  const parts = [
    `α ${formatExact(policy.alpha)} per side, so intervals are ${formatPercent(1 - 2 * policy.alpha)}`,
    `inconclusive: ${policy.onInconclusive}`,
    `test rows changed: ${policy.onRowsChanged}`,
    `baseline: ${inline(policy.baseline)}`,
    model.judgedOnRows === null ? '' : `these rows have judged ${countOf(model.judgedOnRows, 'candidate')}`,
    model.attempt === null ? '' : `attempt ${model.attempt.number} of this pull request`,
    policy.dryRun ? 'dry run' : '',
  ];
  return small(parts.filter((part) => part !== '').join(' · '));
}
