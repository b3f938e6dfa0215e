import { ConfigError } from '../errors.ts';
import { binsOfNames } from '../metrics/bins.ts';
import { fairnessColumns } from '../metrics/fairness-name.ts';
import { columnsOfSlices, type SliceDeclaration } from '../metrics/slice-declaration.ts';
import { parseSlice } from '../metrics/slice-name.ts';
import { nearest } from '../nearest.ts';
import type { Level, Rule, RuleKind } from './types.ts';

export const RULE_KINDS: readonly RuleKind[] = ['min', 'max', 'too-good', 'max-drop', 'max-rise'];

/** Whether a rule of this kind is about the candidate alone. */
export function isBar(kind: RuleKind): boolean {
  return kind === 'min' || kind === 'max' || kind === 'too-good';
}

const FORM = 'metric:kind=amount, as roc_auc:max-drop=0.005 or accuracy[carrier=UA]:min=0.8,level=warn';
const AMOUNT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)$/i;

/**
 * An amount as users write it: `0.02` is absolute, `"2%"` a fraction of the baseline (0.02, relative).
 * Anything that is not a finite number is a ConfigError.
 */
export function parseAmount(value: number | string): { amount: number; relative: boolean } {
  const amount = readAmount(value);
  if (amount) return amount;
  throw new ConfigError(noAmount(value), { expected: 'a number such as 0.02, or a percentage such as 2%' });
}

function readAmount(value: number | string): { amount: number; relative: boolean } | null {
  const match = typeof value === 'string' ? AMOUNT.exec(value.trim()) : null;
  const number = typeof value === 'number' ? value : Number(match?.[1] ?? Number.NaN);
  if (!Number.isFinite(number)) return null;
  const relative = match?.[2] === '%';
  return { amount: relative ? number / 100 : number, relative };
}

function noAmount(value: number | string): string {
  return `"${value}" is not an amount.`;
}

/** Why an amount cannot stand with its kind, or `null`: margins are never negative, bars never percentages. */
export function amountProblem(kind: RuleKind, amount: number, relative: boolean): string | null {
  if (isBar(kind) && relative) return `${kind} is a bar for the value itself and takes no percentage.`;
  if ((kind === 'max-drop' || kind === 'max-rise') && amount < 0)
    return `${kind} is a margin and cannot be negative.`;
  if (kind === 'max-drop' && relative && amount > 1) return 'max-drop cannot allow more than 100%.';
  return null;
}

/**
 * Reads a rule of the command line: `metric[slice]:kind=amount[,level=warn][,against=tag][,judge=point]`.
 * `text` keeps the rule as given.
 */
export function parseRuleText(text: string): Rule {
  const { metric, slice, rest } = subjectOf(text);
  const settings = new Map<string, string>();
  for (const part of rest.split(',')) {
    const cut = part.indexOf('=');
    if (cut < 1) throw unreadable(text, `"${part}" does not read as name=value.`);
    const name = part.slice(0, cut).trim();
    if (settings.has(name)) throw unreadable(text, `"${name}" is there twice.`);
    settings.set(name, part.slice(cut + 1).trim());
  }
  const kinds = RULE_KINDS.filter((kind) => settings.has(kind));
  checkNames(text, [...settings.keys()]);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw unreadable(text, `It needs exactly one of ${RULE_KINDS.join(', ')}.`);
  const { amount, relative } = amountOf(text, kind, settings.get(kind) ?? '');
  return {
    text,
    metric,
    slice,
    kind,
    amount,
    relative,
    level: oneOf(text, 'level', settings.get('level'), ['fail', 'warn'], 'fail') as Level,
    against: settings.get('against') ?? null,
    judge: oneOf(text, 'judge', settings.get('judge'), ['interval', 'point'], 'interval') as Rule['judge'],
    line: null,
  };
}

/** A rule in canonical words; `parseRuleText` reads it back to the same rule. */
export function ruleText(rule: Omit<Rule, 'text' | 'line'>): string {
  const slice = rule.slice === null ? '' : `[${rule.slice}]`;
  const amount = rule.relative ? `${trimmed(rule.amount * 100)}%` : String(rule.amount);
  const extras = [
    rule.level === 'warn' ? ',level=warn' : '',
    rule.against === null ? '' : `,against=${rule.against}`,
    rule.judge === 'point' ? ',judge=point' : '',
  ];
  return `${rule.metric}${slice}:${rule.kind}=${amount}${extras.join('')}`;
}

/**
 * Declared slices, and those by the other columns that rules slice by or compare, which are read although nobody declared
 * them: each value, or where rules ask for ranges or quantiles alone, these bins.
 */
export function slicesToRead(
  declared: readonly SliceDeclaration[],
  rules: readonly Rule[],
): SliceDeclaration[] {
  const read = columnsOfSlices(declared);
  const terms = rules.flatMap(({ slice }) => (slice === null ? [] : (parseSlice(slice) ?? [])));
  const compared = fairnessColumns(rules.map(({ metric }) => metric));
  const columns = new Set([...terms.map(({ column }) => column), ...compared]);
  const others = [...columns].filter((column) => !read.includes(column));
  const valuesOf = (wanted: string) =>
    terms.filter(({ column }) => column === wanted).map(({ value }) => value);
  const bins = (column: string) => (compared.includes(column) ? null : binsOfNames(column, valuesOf(column)));
  return [...declared, ...others.map((column) => bins(column) ?? column)];
}

/** Percentages as they were written: 0.07 × 100 is not shown as 7.000000000000001. */
function trimmed(value: number): string {
  return String(Number(value.toPrecision(12)));
}

function subjectOf(text: string): { metric: string; slice: string | null; rest: string } {
  const bracketed = /^([^[\]]+)\[(.+)\]:([^[\]]*)$/s.exec(text);
  if (bracketed) {
    const [, metric = '', slice = '', rest = ''] = bracketed;
    if (!slice.includes('=')) throw unreadable(text, `The slice "${slice}" does not read as column=value.`);
    return { metric: metric.trim(), slice: slice.trim(), rest };
  }
  const cut = text.lastIndexOf(':');
  if (cut < 1 || text.slice(0, cut).trim() === '')
    throw unreadable(text, 'There is no "metric:" at its start.');
  return { metric: text.slice(0, cut).trim(), slice: null, rest: text.slice(cut + 1) };
}

function checkNames(text: string, names: readonly string[]): void {
  const known = [...RULE_KINDS, 'level', 'against', 'judge'];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const guess = nearest(unknown, known);
  throw unreadable(text, `"${unknown}" is not known.${guess === null ? '' : ` Did you mean "${guess}"?`}`);
}

function amountOf(text: string, kind: RuleKind, value: string): { amount: number; relative: boolean } {
  const parsed = readAmount(value);
  if (parsed === null) throw unreadable(text, noAmount(value));
  const problem = amountProblem(kind, parsed.amount, parsed.relative);
  if (problem !== null) throw unreadable(text, problem);
  return parsed;
}

function oneOf(
  text: string,
  name: string,
  value: string | undefined,
  allowed: readonly string[],
  otherwise: string,
): string {
  if (value === undefined) return otherwise;
  if (allowed.includes(value)) return value;
  throw unreadable(text, `${name} "${value}" is not known; it is one of ${allowed.join(', ')}.`);
}

function unreadable(text: string, why: string): ConfigError {
  return new ConfigError(`The rule "${text}" cannot be read. ${why}`, { expected: FORM });
}
