import { describe, expect, test } from '@jest/globals';
import type { JudgedSide } from '../../../src/core/gate/case.ts';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import type { Policy, RuleResult } from '../../../src/core/gate/types.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { dictionary } from '../metrics/tables.ts';
import { policyWith } from './build.ts';
import { against, pick, sideWithRows, twoModels, uniform } from './sides.ts';

const N = 400;
const BASE = twoModels(N, 0).baseline;
const DOWNWARDS = Array.from({ length: N }, (_, row) => N - 1 - row);

/** The model with its scores moved at random: how good it is depends on the seed and on `noise`. */
function trained(noise: number, seed: number): PredictionTable {
  const random = uniform(seed * 7_919 + 13);
  const own = noise * (1 + ((seed * 0.618) % 1));
  const score = Float64Array.from(BASE.score ?? [], (value) => {
    const moved = value + own * (random() - 0.5);
    return Math.min(0.99, Math.max(0.01, moved));
  });
  const [no, yes] = [BASE.classes?.indexOf('0') ?? 0, BASE.classes?.indexOf('1') ?? 1];
  return { ...BASE, score, predictionCodes: Uint32Array.from(score, (value) => (value > 0.5 ? yes : no)) };
}

/** A side with a table for each seed; the first is its artefact. */
function sideOf(tables: readonly PredictionTable[]): JudgedSide {
  return sideWithRows(tables[0] as PredictionTable, { seeds: tables });
}

const seeds = (noise: number, from: number, count = 5) =>
  Array.from({ length: count }, (_, at) => trained(noise, from + at));

function judged(
  rules: readonly string[],
  candidate: JudgedSide,
  baseline: JudgedSide,
  over: Partial<Policy> = {},
): RuleResult[] {
  const policy = policyWith(rules, over);
  return judgeRules({ policy, candidate, baselines: against(policy, baseline) });
}

const RULES = ['accuracy:max-drop=0.02', 'roc_auc:max-drop=0.02', 'f1:max-drop=0.03', 'accuracy:min=0.5'];

describe('the mean over training seeds', () => {
  test('every metric is judged by draws of rows and seeds, accuracy and AUC included', () => {
    const results = judged(RULES, sideOf(seeds(0.3, 1)), sideOf(seeds(0.3, 11)));
    for (const { verdict, evidence } of results) {
      expect(verdict).not.toBe('error');
      expect(evidence).toMatchObject({ method: 'percentile', seeds: 5, n: N });
      expect(evidence.sentence).toContain('mean of 5 training seeds');
      expect(evidence.interval?.[0]).toBeLessThan(evidence.interval?.[1] as number);
    }
    expect(results[3]?.verdict).toBe('pass');
  });

  test('values are means over the seeds', () => {
    const [ours, theirs] = [seeds(0.3, 1), seeds(0.6, 11)];
    const mean = (tables: readonly PredictionTable[]) =>
      tables
        .map(
          (table) =>
            judged(['accuracy:min=0'], sideWithRows(table), sideWithRows(table))[0]?.candidate as number,
        )
        .reduce((sum, value) => sum + value / tables.length, 0);
    const [result] = judged(['accuracy:max-drop=0.1'], sideOf(ours), sideOf(theirs));
    expect(result?.candidate).toBeCloseTo(mean(ours), 12);
    expect(result?.baseline).toBeCloseTo(mean(theirs), 12);
    expect(result?.evidence.estimate).toBeCloseTo(mean(ours) - mean(theirs), 12);
  });

  test('an unlucky artefact of a change that is no worse does not fail, and a lucky one of a worse change does not pass', () => {
    const bad = trained(30, 99);
    const good = seeds(0.1, 1, 12);
    const unlucky = sideOf([bad, ...good.slice(1)]);
    const rule = ['accuracy:max-drop=0.06'];
    expect(judged(rule, sideWithRows(bad), sideWithRows(BASE))[0]?.verdict).toBe('fail');
    expect(judged(rule, unlucky, sideOf(seeds(0.1, 31, 12)))[0]?.verdict).not.toBe('fail');
    const lucky = sideOf([BASE, ...seeds(30, 51, 11)]);
    expect(judged(rule, sideWithRows(BASE), sideWithRows(BASE))[0]?.verdict).toBe('pass');
    expect(judged(rule, lucky, sideOf(seeds(0.1, 31, 12)))[0]?.verdict).toBe('fail');
  });

  test('fewer than five seeds on a side: the first artefact is judged, as without seeds', () => {
    const [ours, theirs] = [seeds(0.3, 1), seeds(0.3, 11, 4)];
    const few = judged(RULES.slice(0, 3), sideOf(ours), sideOf(theirs));
    const alone = judged(
      RULES.slice(0, 3),
      sideWithRows(ours[0] as PredictionTable),
      sideWithRows(theirs[0] as PredictionTable),
    );
    expect(few).toEqual(alone);
  });

  test('the order of rows in any of the files changes nothing', () => {
    const [ours, theirs] = [seeds(0.3, 1), seeds(0.3, 11)];
    const turned = ours.map((table, at) => (at % 2 === 0 ? table : pick(table, DOWNWARDS)));
    expect(judged(RULES, sideOf(turned), sideOf(theirs))).toEqual(
      judged(RULES, sideOf(ours), sideOf(theirs)),
    );
  });

  test.each(['candidate', 'baseline'] as const)('a seed of the %s on other rows is an error', (which) => {
    const sides = { candidate: seeds(0.3, 1), baseline: seeds(0.3, 11) };
    sides[which][2] = pick(sides[which][2] as PredictionTable, DOWNWARDS.slice(1));
    const [result] = judged(['accuracy:max-drop=0.5'], sideOf(sides.candidate), sideOf(sides.baseline));
    expect(result?.verdict).toBe('error');
    expect(result?.evidence).toMatchObject({ state: 'rows-changed' });
    expect(result?.evidence.sentence).toContain(`training seeds of the ${which}`);
  });

  test('seed by seed the same models are identical, whatever the seeds do', () => {
    const tables = seeds(0.8, 1);
    const [result] = judged(['roc_auc:max-drop=0'], sideOf(tables), sideOf(tables));
    expect(result?.verdict).toBe('pass');
    expect(result?.evidence.method).toBe('identical');
    const [other] = judged(
      ['roc_auc:max-drop=0'],
      sideOf([...tables.slice(0, 4), trained(0.8, 77)]),
      sideOf(tables),
    );
    expect(other?.evidence.method).toBe('percentile');
  });

  test('slices are judged over seeds too, and groups are drawn whole', () => {
    const group = dictionary(Array.from({ length: N }, (_, row) => `g${row % 40}`));
    const grouped = (tables: PredictionTable[]) => sideOf(tables.map((table) => ({ ...table, group })));
    const predictions = { ...policyWith([]).predictions, slices: [['carrier']] };
    const [slice, whole] = judged(
      ['accuracy[carrier=UA]:max-drop=0.1', 'accuracy:max-drop=0.1'],
      grouped(seeds(0.3, 1)),
      grouped(seeds(0.3, 11)),
      { predictions },
    );
    expect(slice?.evidence).toMatchObject({ method: 'percentile', seeds: 5, n: N / 2 });
    expect(whole?.evidence).toMatchObject({ method: 'percentile', seeds: 5, n: N });
  });
});
