import { describe, expect, test } from '@jest/globals';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import type { RuleResult } from '../../../src/core/gate/types.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, dictionary } from '../metrics/tables.ts';
import { policyWith } from './build.ts';
import { against, sideWithRows, twoModels } from './sides.ts';

interface Pair {
  candidate: PredictionTable;
  baseline: PredictionTable;
}

const Z = 1.6448536269514722;
const PAIR = twoModels(240, 4);

function judge(rule: string, { candidate, baseline }: Pair, alpha = 0.05): RuleResult {
  const policy = policyWith([rule], { alpha });
  const baselines = against(policy, sideWithRows(baseline));
  return judgeRules({ policy, candidate: sideWithRows(candidate), baselines })[0] as RuleResult;
}

const first = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Positive rows, then negative ones, with these scores. */
function scored(positives: readonly number[], negatives: readonly number[]): PredictionTable {
  const labels = [...positives.map(() => '1'), ...negatives.map(() => '0')];
  const scores = [...positives, ...negatives];
  return binaryTable(
    labels,
    scores.map((score) => (score > 0.5 ? '1' : '0')),
    { score: scores },
  );
}

describe('a difference of areas under the ROC curve', () => {
  test('lies within z standard errors, z its estimate in them', () => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.005', PAIR);
    const { interval, estimate, statistic = 0 } = evidence;
    const [lower, upper] = interval ?? [0, 0];
    expect([verdict, evidence.method, evidence.seed]).toEqual(['fail', 'delong', null]);
    expect((lower + upper) / 2).toBeCloseTo(estimate ?? 0, 11);
    expect((upper - lower) / 2).toBeCloseTo((Z * (estimate ?? 0)) / statistic, 11);
    expect(statistic).toBeLessThan(-Z);
  });

  test('is as wide as a bootstrap of the same rows says', () => {
    const alone = { ...PAIR.candidate, group: dictionary(first(240).map((row) => `g${row}`)) };
    const [delong, drawn] = [PAIR.candidate, alone].map(
      (candidate) => judge('roc_auc:max-drop=0.005', { ...PAIR, candidate }).evidence,
    );
    expect([delong?.method, drawn?.method]).toEqual(['delong', 'bca']);
    const width = (evidence = delong) => (evidence?.interval?.[1] ?? 0) - (evidence?.interval?.[0] ?? 0);
    expect(width() / width(drawn)).toBeGreaterThan(0.93);
    expect(width() / width(drawn)).toBeLessThan(1.07);
  });

  test('as a percentage has the contrast’s standard error', () => {
    const [whole, part] = [judge('roc_auc:max-drop=0', PAIR), judge('roc_auc:max-drop=100%', PAIR)];
    // All of the baseline may be lost: the contrast is the candidate's area alone.
    expect(part.evidence.estimate).toBeCloseTo(part.candidate ?? 0, 11);
    expect(part.evidence).toMatchObject({ method: 'delong', margin: 0 });
    expect(part.evidence.statistic).toBe(whole.evidence.statistic);
    expect(part.evidence.interval).not.toEqual(whole.evidence.interval);
  });

  test('of rows that weigh differently is resampled', () => {
    const weight = Float64Array.from(first(240), (row) => 1 + (row % 2));
    const weighted = { candidate: { ...PAIR.candidate, weight }, baseline: { ...PAIR.baseline, weight } };
    expect(judge('roc_auc:max-drop=0.5', weighted).evidence.method).toBe('bca');
    const equal = { ...weighted.candidate, weight: weight.map(() => 2) };
    expect(
      judge('roc_auc:max-drop=0.5', { candidate: equal, baseline: { ...equal, score: PAIR.baseline.score } })
        .evidence.method,
    ).toBe('delong');
  });

  test('without any variance decides nothing', () => {
    const before = scored(
      first(60).map((i) => 0.6 + i / 1000),
      first(60).map((i) => 0.1 + i / 1000),
    );
    // Other scores in the same order.
    const candidate = { ...before, score: (before.score ?? new Float64Array()).map((score) => score / 2) };
    const { verdict, evidence } = judge('roc_auc:max-drop=0.1', { candidate, baseline: before });
    expect(verdict).toBe('inconclusive');
    expect(evidence).toMatchObject({ method: 'delong', interval: null, mde: null });
    expect(evidence).not.toHaveProperty('statistic');
    expect(evidence.sentence).toMatch(/This cannot decide: the areas do not vary from row to row\.$/);
  });

  test('that a few rows make decides nothing', () => {
    const before = scored(
      first(100).map((i) => 0.6 + i / 1000),
      first(100).map((i) => 0.1 + i / 1000),
    );
    const score = Float64Array.from(before.score ?? [], (value, row) =>
      row < 2 ? 0.05 : value + (row % 3) / 1e5,
    );
    const pair = { candidate: { ...before, score }, baseline: before };
    const { verdict, evidence } = judge('roc_auc:max-drop=0.5', pair);
    expect(evidence.interval?.[0]).toBeGreaterThan(-0.5);
    expect([verdict, evidence.mde]).toEqual(['inconclusive', null]);
    expect(evidence.sentence).toMatch(/a few rows decide it \(as many as [1-9] that count alike\)\.$/);
  });

  test('asks for an alpha that the tails bear', () => {
    expect(judge('roc_auc:max-drop=0.9', PAIR, 0.0001).evidence.sentence).toMatch(
      /an approximate interval cannot tell an alpha below 0\.001\.$/,
    );
  });
});

describe('a bar on the area under the ROC curve', () => {
  test('has its interval on the logit scale, within 0 and 1', () => {
    const { evidence } = judge('roc_auc:min=0.1', PAIR);
    const [lower, upper] = evidence.interval ?? [0, 0];
    const logit = (share: number) => Math.log(share / (1 - share));
    expect((logit(lower) + logit(upper)) / 2).toBeCloseTo(logit(evidence.estimate ?? 0), 9);
    expect(evidence.method).toBe('delong');
    expect(evidence).not.toHaveProperty('statistic');
  });

  test.each([
    [12, 40, 0.77, 'pass'],
    [12, 40, 0.79, 'inconclusive'],
    [300, 30, 0.9, 'pass'],
    [300, 30, 0.91, 'inconclusive'],
    [300, 9, 0.1, 'inconclusive'],
  ])('%i rows above %i others prove little: min=%d', (positives, negatives, bar, verdict) => {
    const table = scored(
      first(positives).map((i) => 0.6 + i / 1000),
      first(negatives).map((i) => 0.1 + i / 1000),
    );
    const result = judge(`roc_auc:min=${bar}`, { candidate: table, baseline: table });
    expect(result.verdict).toBe(verdict);
    expect(result.evidence.interval?.[0]).toBeCloseTo(0.05 ** (1 / Math.min(positives, negatives)), 11);
    expect(result.evidence.interval?.[1]).toBe(1);
  });

  test('mirrors at 0', () => {
    const table = scored(
      first(30).map((i) => 0.1 + i / 1000),
      first(40).map((i) => 0.6 + i / 1000),
    );
    const { verdict, evidence } = judge('roc_auc:max=0.1', { candidate: table, baseline: table });
    expect([verdict, evidence.interval?.[0]]).toEqual(['pass', 0]);
    expect(evidence.interval?.[1]).toBeCloseTo(1 - 0.05 ** (1 / 30), 11);
  });

  test('of scores that say nothing decides nothing', () => {
    const table = scored(
      first(30).map(() => 0.5),
      first(40).map(() => 0.5),
    );
    const { verdict, evidence } = judge('roc_auc:min=0.4', { candidate: table, baseline: table });
    expect([verdict, evidence.estimate, evidence.interval]).toEqual(['inconclusive', 0.5, null]);
  });
});
