import { canPrepare, type PreparedMetric, prepareMetric } from '../metrics/prepare.ts';
import type { MetricIdentity, MetricValue, PredictionTable } from '../metrics/types.ts';
import { type BootstrapInterval, pairedPercentile } from '../stats/bootstrap.ts';
import { contrastOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { intervalEvidence, type Judgement, needsDraws } from './interval.ts';
import { type RowsFacts, rowsFacts } from './row-facts.ts';
import type { Policy, RuleResult } from './types.ts';
import { judgeOnValues, negativeBase, undecidable } from './values.ts';
import type { RowView } from './view.ts';

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

/** A rule judged on the rows of a view; without a judgement it has no number there. */
export interface ViewResult {
  asked: RuleCase;
  result: RuleResult;
  judgement: Judgement | null;
}

/**
 * Judges rules about the same rows, in their order. Those that need draws share the same resamples (paired percentile
 * bootstrap); what is not defined on these rows is an error with its state.
 */
export function judgeView(cases: readonly RuleCase[], view: RowView, policy: Policy): ViewResult[] {
  const prepare = preparation(view, policy);
  const prepared = cases.map((asked) => ({ asked, found: prepare(asked) }));
  const ready = prepared.flatMap(({ found }) => ('asked' in found ? [found] : []));
  const intervals = drawn(ready, view, policy);
  return prepared.map(({ asked, found }) => {
    if (!('asked' in found)) return { asked, result: found, judgement: null };
    return judged(found, intervals[ready.indexOf(found)] ?? null, policy);
  });
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

function judged(prepared: Prepared, drawn: BootstrapInterval | null, policy: Policy): ViewResult {
  const { asked, values, facts } = prepared;
  const judgement = intervalEvidence(asked, values, drawn, facts, policy);
  const { verdict, evidence } = judgement;
  const { candidate, baseline } = values;
  const { direction } = asked.subject;
  const result: RuleResult = {
    rule: asked.rule,
    verdict,
    evidence,
    candidate,
    baseline,
    direction,
    policy: 'base',
  };
  return { asked, result, judgement };
}
