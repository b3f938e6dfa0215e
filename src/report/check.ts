import type { Conclusion, Outcome, RuleResult } from '../core/gate/types.ts';
import { blocks } from './blocks.ts';
import { compose } from './compose.ts';
import { plain } from './escape.ts';
import { headline, verdictLine, worstFirst } from './headline.ts';
import { marginOf } from './rules.ts';
import { utf8Bytes } from './summary.ts';
import type { ModelReport, Report } from './types.ts';
import { outcomeWords, rankOf } from './words.ts';

/** GitHub's limit for a check's summary and text, each, less room for line ends. */
const CHECK_UNITS = 65_000;
const TITLE_LIMIT = 140;
const MESSAGE_LIMIT = 1000;

export interface CheckAnnotation {
  path: string;
  line: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

export interface CheckOutput {
  title: string;
  summary: string;
  text: string;
  conclusion: Conclusion;
  annotations: CheckAnnotation[];
}

/**
 * Output of a check run: of the whole report (`model` null) or of one model. `configPath` is the configuration
 * file relative to the repository, where annotations go; null or an absolute path gives none.
 */
export function renderCheck(
  report: Report,
  model: ModelReport | null,
  configPath: string | null,
): CheckOutput {
  const outcome = model?.outcome ?? report.outcome;
  const part: Report = model === null ? report : { ...report, models: [model], outcome };
  return {
    title: title(outcome, part.models),
    summary: summary(part),
    text: compose(part, {
      limit: CHECK_UNITS,
      measure: utf8Bytes,
      opening: '',
      elsewhere: 'the job summary',
    }),
    conclusion: outcome.conclusion,
    annotations: annotations(part.models, relative(configPath)),
  };
}

/** `Fail: roc_auc max-drop 0.005 (churn)`: the verdict and the rule that decided it. */
function title(outcome: Outcome, models: readonly ModelReport[]): string {
  const { word } = outcomeWords(outcome);
  const worst = worstFirst(models)[0];
  const decider = worst === undefined ? undefined : decidingRule(worst);
  if (decider === undefined) return plain(`${word}: ${outcome.sentence}`, TITLE_LIMIT);
  const others = models.length > 1 ? ` (${plain(worst?.model ?? '', 40)})` : '';
  return plain(`${word}: ${ruleText(decider)}${others}`, TITLE_LIMIT);
}

function decidingRule(model: ModelReport): RuleResult | undefined {
  const worst = [...model.rules].sort((a, b) => rankOf(a) - rankOf(b))[0];
  return worst === undefined || worst.verdict === 'pass' || worst.verdict === null ? undefined : worst;
}

function ruleText({ rule }: RuleResult): string {
  const where = rule.slice === null ? '' : ` where ${plain(rule.slice, 60)}`;
  return `${plain(rule.metric, 60)} ${rule.kind} ${marginOf(rule)}${where}`;
}

function summary(report: Report): string {
  const lines: string[] = [];
  let room = CHECK_UNITS - utf8Bytes(headline(report));
  for (const model of report.models.length > 1 ? worstFirst(report.models) : []) {
    const line = verdictLine(model);
    room -= utf8Bytes(line) + 2;
    if (room < 0) break;
    lines.push(line);
  }
  return `${blocks([headline(report), ...lines])}\n`;
}

/** A path inside the repository with forward slashes, or null. */
function relative(path: string | null): string | null {
  if (path === null) return null;
  const slashed = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  return /^(?:\/|[A-Za-z]:)|(?:^|\/)\.\.(?:\/|$)/.test(slashed) || slashed === '' ? null : slashed;
}

/** One for each rule that did not pass, on its line in the configuration. */
function annotations(models: readonly ModelReport[], path: string | null): CheckAnnotation[] {
  if (path === null) return [];
  return worstFirst(models).flatMap((model) =>
    [...model.rules]
      .sort((a, b) => rankOf(a) - rankOf(b))
      .flatMap((result) => annotation(model, result, path)),
  );
}

function annotation(model: ModelReport, result: RuleResult, path: string): CheckAnnotation[] {
  const { rule, verdict, evidence } = result;
  if (rule.line === null || verdict === null || verdict === 'pass') return [];
  return [
    {
      path,
      line: rule.line,
      level: levelOf(model, result),
      title: plain(`${verdict}: ${ruleText(result)}`, TITLE_LIMIT),
      message: plain(`${model.model}: ${evidence.sentence}`, MESSAGE_LIMIT),
    },
  ];
}

/** Red only for what blocks. */
function levelOf(model: ModelReport, { rule, verdict }: RuleResult): CheckAnnotation['level'] {
  if (
    model.outcome.conclusion === 'success' ||
    model.outcome.conclusion === 'neutral' ||
    rule.level === 'warn'
  )
    return 'warning';
  return verdict === 'inconclusive' && model.policy?.onInconclusive !== 'block' ? 'warning' : 'failure';
}
