import { canPrepare, type PreparedMetric, prepareMetric } from '../metrics/prepare.ts';
import { sliceWeights } from '../metrics/slices.ts';
import type { MetricValue, PredictionTable } from '../metrics/types.ts';
import { type BootstrapInterval, type Contrast, pairedPercentile } from '../stats/bootstrap.ts';
import { contrastOf } from './algebra.ts';
import { intervalEvidence, type RowsFacts } from './interval.ts';
import type { RuleCase } from './judge.ts';
import type { RowPair } from './pair.ts';
import type { Policy, RuleResult } from './types.ts';
import { judgeOnValues, negativeBase, undecidable } from './values.ts';

/** Resamples behind a percentile interval: B + 1 = 2,000 makes the 5 % and 95 % ranks whole. */
const RESAMPLES = 1_999;

interface Prepared {
  asked: RuleCase;
  weights: Float64Array;
  candidate: PreparedMetric;
  baseline: PreparedMetric | null;
  values: { candidate: number; baseline: number | null };
}

/**
 * Judges rules on the rows of one pair of sides. All of them share the same resamples (paired percentile bootstrap,
 * 1,999 draws); what is not defined on these rows is an error with its state.
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
  return [...results, ...ready.map((prepared, i) => judged(prepared, intervals[i] ?? null, pair, policy))];
}

function drawn(ready: readonly Prepared[], pair: RowPair, policy: Policy): (BootstrapInterval | null)[] {
  const wanted = ready.filter(({ asked }) => asked.rule.judge === 'interval');
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
    resamples: RESAMPLES,
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
    const key = `${side} ${JSON.stringify(asked.subject.identity)}`;
    const known =
      metrics.get(key) ?? prepareMetric(asked.subject.identity, table, policy.predictions.positiveLabel);
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
    const numbers = { candidate: values[0].value as number, baseline: values[1]?.value ?? null };
    return negativeBase(asked, policy, numbers) ?? { asked, weights, candidate, baseline, values: numbers };
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

function judged(
  prepared: Prepared,
  drawnInterval: BootstrapInterval | null,
  pair: RowPair,
  policy: Policy,
): RuleResult {
  const { asked, values, weights } = prepared;
  const facts: RowsFacts = {
    ...rowCounts(pair, weights),
    identical: pair.identical,
    seed: pair.seed,
    note: pair.note,
  };
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

/** How many rows count, in how many the two models differ, how many the rarer class has, how many scores are distinct. */
function rowCounts(pair: RowPair, weights: Float64Array): Omit<RowsFacts, 'identical' | 'seed' | 'note'> {
  const { candidate, baseline } = pair;
  const rows = Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  const gains = baseline ? rows.map((row) => gain(candidate, baseline, row)) : [];
  return {
    n: rows.length,
    differing: baseline ? rows.filter((row) => rowDiffers(candidate, baseline, row)).length : 0,
    rarer: rarerClass(candidate, rows),
    distinctScores: new Set(rows.map((row) => scoreOf(candidate, row)).filter((score) => score !== undefined))
      .size,
    discordant: [gains.filter((change) => change < 0).length, gains.filter((change) => change > 0).length],
  };
}

/** Rows of the class that has the fewest; `null` where there are not two. */
function rarerClass({ labelCodes }: PredictionTable, rows: readonly number[]): number | null {
  if (labelCodes === null) return null;
  const counts = new Map<number, number>();
  for (const row of rows)
    counts.set(labelCodes[row] as number, (counts.get(labelCodes[row] as number) ?? 0) + 1);
  return counts.size > 1 ? Math.min(...counts.values()) : null;
}

function scoreOf({ score, predictionValues, classScores }: PredictionTable, row: number): number | undefined {
  return score?.[row] ?? predictionValues?.[row] ?? classScores?.[0]?.[row];
}

/** 1 where only the candidate is right, −1 where only the baseline is, else 0. */
function gain(candidate: PredictionTable, baseline: PredictionTable, row: number): number {
  const isRight = ({ labelCodes, predictionCodes }: PredictionTable) =>
    labelCodes !== null && predictionCodes?.[row] === labelCodes[row];
  return Number(isRight(candidate)) - Number(isRight(baseline));
}

function rowDiffers(a: PredictionTable, b: PredictionTable, row: number): boolean {
  if (a.predictionCodes?.[row] !== b.predictionCodes?.[row]) return true;
  if (a.predictionValues?.[row] !== b.predictionValues?.[row] || a.score?.[row] !== b.score?.[row])
    return true;
  return a.classScores?.some((column, k) => column[row] !== b.classScores?.[k]?.[row]) ?? false;
}
