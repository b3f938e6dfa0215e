import { canPrepare, type PreparedMetric, prepareMetric } from '../metrics/prepare.ts';
import { sliceWeights } from '../metrics/slices.ts';
import type { MetricValue, PredictionTable } from '../metrics/types.ts';
import { type BootstrapInterval, type Contrast, pairedPercentile } from '../stats/bootstrap.ts';
import { contrastOf } from './algebra.ts';
import type { RuleCase } from './case.ts';
import { intervalEvidence, needsDraws } from './interval.ts';
import type { RowPair } from './pair.ts';
import { type RowsFacts, rowsFacts } from './row-facts.ts';
import type { Policy, RuleResult } from './types.ts';
import { judgeOnValues, negativeBase, undecidable } from './values.ts';

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
  weights: Float64Array;
  candidate: PreparedMetric;
  baseline: PreparedMetric | null;
  values: { candidate: number; baseline: number | null };
  facts: RowsFacts;
}

/**
 * Judges rules on the rows of one pair of sides. Rules that need draws share the same resamples (paired percentile
 * bootstrap); what is not defined on these rows is an error with its state.
 */
export function judgeOnRows(cases: readonly RuleCase[], pair: RowPair, policy: Policy): RuleResult[] {
  const prepare = preparation(pair, policy);
  const ready: Prepared[] = [];
  const results: RuleResult[] = [];
  for (const asked of cases) {
    const prepared = prepare(asked);
    if ('asked' in prepared) ready.push(prepared);
    else results.push(prepared);
  }
  const intervals = drawn(ready, pair, policy);
  return [...results, ...ready.map((prepared, i) => judged(prepared, intervals[i] ?? null, policy))];
}

function drawn(ready: readonly Prepared[], pair: RowPair, policy: Policy): (BootstrapInterval | null)[] {
  const wanted = ready.filter(({ asked, facts }) => needsDraws(asked, facts));
  if (wanted.length === 0) return ready.map(() => null);
  const contrasts: Contrast[] = wanted.map(({ asked, weights, candidate, baseline }) => ({
    weights,
    candidate,
    baseline,
    contrast: contrastOf(asked.rule, asked.subject.direction),
  }));
  const { candidate, seed } = pair;
  const { alpha } = policy;
  const intervals = pairedPercentile({
    n: candidate.n,
    baseWeights: null,
    contrasts,
    resamples: resamplesFor(policy),
    alpha,
    seed,
    group: candidate.group,
  });
  return ready.map((prepared) => intervals[wanted.indexOf(prepared)] ?? null);
}

/** Binds metrics and slices to the tables, each only once however many rules use it. */
function preparation(pair: RowPair, policy: Policy): (asked: RuleCase) => Prepared | RuleResult {
  const slices = new Map<string | null, Float64Array | null>();
  const metrics = new Map<string, PreparedMetric>();
  const weightsOf = (slice: string | null) => {
    if (!slices.has(slice)) slices.set(slice, usableWeights(pair, slice));
    return slices.get(slice) ?? null;
  };
  const metricOf = (asked: RuleCase, table: PredictionTable, side: string) => {
    const { identity, slice } = asked.subject;
    const key = JSON.stringify([side, identity, slice]);
    const within = slice === null ? null : weightsOf(slice);
    const known =
      metrics.get(key) ?? prepareMetric(identity, table, policy.predictions.positiveLabel, within);
    metrics.set(key, known);
    return known;
  };
  return (asked) => {
    const answers = [pair.candidate, ...(pair.baseline ? [pair.baseline] : [])];
    if (answers.some((table) => !canPrepare(asked.subject.identity, table)))
      return judgeOnValues(asked, policy);
    const weights = weightsOf(asked.subject.slice);
    if (weights === null) return undecidable(asked, policy, 'candidate', { value: null, state: 'missing' });
    const candidate = metricOf(asked, pair.candidate, 'candidate');
    const baseline = asked.baseline && pair.baseline ? metricOf(asked, pair.baseline, 'baseline') : null;
    const values = [candidate.evaluate(weights), baseline ? baseline.evaluate(weights) : null] as const;
    const bad = firstBad(values);
    if (bad) return undecidable(asked, policy, bad.side, bad.value);
    const facts = rowsFacts(pair, weights, asked.subject.identity, policy.predictions.positiveLabel);
    const numbers = { candidate: values[0].value as number, baseline: values[1]?.value ?? null };
    return (
      negativeBase(asked, policy, numbers) ?? { asked, weights, candidate, baseline, values: numbers, facts }
    );
  };
}

function firstBad(values: readonly [MetricValue, MetricValue | null]) {
  const [candidate, baseline] = values;
  if (candidate.state !== 'ok') return { side: 'candidate', value: candidate } as const;
  if (baseline && baseline.state !== 'ok') return { side: 'baseline', value: baseline } as const;
  return null;
}

function usableWeights(pair: RowPair, slice: string | null): Float64Array | null {
  const weights = sliceWeights(pair.candidate, slice);
  const { usable } = pair;
  return weights && usable ? weights.map((weight, row) => weight * (usable[row] as number)) : weights;
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
