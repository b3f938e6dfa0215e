import { canPrepare, type PreparedMetric, prepareMetric } from '../metrics/prepare.ts';
import type { MetricIdentity, MetricValue, PredictionTable } from '../metrics/types.ts';
import { methodOf } from '../stats/method.ts';
import { resample } from '../stats/resample.ts';
import type { Resampled } from '../stats/resampled.ts';
import { meanOverSeeds } from '../stats/seed-mean.ts';
import { contrastOf, requirementOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { intervalEvidence, type Judgement, needsDraws } from './interval.ts';
import { type RowsFacts, rowsFacts } from './row-facts.ts';
import type { Policy, RuleResult } from './types.ts';
import { negativeBase, undecidable } from './unjudged.ts';
import { judgeOnValues } from './values.ts';
import type { RowView } from './view.ts';

/** Level to which failures of several rules have to be told apart: a tenth of what the first of them is held to. */
function leastLevel({ alpha, rules }: Policy): number {
  return alpha / 10 / Math.max(1, rules.filter(({ level }) => level === 'fail').length);
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
 * Judges rules about the same rows, in their order. Those that need draws share the same resamples; what is not defined
 * on these rows is an error with its state. `deciding`: draws grow where a verdict hangs on them.
 */
export function judgeView(
  cases: readonly RuleCase[],
  view: RowView,
  policy: Policy,
  deciding: boolean,
): ViewResult[] {
  const prepare = preparation(view, policy);
  const prepared = cases.map((asked) => ({ asked, found: prepare(asked) }));
  const ready = prepared.flatMap(({ found }) => ('asked' in found ? [found] : []));
  const intervals = drawn(ready, view, policy, deciding);
  return prepared.map(({ asked, found }) => {
    if (!('asked' in found)) return { asked, result: found, judgement: null };
    return judged(found, intervals[ready.indexOf(found)] ?? null, policy);
  });
}

function drawn(
  ready: readonly Prepared[],
  view: RowView,
  policy: Policy,
  deciding: boolean,
): (Resampled | null)[] {
  const wanted = ready.filter(({ asked, facts }) => needsDraws(asked, facts));
  if (wanted.length === 0) return ready.map(() => null);
  const { candidate, weights, seed } = view;
  const intervals = resample({
    weights,
    contrasts: wanted.map(({ asked, candidate, baseline, facts }) => ({
      candidate,
      baseline,
      contrast: contrastOf(asked.rule, asked.subject.direction),
      method: facts.seeds === null ? methodOf(asked.subject.identity.id) : 'percentile',
      line: deciding ? requirementOf(asked.rule, asked.subject.direction) : null,
      alpha: policy.alpha,
      least: leastLevel(policy),
    })),
    seed,
    group: candidate.group,
  });
  return ready.map((prepared) => intervals[wanted.indexOf(prepared)] ?? null);
}

/** Binds metrics to the tables of a view, each only once however many rules use it. */
function preparation(view: RowView, policy: Policy): (asked: RuleCase) => Prepared | RuleResult {
  const { positiveLabel } = policy.predictions;
  const { others } = view;
  const metricOf = once((identity, table: PredictionTable) => prepareMetric(identity, table, positiveLabel));
  const meanOf = (identity: MetricIdentity, side: 'candidate' | 'baseline', first: PredictionTable) =>
    meanOverSeeds(
      [first, ...others[side]].map((table, seed) => metricOf(identity, `${side} ${seed}`, table)),
      side,
    );
  const factsOf = once((identity, rows: RowView) => rowsFacts(rows, identity, positiveLabel));
  return (asked) => {
    const { identity } = asked.subject;
    const rows = asked.baseline ? view : { ...view, baseline: null };
    const tables = [rows.candidate, ...(rows.baseline ? [rows.baseline] : [])];
    if (tables.some((table) => !canPrepare(identity, table))) return judgeOnValues(asked, policy);
    const candidate = meanOf(identity, 'candidate', rows.candidate);
    const baseline = rows.baseline && meanOf(identity, 'baseline', rows.baseline);
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

function judged(prepared: Prepared, drawn: Resampled | null, policy: Policy): ViewResult {
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
