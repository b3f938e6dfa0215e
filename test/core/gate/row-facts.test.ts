import { describe, expect, test } from '@jest/globals';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import type { Policy, RuleResult } from '../../../src/core/gate/types.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, dictionary, multiclassTable, regressionTable } from '../metrics/tables.ts';
import { policyWith } from './build.ts';
import { against, sideWithRows, twoModels, uniform } from './sides.ts';

interface Pair {
  candidate: PredictionTable;
  baseline: PredictionTable;
}

function judge(rule: string, { candidate, baseline }: Pair, over: Partial<Policy> = {}): RuleResult {
  const policy = policyWith([rule], over);
  const [result] = judgeRules({
    policy,
    candidate: sideWithRows(candidate),
    baselines: against(policy, sideWithRows(baseline)),
  });
  return result as RuleResult;
}

/** Two models of `n` rows, every second one positive; predictions are right but in the rows named. */
function labelled(n: number, wrongCandidate: readonly number[], wrongBaseline: readonly number[]): Pair {
  const random = uniform(n);
  const labels = Array.from({ length: n }, (_, row) => row % 2);
  const table = (wrong: readonly number[]) =>
    binaryTable(
      labels.map(String),
      labels.map((label, row) => String(wrong.includes(row) ? 1 - label : label)),
      { score: labels.map((label) => 0.25 + label / 2 + random() / 5) },
    );
  return { candidate: table(wrongCandidate), baseline: table(wrongBaseline) };
}

const first = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step);
const both = (pair: Pair, rest: Partial<PredictionTable>): Pair => ({
  candidate: { ...pair.candidate, ...rest },
  baseline: { ...pair.baseline, ...rest },
});

describe('what counts as a row that differs', () => {
  test.each([
    'f1:max-drop=0.9',
    'precision:max-drop=0.9',
    'balanced_accuracy:max-drop=0.9',
    'f1:max-drop=90%',
  ])('%s looks at predicted labels, however much scores differ', (rule) => {
    const { verdict, evidence } = judge(rule, labelled(400, [1, 3, 5], []));
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(/the two models differ on only 3 rows\.$/);
    expect(judge('roc_auc:max-drop=0.9', labelled(400, [1, 3, 5], [])).verdict).not.toBeNull();
  });

  test('recall is a share of the positive rows', () => {
    const { evidence } = judge('recall:max-drop=0.05', labelled(400, [1, 3, 5, 0, 2, 4, 6], [7, 8]));
    expect(evidence).toMatchObject({ method: 'tango', n: 200, discordant: [3, 1], estimate: -0.01 });
  });

  test('specificity is a share of all other rows', () => {
    const { evidence } = judge('specificity:max-drop=0.05', labelled(400, [1, 3, 0, 2, 4, 6], [8, 9]));
    expect(evidence).toMatchObject({ method: 'tango', n: 200, discordant: [4, 1], estimate: -0.015 });
  });

  test('top-k accuracy is a share of all rows, right where the class is among the k best', () => {
    const classes = ['a', 'b', 'c'];
    const labels = first(300).map((row) => classes[row % 3] as string);
    const scored = (missed: readonly number[]) => {
      const place = (row: number, own: boolean) => (own === missed.includes(row) ? 0.1 : 0.45);
      const classScores = classes.map((name) =>
        Float64Array.from(labels, (label, row) => place(row, label === name)),
      );
      return { ...multiclassTable(labels, labels, { classes }), classScores };
    };
    const pair = { candidate: scored([1, 2, 3, 4]), baseline: scored([4, 5]) };
    const { evidence, candidate } = judge('top_k_accuracy@2:max-drop=0.1', pair);
    expect(candidate).toBeCloseTo(296 / 300, 12);
    expect(evidence).toMatchObject({ method: 'tango', n: 300, discordant: [3, 1] });
    expect(judge('top_k_accuracy@2:min=0.9', pair).evidence.method).toBe('wilson');
  });

  test('a threshold decides who is right, not the predicted labels', () => {
    const { evidence } = judge('accuracy:max-drop=0.05', labelled(400, first(40), []), {
      metrics: { accuracy: { direction: null, threshold: 0.5 } },
    });
    expect(evidence).toMatchObject({ method: 'tango', discordant: [0, 0], estimate: 0 });
  });
});

describe('shares of rows', () => {
  test.each<[string, Pair, RuleResult['verdict'], string]>([
    // One row lost of 50: a percentile interval would end at −0.06.
    ['accuracy:max-drop=0.06', labelled(50, [0], []), 'inconclusive', 'tango'],
    ['accuracy:max-drop=0.09', labelled(50, [0], []), 'pass', 'tango'],
    ['accuracy:max-drop=0', labelled(50, first(9), []), 'inconclusive', 'tango'],
    ['accuracy:max-drop=0', labelled(50, first(10), []), 'fail', 'tango'],
    ['accuracy:max-drop=1%', labelled(200, first(20), []), 'fail', 'bca'],
    // One wrong of 30 rows is no proof of 0.9.
    ['accuracy:min=0.9', labelled(30, [0], []), 'inconclusive', 'wilson'],
    ['accuracy:min=0.85', labelled(30, [0], []), 'pass', 'wilson'],
    ['accuracy:max=0.5', labelled(30, [0], []), 'fail', 'wilson'],
    ['recall:min=0.9', labelled(60, [1], []), 'inconclusive', 'wilson'],
    ['precision:min=0.9', labelled(60, [0], []), 'inconclusive', 'wilson'],
    ['f1_micro:min=0.85', labelled(30, [0], []), 'pass', 'wilson'],
  ])('%s', (rule, pair, verdict, method) => {
    const result = judge(rule, pair);
    expect([result.verdict, result.evidence.method]).toEqual([verdict, method]);
    expect(result.evidence.seed === null).toBe(method !== 'bca');
  });

  test('a class of three rows does not keep accuracy from being judged', () => {
    const labels = first(300).map((row) => (row < 3 ? 'rare' : row % 2 === 0 ? 'a' : 'b'));
    const table = multiclassTable(labels, labels, { classes: ['a', 'b', 'rare'] });
    expect(judge('accuracy:max-drop=0.02', { candidate: table, baseline: table }).verdict).toBe('pass');
  });

  test('with weights that differ rows are resampled', () => {
    const weight = Float64Array.from(first(400), (row) => 1 + (row % 3));
    const { evidence } = judge('accuracy:max-drop=0.2', both(labelled(400, first(20), []), { weight }));
    expect(evidence.method).toBe('bca');
    const equal = both(labelled(400, first(20), []), { weight: weight.map(() => 2) });
    expect(judge('accuracy:max-drop=0.2', equal).evidence.method).toBe('tango');
  });
});

describe('too little to resample', () => {
  const pair = twoModels(240, 4);
  const grouped = (groups: number) =>
    both(pair, { group: dictionary(first(240).map((row) => `g${row % groups}`)) });

  test.each([
    [2, 'inconclusive', /2 groups of rows are too few\.$/],
    [19, 'inconclusive', /19 groups of rows are too few\.$/],
    [20, 'inconclusive', /a few groups decide it/],
    [80, 'fail', /more than allowed/],
  ])('%i groups', (groups, verdict, sentence) => {
    const result = judge('roc_auc:max-drop=0', grouped(groups));
    expect(result.verdict).toBe(verdict);
    expect(result.evidence.sentence).toMatch(sentence);
  });

  test('rows that differ within a few groups are worth those groups', () => {
    const wide = both(labelled(400, first(40), []), {
      group: dictionary(first(400).map((row) => `g${row >> 3}`)),
    });
    expect(judge('accuracy:max-drop=0', wide).evidence.sentence).toMatch(/differ on only 5 groups\.$/);
  });

  test('weight on a few rows', () => {
    const weight = Float64Array.from(first(240), (row) => (row < 4 ? 1000 : 1));
    const { verdict, evidence } = judge('roc_auc:max-drop=0.9', both(pair, { weight }));
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(/the weight lies on few rows \(as much as on 4 equal ones\)\.$/);
  });

  test('one class alone', () => {
    const rows = twoModels(240, 4);
    const zeros = { labelCodes: new Uint32Array(240), classes: rows.candidate.classes };
    const { verdict, evidence } = judge('log_loss:max-rise=9', both(rows, zeros));
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(/the rarer class has only 0 rows\.$/);
  });

  test('40 rows that count alike are enough', () => {
    const random = uniform(3);
    const errors = (centre: number) => first(40).map(() => centre + random());
    const truth = first(40).map(() => 0);
    const small = {
      candidate: regressionTable(truth, errors(2)),
      baseline: regressionTable(truth, errors(1)),
    };
    const { verdict, evidence } = judge('mae:max-rise=0', small);
    const [lower, upper] = evidence.interval ?? [0, 0];
    expect([verdict, lower > 0]).toEqual(['fail', true]);
    const error = (upper - lower) / (2 * 1.6448536269514722);
    expect(evidence.mde?.pass).toBeCloseTo((1.6448536269514722 + 0.8416212335729143) * error, 12);
  });

  test('an error that a few rows carry', () => {
    const truth = first(200).map(() => 0);
    const before = first(200).map((row) => 1 + (row % 7) / 100);
    const after = before.map((value, row) => value + (row < 3 ? 30 : -0.01));
    const { verdict, evidence } = judge('mae:max-rise=1.2', {
      candidate: regressionTable(truth, after),
      baseline: regressionTable(truth, before),
    });
    expect(evidence.interval?.[1]).toBeLessThan(1.2);
    expect([verdict, evidence.mde]).toEqual(['inconclusive', null]);
    expect(evidence).not.toHaveProperty('pFail');
    expect(evidence.sentence).toMatch(/a few rows decide it \(as many as 3 that count alike\)\.$/);
  });

  test('a few groups, whose rows go together', () => {
    const truth = first(200).map(() => 0);
    const before = first(200).map((row) => 1 + (row % 7) / 100);
    const after = before.map((value, row) => value + (row < 12 ? 30 : -0.01));
    const group = dictionary(first(200).map((row) => `g${row >> 2}`));
    const { evidence } = judge(
      'mae:max-rise=9',
      both({ candidate: regressionTable(truth, after), baseline: regressionTable(truth, before) }, { group }),
    );
    expect(evidence.sentence).toMatch(/a few groups decide it \(as many as 3 that count alike\)\.$/);
  });

  test('a shift that no resample tells apart is no interval', () => {
    const truth = first(100).map(() => 0);
    const before = first(100).map((row) => 1 + row / 3);
    const { verdict } = judge('mae:max-rise=0.9', {
      candidate: regressionTable(
        truth,
        before.map((value) => value + 0.1),
      ),
      baseline: regressionTable(truth, before),
    });
    expect(verdict).toBe('inconclusive');
  });
});

describe('draws and effects', () => {
  test('an α too small for draws decides nothing by them, and shares by their formula', () => {
    const alpha = 0.0001;
    const drawn = judge('f1:max-drop=0.9', labelled(60, first(30), []), { alpha });
    expect(drawn.verdict).toBe('inconclusive');
    expect(drawn.evidence.sentence).toMatch(/draws cannot tell an alpha below 0\.001\.$/);
    expect(judge('accuracy:max-drop=0.9', labelled(60, first(30), []), { alpha }).verdict).toBe('pass');
  });

  test('the smallest drop that fails a percentage lies beyond that part of the baseline', () => {
    const { evidence, baseline } = judge('roc_auc:max-drop=2%', twoModels(240, 4));
    const { pass = 0, fail = 0 } = evidence.mde ?? {};
    expect(fail - pass).toBeCloseTo(0.02 * (baseline ?? 0), 12);
  });
});

describe('a change of what rows are', () => {
  const pair = twoModels(240, 0.2);
  const dropped = Float64Array.from(first(240), (row) => (row < 40 ? 0 : 1));
  const moved = { carrier: dictionary(first(240).map((row) => (row % 2 === 0 && row > 9 ? 'UA' : 'AA'))) };

  test.each<[string, Partial<PredictionTable>, Partial<PredictionTable>, string]>([
    ['weights of 0 for 40 rows', { weight: dropped }, {}, '40 another weight, group or slice'],
    ['other weights', { weight: dropped }, { weight: dropped.map(() => 1) }, '40 another weight'],
    ['rows put into another slice', { slices: moved }, {}, '5 another weight, group or slice'],
  ])('is refused: %s', (_what, ours, theirs, words) => {
    const changed = {
      candidate: { ...pair.candidate, ...ours },
      baseline: { ...pair.baseline, ...theirs },
    };
    const { verdict, evidence } = judge('roc_auc:max-drop=0.5', changed);
    expect([verdict, evidence.state]).toEqual(['error', 'rows-changed']);
    expect(evidence.sentence).toContain(words);
    const shared = judge('roc_auc:max-drop=0.5', changed, { onRowsChanged: 'shared' });
    expect(shared.evidence.n).toBe(240 - Number.parseInt(words, 10));
  });

  test('the same weights in words are no change', () => {
    const weighted = both(pair, { weight: dropped.map((weight) => weight + 1) });
    expect(judge('roc_auc:max-drop=0.5', weighted).verdict).toBe('pass');
    const ones = { candidate: { ...pair.candidate, weight: dropped.map(() => 1) }, baseline: pair.baseline };
    expect(judge('roc_auc:max-drop=0.5', ones).verdict).toBe('pass');
  });
});

test('calibration error is flagged as biased beside its interval', () => {
  const { evidence } = judge('expected_calibration_error:max-rise=0.5', twoModels(240, 4));
  expect(evidence.sentence).toMatch(/Note: calibration error in fixed bins is biased upwards on few rows\.$/);
  expect(judge('brier:max-rise=0.5', twoModels(240, 4)).evidence.sentence).not.toMatch(/Note/);
});
