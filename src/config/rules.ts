import { ConfigError } from '../core/errors.ts';
import { amountProblem, parseAmount, RULE_KINDS, ruleText } from '../core/gate/rule.ts';
import type { Policy, Rule, RuleKind } from '../core/gate/types.ts';
import { directionOf, parseMetricName } from '../core/metrics/names.ts';
import { canonicalSlice, formatSlice, parseSlice } from '../core/metrics/slice-name.ts';
import type { Direction } from '../core/metrics/types.ts';
import type { RuleSection } from '../schema/trainyard.types.ts';
import { type Problem, quoted, step } from './problems.ts';
import { asWritten, type YamlTree } from './yaml.ts';

/**
 * One canonical rule for each requirement of each entry, in the order written; an entry's own as min, max, max-drop,
 * max-rise. `at` is the pointer of the list. Amounts that make no sense and rules against a metric's direction are
 * problems; a metric of unknown direction is none here.
 */
export function rulesOf(
  entries: readonly RuleSection[],
  at: string,
  declared: Policy['metrics'],
  tree: YamlTree,
): { rules: Rule[]; problems: Problem[] } {
  const rules: Rule[] = [];
  const problems: Problem[] = [];
  for (const [i, entry] of entries.entries()) {
    const found = entryRules(entry, step(at, i), tree);
    rules.push(...found.rules);
    problems.push(...found.problems, ...directionProblems(entry, step(at, i), declared, tree));
  }
  return { rules, problems };
}

function entryRules(entry: RuleSection, at: string, tree: YamlTree): { rules: Rule[]; problems: Problem[] } {
  const slice = sliceOf(entry.slice, step(at, 'slice'), tree);
  if (typeof slice === 'object' && slice !== null) return { rules: [], problems: [slice] };
  const common = {
    metric: entry.metric,
    slice,
    level: entry.level ?? 'fail',
    against: entry.against === undefined ? null : asWritten(entry.against, step(at, 'against'), tree),
    judge: entry.judge ?? 'interval',
    line: tree.locate(at, 'value').line ?? null,
  } as const;
  const rules: Rule[] = [];
  const problems: Problem[] = [];
  for (const kind of RULE_KINDS) {
    const written = entry[kind];
    if (written === undefined) continue;
    const amount = amountOf(kind, written);
    if ('message' in amount) {
      problems.push({ place: tree.locate(step(at, kind)), ...amount });
      continue;
    }
    const rule = { ...common, kind, ...amount };
    rules.push({ text: ruleText(rule), ...rule });
  }
  if (entry.min !== undefined && entry.max !== undefined && entry.min > entry.max) {
    const message = `No value of ${quoted(entry.metric)} is both at least ${entry.min} and at most ${entry.max}.`;
    problems.push({ place: tree.locate(step(at, 'max')), message, hint: 'Exchange or correct min and max.' });
  }
  return { rules, problems };
}

/** The amount, or what is wrong with it. */
function amountOf(
  kind: RuleKind,
  written: number | string,
): Pick<Rule, 'amount' | 'relative'> | Omit<Problem, 'place'> {
  try {
    const parsed = parseAmount(written);
    const message = amountProblem(kind, parsed.amount, parsed.relative);
    return message === null ? parsed : { message };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { message: error.message, ...(error.expected !== undefined && { expected: error.expected }) };
  }
}

/** The slice in its one spelling, or what is wrong with it. */
function sliceOf(slice: RuleSection['slice'], at: string, tree: YamlTree): string | Problem | null {
  if (slice === undefined) return null;
  if (typeof slice === 'string') {
    if (parseSlice(slice) !== null) return canonicalSlice(slice);
    const expected = '`column=value`, several joined by ` & `, or a map from column to value';
    return { place: tree.locate(at), message: `The slice ${quoted(slice)} is not understood.`, expected };
  }
  const terms = Object.entries(slice).map(([column, value]) => ({
    column,
    value: asWritten(value, step(at, column), tree),
  }));
  return formatSlice(terms);
}

/** `max-drop` says something only where higher is better, `max-rise` only where lower is. */
function directionProblems(
  entry: RuleSection,
  at: string,
  declared: Policy['metrics'],
  tree: YamlTree,
): Problem[] {
  const direction = directionFor(entry.metric, declared);
  const [wrong, right, better] =
    direction === 'lower'
      ? (['max-drop', 'max-rise', 'lower'] as const)
      : (['max-rise', 'max-drop', 'higher'] as const);
  if (direction === null || entry[wrong] === undefined) return [];
  return [
    {
      place: tree.locate(step(at, wrong), 'key'),
      message: `"${wrong}" says nothing about ${quoted(entry.metric)}: ${better} is better.`,
      expected: `"${right}"`,
      hint: `Write ${right}, or declare the direction under "metrics".`,
    },
  ];
}

/** The direction declared for the metric, by its own spelling or another of the same metric, else the known one. */
function directionFor(metric: string, declared: Policy['metrics']): Direction | null {
  const own = declared[metric]?.direction;
  if (own) return own;
  const { name, identity } = parseMetricName(metric);
  const alias = Object.entries(declared).find(
    ([other, { direction }]) => direction !== null && parseMetricName(other).name === name,
  );
  return alias?.[1].direction ?? directionOf(identity);
}
