import { canPrepare, type PreparedMetric, prepareMetric } from '../metrics/prepare.ts';
import type { MetricIdentity, MetricValue, PredictionTable } from '../metrics/types.ts';
import { type BootstrapInterval, pairedPercentile } from '../stats/bootstrap.ts';
import { contrastOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { intervalEvidence, needsDraws } from './interval.ts';
import type { RowPair } from './pair.ts';
import { type RowsFacts, rowsFacts } from './row-facts.ts';
import type { Policy, RuleResult } from './types.ts';
import { judgeOnValues, negativeBase, undecidable } from './values.ts';
import { type RowView, viewsOf } from './view.ts';

/** Draws beyond either end of a percentile interval: 100 make α itself known to a tenth. */
const TAIL = 100;
const MOST_RESAMPLES = 99_999;

/**
 * Resamples behind a percentile interval: 1,999 at α = 0.05, more for a smaller α and for more than 50 blocking rules,
 * whose adjusted failures need draws beyond α / rules.
 */
function resamplesFor({ alpha, rules }: Policy): number {
  const blocking = rules.filter(({ level }) => level === 'fail').length;
  return Math.min(MOST_RESAMPLES, Math.max(1_999, Math.ceil(Math.max(TAIL, 2 * blocking) / alpha) - 1));
}

interface Prepared {
  asked: RuleCase;
  candidate: PreparedMetric;
  baseline: PreparedMetric | null;
  values: { candidate: number; baseline: number | null };
  facts: RowsFacts;
}

/**
 * Judges rules on the rows of one pair of sides. Rules that need draws share the same resamples (paired percentile
 * bootstrap) with the others of their slice; what is not defined on these rows is an error with its state.
 */
export function judgeOnRows(cases: readonly RuleCase[], pair: RowPair, policy: Policy): RuleResult[] {
  const viewOf = viewsOf(pair);
  const bySlice = new Map<string | null, RuleCase[]>();
  const results: RuleResult[] = [];
  for (const asked of cases) {
    const { slice } = asked.subject;
    if (viewOf(slice) === null)
      results.push(undecidable(asked, policy, 'candidate', { value: null, state: 'missing' }));
    else bySlice.set(slice, [...(bySlice.get(slice) ?? []), asked]);
  }
  for (const [slice, those] of bySlice) results.push(...judgeView(those, viewOf(slice) as RowView, policy));
  return results;
}

/** Rules about the same rows. */
function judgeView(cases: readonly RuleCase[], view: RowView, policy: Policy): RuleResult[] {
  const prepare = preparation(view, policy);
  const ready: Prepared[] = [];
  const results: RuleResult[] = [];
  for (const asked of cases) {
    const prepared = prepare(asked);
    if ('asked' in prepared) ready.push(prepared);
    else results.push(prepared);
  }
  const intervals = drawn(ready, view, policy);
  return [...results, ...ready.map((prepared, i) => judged(prepared, intervals[i] ?? null, policy))];
}

function drawn(ready: readonly Prepared[], view: RowView, policy: Policy): (BootstrapInterval | null)[] {
  const wanted = ready.filter(({ asked, facts }) => needsDraws(asked, facts));
  if (wanted.length === 0) return ready.map(() => null);
  const { candidate, weights, seed } = view;
  const intervals = pairedPercentile({
    n: candidate.n,
    baseWeights: null,
    contrasts: wanted.map(({ asked, candidate, baseline }) => ({
      weights,
      candidate,
      baseline,
      contrast: contrastOf(asked.rule, asked.subject.direction),
    })),
    resamples: resamplesFor(policy),
    alpha: policy.alpha,
    seed,
    group: candidate.group,
  });
  return ready.map((prepared) => intervals[wanted.indexOf(prepared)] ?? null);
}

/** Binds metrics to the tables of a view, each only once however many rules use it. */
function preparation(view: RowView, policy: Policy): (asked: RuleCase) => Prepared | RuleResult {
  const { positiveLabel } = policy.predictions;
  const metricOf = once((identity, table: PredictionTable) => prepareMetric(identity, table, positiveLabel));
  const factsOf = once((identity, rows: RowView) => rowsFacts(rows, identity, positiveLabel));
  return (asked) => {
    const { identity } = asked.subject;
    const rows = asked.baseline ? view : { ...view, baseline: null };
    const tables = [rows.candidate, ...(rows.baseline ? [rows.baseline] : [])];
    if (tables.some((table) => !canPrepare(identity, table))) return judgeOnValues(asked, policy);
    const candidate = metricOf(identity, 'candidate', rows.candidate);
    const baseline = rows.baseline && metricOf(identity, 'baseline', rows.baseline);
    const values = [candidate.evaluate(view.weights), baseline?.evaluate(view.weights) ?? null] as const;
    const bad = firstBad(values);
    if (bad) return undecidable(asked, policy, bad.side, bad.value);
    const facts = factsOf(identity, rows.baseline ? 'both' : 'one', rows);
    const numbers = { candidate: values[0].value as number, baseline: values[1]?.value ?? null };
    return negativeBase(asked, policy, numbers) ?? { asked, candidate, baseline, values: numbers, facts };
  };
}

/** What is made from a metric and a thing of this name, made once for both. */
function once<From, Made>(
  make: (identity: MetricIdentity, from: From) => Made,
): (identity: MetricIdentity, name: string, from: From) => Made {
  const made = new Map<string, Made>();
  return (identity, name, from) => {
    const key = JSON.stringify([name, identity]);
    const known = made.get(key) ?? make(identity, from);
    made.set(key, known);
    return known;
  };
}

function firstBad(values: readonly [MetricValue, MetricValue | null]) {
  const [candidate, baseline] = values;
  if (candidate.state !== 'ok') return { side: 'candidate', value: candidate } as const;
  if (baseline && baseline.state !== 'ok') return { side: 'baseline', value: baseline } as const;
  return null;
}

function judged(prepared: Prepared, drawnInterval: BootstrapInterval | null, policy: Policy): RuleResult {
  const { asked, values, facts } = prepared;
  const { verdict, evidence } = intervalEvidence(asked, values, drawnInterval, facts, policy);
  return {
    rule: asked.rule,
    verdict,
    evidence,
    candidate: values.candidate,
    baseline: values.baseline,
    direction: asked.subject.direction,
    policy: 'base',
  };
}
