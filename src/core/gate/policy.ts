import { parseMetricName } from '../metrics/names.ts';
import { sliceDeclarationText } from '../metrics/slice-declaration.ts';
import { ruleText } from './rule.ts';
import { diffRules, ruleKey } from './strictness.ts';
import type { Policy, PolicyChange, PredictionsPolicy, RuleResult, Verdict } from './types.ts';

/**
 * What a change does to the policy that judges it. `tightened` only where the head's policy provably blocks all that
 * the base's blocks; `neutral` where it concerns what is shown alone; everything else is `loosened`.
 */
export function diffPolicies(base: Policy, head: Policy): PolicyChange[] {
  return [
    ...diffRules(base.rules, head.rules),
    ...settingChanges(base, head),
    ...declarationChanges(base, head),
    ...predictionChanges(base, head),
  ];
}

type Effect = PolicyChange['effect'];

/** The change of one setting, or none; `effect` is asked only where the two differ. */
function changed(what: string, base: unknown, head: unknown, effect: () => Effect): PolicyChange[] {
  const [before, after] = [settingText(base), settingText(head)];
  return before === after ? [] : [{ what, base: before, head: after, effect: effect() }];
}

function settingText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const INCONCLUSIVE: readonly Policy['onInconclusive'][] = ['allow', 'warn', 'block'];

function settingChanges(base: Policy, head: Policy): PolicyChange[] {
  const stricter = (yes: boolean) => () => (yes ? 'tightened' : 'loosened') as Effect;
  const weight = (policy: Policy) => INCONCLUSIVE.indexOf(policy.onInconclusive);
  return [
    ...changed('alpha', base.alpha, head.alpha, () => 'loosened'),
    ...changed(
      'on-inconclusive',
      base.onInconclusive,
      head.onInconclusive,
      stricter(weight(head) > weight(base)),
    ),
    ...changed(
      'on-rows-changed',
      base.onRowsChanged,
      head.onRowsChanged,
      stricter(head.onRowsChanged === 'error'),
    ),
    ...changed('alpha-spending', base.alphaSpending, head.alphaSpending, () => 'loosened'),
    ...changed('repeats', seedsText(base), seedsText(head), stricter(keepsSeeds(base, head))),
    ...changed('drift', base.drift, head.drift, stricter(head.drift === 'warn')),
    ...changed('dry-run', base.dryRun, head.dryRun, stricter(!head.dryRun)),
    ...changed('baseline', base.baseline, head.baseline, () => 'loosened'),
  ];
}

/** Seeds beside those of the base tell more; other ones instead of them could be picked. */
function keepsSeeds(base: Policy, head: Policy): boolean {
  return (
    base.seeds.length === 0 ||
    (base.seeds[0] === head.seeds[0] && base.seeds.every((seed) => head.seeds.includes(seed)))
  );
}

/** `5 (seeds 1 to 5)`; `null` where one artefact is judged. */
function seedsText({ seeds }: Policy): string | null {
  return seeds.length === 0 ? null : `${seeds.length} (seeds ${seeds[0]} to ${seeds.at(-1)})`;
}

/** A declaration for a metric that the base neither declares nor gates cannot weaken anything; all others may. */
function declarationChanges(base: Policy, head: Policy): PolicyChange[] {
  const gated = new Set(base.rules.map((rule) => parseMetricName(rule.metric).name));
  return sortedKeys(base.metrics, head.metrics).flatMap((name) => {
    const before = own(base.metrics, name);
    const isNew = before === undefined && !gated.has(parseMetricName(name).name);
    const texts = [before, own(head.metrics, name)].map((value) => value && sortedObject(value));
    return changed(`metrics.${name}`, texts[0], texts[1], () => (isNew ? 'neutral' : 'loosened'));
  });
}

function predictionChanges(base: Policy, head: Policy): PolicyChange[] {
  const [before, after] = [base.predictions, head.predictions];
  const loosened = () => 'loosened' as const;
  const columns = sortedKeys(before.columns, after.columns).flatMap((name) =>
    changed(`predictions.columns.${name}`, own(before.columns, name), own(after.columns, name), loosened),
  );
  const texts = ({ slices }: PredictionsPolicy) => [...new Set(slices.map(sliceDeclarationText))].sort();
  const lost = texts(before).some((declaration) => !texts(after).includes(declaration));
  const slices = (policy: PredictionsPolicy) => texts(policy).join(', ') || null;
  return [
    ...changed('predictions.task', before.task, after.task, loosened),
    ...columns,
    ...changed('predictions.positive-label', before.positiveLabel, after.positiveLabel, loosened),
    ...changed('predictions.slices', slices(before), slices(after), () => (lost ? 'loosened' : 'neutral')),
    ...changed('predictions.on-missing', before.onMissing ?? 'error', after.onMissing ?? 'error', () =>
      after.onMissing === 'drop' ? 'loosened' : 'tightened',
    ),
    ...changed('predictions.min-slice-rows', before.minSliceRows, after.minSliceRows, () => 'neutral'),
  ];
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function sortedKeys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** The same keys in the same order, so that equal declarations have equal texts. */
function sortedObject(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const WORST_FIRST: readonly (Verdict | null)[] = ['fail', 'error', 'inconclusive', null, 'pass'];

/**
 * Results under the base's and the head's policy as one list, worst first. A rule that stands in both is listed once,
 * with the worse of its two verdicts and the line it has in the head; a rule of the base alone has no line there.
 */
export function mergeResults(base: readonly RuleResult[], head: readonly RuleResult[]): RuleResult[] {
  const left = [...head];
  const merged = base.map((ours): RuleResult => {
    const at = left.findIndex((other) => ruleKey(other.rule) === ruleKey(ours.rule));
    const theirs = at < 0 ? undefined : left.splice(at, 1)[0];
    if (theirs === undefined) return { ...ours, rule: { ...ours.rule, line: null }, policy: 'base' };
    const worse = rank(theirs) < rank(ours) ? theirs : ours;
    return { ...worse, rule: { ...worse.rule, line: theirs.rule.line }, policy: 'both' };
  });
  const added = left.map((result): RuleResult => ({ ...result, policy: 'head' }));
  return [...merged, ...added].sort((a, b) => rank(a) - rank(b));
}

function rank({ verdict }: RuleResult): number {
  return WORST_FIRST.indexOf(verdict);
}

/** A policy in plain text, a line each: its rules as the command line takes them, then how they are judged. */
export function describePolicy(policy: Policy): string {
  const settings = [
    `alpha ${policy.alpha} per side`,
    `on-inconclusive ${policy.onInconclusive}`,
    `on-rows-changed ${policy.onRowsChanged}`,
    `baseline ${policy.baseline}`,
    ...(policy.seeds.length === 0 ? [] : [`repeats ${seedsText(policy)}`]),
    ...(policy.drift === 'off' ? ['drift off'] : []),
    ...(policy.alphaSpending === 'none' ? [] : [`alpha-spending ${policy.alphaSpending}`]),
    ...(policy.dryRun ? ['dry-run'] : []),
  ];
  const rules = policy.rules.length === 0 ? ['no rules'] : policy.rules.map(ruleText);
  return [...rules, settings.join(', ')].join('\n');
}
