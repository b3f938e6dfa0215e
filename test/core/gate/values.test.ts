import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EarlierRun, JudgedSide } from '../../../src/core/gate/case.ts';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import type { Policy, RuleResult } from '../../../src/core/gate/types.ts';
import type { Uncertainty } from '../../../src/core/metrics/types.ts';
import { meanOf } from '../../../src/core/stats/repeats.ts';
import { policyWith } from './build.ts';
import { against, fileMetric, sideWithValues, uniform } from './sides.ts';

interface Asked {
  candidate: JudgedSide;
  baseline?: JudgedSide;
  earlier?: readonly EarlierRun[];
  over?: Partial<Policy>;
}

function judge(rule: string, { candidate, baseline, earlier, over }: Asked): RuleResult {
  const policy = policyWith([rule], over);
  const baselines = against(policy, baseline ?? 'There is none.');
  return judgeRules({ policy, candidate, baselines, ...(earlier && { earlier }) })[0] as RuleResult;
}

function sideWith(
  value: number,
  uncertainty: Uncertainty | undefined,
  over: Partial<JudgedSide> = {},
): JudgedSide {
  const metric = { ...fileMetric('roc_auc', value), ...(uncertainty && { uncertainty }) };
  return sideWithValues({}, { metrics: [metric], ...over });
}

function folds(
  values: readonly number[],
  ratio: number | null = 0.25,
  names = values.map((_, i) => `${i}`),
): JudgedSide {
  const named = values.map((value, i) => ({ name: names[i] as string, value }));
  return sideWith(meanOf(values), { kind: 'splits', values: named, test_train_ratio: ratio });
}

function seeds(values: Readonly<Record<string, number>>): JudgedSide {
  const named = Object.entries(values).map(([name, value]) => ({ name, value }));
  return sideWith(meanOf(Object.values(values)), { kind: 'seeds', values: named });
}

const errs = (value: number, stderr: number | null) => sideWith(value, { kind: 'stderr', stderr });
const plain = (value: number, over: Partial<JudgedSide> = {}) => sideWith(value, undefined, over);

/** Ten folds of two models, whose correlated t baycomp gives. */
const OURS = [0.91, 0.9, 0.92, 0.89, 0.93, 0.9, 0.91, 0.92, 0.9, 0.91];
const THEIRS = [0.9, 0.89, 0.92, 0.87, 0.92, 0.9, 0.89, 0.91, 0.9, 0.9];
const BETTER = { candidate: folds(OURS, 1 / 9), baseline: folds(THEIRS, 1 / 9) };
const WORSE = { candidate: BETTER.baseline, baseline: BETTER.candidate };

describe('resampled splits of both sides', () => {
  test('are judged by the corrected resampled t of paired differences', () => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0', BETTER);
    const error = Math.sqrt(1.1493827160493847e-5);
    expect(verdict).toBe('pass');
    expect(evidence).toMatchObject({
      method: 'corrected-t',
      estimate: 0.009,
      n: 10,
      margin: 0,
      seed: null,
      state: 'ok',
    });
    // Student's t with 9 degrees of freedom stays below 1.8331129326562376 with chance 0.95.
    expect(evidence.interval?.[0]).toBeCloseTo(0.009 - 1.8331129326562376 * error, 11);
    expect(evidence.interval?.[1]).toBeCloseTo(0.009 + 1.8331129326562376 * error, 11);
    expect(evidence.statistic).toBeCloseTo(2.6546677776450722, 10);
    expect(evidence.p).toBeCloseTo(2 * 0.013137204868769237, 11);
    expect(evidence.pFail).toBeCloseTo(0.9868627951312308, 11);
    expect(evidence.sentence).toBe(
      'roc_auc rose by 0.0090 from 0.9000 to 0.9090 (90 % interval +0.0028 to +0.0152, 10 splits). A drop of up to 0 is allowed.',
    );
  });

  test('fail where all of the interval is worse than allowed, and are adjusted like all others', () => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.001', WORSE);
    expect(verdict).toBe('fail');
    expect(evidence.pFail).toBeLessThan(0.05);
    expect(evidence.pFailAdjusted).toBe(evidence.pFail);
    expect(evidence.sentence).toMatch(/10 splits\)\. That is more than allowed \(drop of up to 0\.001\)\.$/);
    const unsure = judge('roc_auc:max-drop=0.008', WORSE);
    expect(unsure.verdict).toBe('inconclusive');
    expect(unsure.evidence.sentence).toMatch(/allowed: likely worse, but not surely\.$/);
    expect(judge('roc_auc:max-drop=0.01', WORSE).evidence.sentence).toMatch(
      /allowed: too few splits to tell\.$/,
    );
  });

  test('are paired by name, in whatever order', () => {
    const names = OURS.map((_, i) => `repeat ${i % 2}, fold ${i}`);
    const baseline = folds([...THEIRS].reverse(), 1 / 9, [...names].reverse());
    const { evidence } = judge('roc_auc:max-drop=0', { candidate: folds(OURS, 1 / 9, names), baseline });
    expect(evidence).toEqual(judge('roc_auc:max-drop=0', BETTER).evidence);
  });

  test('of a percentage are judged by contrasts of each split', () => {
    const { evidence } = judge('roc_auc:max-drop=2%', BETTER);
    const contrasts = OURS.map((value, i) => value - 0.98 * (THEIRS[i] as number));
    const mean = meanOf(contrasts);
    const squares = contrasts.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt((squares / 9) * (1 / 10 + 1 / 9));
    expect(evidence.estimate).toBeCloseTo(mean, 12);
    expect(evidence.interval?.[0]).toBeCloseTo(mean - 1.8331129326562376 * error, 11);
    expect(evidence.margin).toBe(0);
    expect(evidence.p).toBeUndefined();
    expect(evidence.mde?.fail).toBeCloseTo((evidence.mde?.pass ?? 0) + 0.02 * 0.9, 12);
  });

  test('give bars an interval of the candidate’s mean', () => {
    const { verdict, evidence } = judge('roc_auc:min=0.89', { candidate: BETTER.candidate });
    expect(verdict).toBe('pass');
    expect(evidence).toMatchObject({ method: 'corrected-t', estimate: 0.909, n: 10 });
    expect(judge('roc_auc:min=0.905', { candidate: BETTER.candidate }).verdict).toBe('inconclusive');
    expect(judge('roc_auc:min=0.95', { candidate: BETTER.candidate }).verdict).toBe('fail');
  });

  test.each<[string, JudgedSide, JudgedSide, RegExp]>([
    ['one split', folds([0.9]), folds([0.9]), /one of the splits does not tell how far values vary\.$/],
    [
      'other splits',
      folds([0.9, 0.8], 0.25, ['a', 'b']),
      folds([0.9, 0.8], 0.25, ['a', 'c']),
      /with different splits\.$/,
    ],
    ['fewer splits', folds([0.9, 0.8]), folds([0.9, 0.8, 0.7]), /with different splits\.$/],
    [
      'another ratio',
      folds([0.9, 0.8], 0.25),
      folds([0.9, 0.8], 0.5),
      /have another ratio of test to training rows\.$/,
    ],
    ['no ratio', folds([0.9, 0.8], null), folds([0.9, 0.7], null), /is not recorded \(test_train_ratio\)\.$/],
    [
      'no ratio before',
      folds([0.9, 0.8]),
      folds([0.9, 0.7], null),
      /is not recorded \(test_train_ratio\)\.$/,
    ],
    ['equal differences', folds([0.9, 0.8]), folds([0.91, 0.81]), /the values do not vary between splits\.$/],
    [
      'splits dropped',
      plain(0.9),
      folds([0.9, 0.8]),
      /the candidate has one number alone and the baseline values of splits\.$/,
    ],
    [
      'splits added',
      folds([0.9, 0.8]),
      plain(0.85),
      /the candidate has values of splits and the baseline one number alone\.$/,
    ],
    [
      'another kind',
      seeds({ 1: 0.9, 2: 0.8 }),
      folds([0.9, 0.8]),
      /values of seeds and the baseline values of splits\.$/,
    ],
  ])('decide nothing: %s', (_, candidate, baseline, why) => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.5', { candidate, baseline });
    expect(verdict).toBe('inconclusive');
    expect(evidence).toMatchObject({ interval: null, mde: null, state: 'ok' });
    expect(evidence.estimate).not.toBeNull();
    expect(evidence.pFail).toBeUndefined();
    expect(evidence.sentence).toMatch(/ \(no interval, \d+ (?:splits|seeds)\)\. This cannot decide: /);
    expect(evidence.sentence).toMatch(why);
  });

  test('by points where a rule asks for it, and say so', () => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.001,judge=point', WORSE);
    expect(verdict).toBe('fail');
    expect(evidence).toMatchObject({ method: 'point', interval: null });
    expect(evidence.sentence).toMatch(/The rule asks for the plain difference, whatever it varies by\.$/);
  });

  test('with equal values are one model only if its bytes are equal', () => {
    const same = (model: string) => sideWith(0.85, folds([0.9, 0.8]).metrics[0]?.uncertainty, { model });
    const equal = judge('roc_auc:max-drop=0', { candidate: same('a'), baseline: same('a') });
    expect(equal.verdict).toBe('pass');
    expect(equal.evidence).toMatchObject({ method: 'identical', interval: [0, 0] });
    const other = judge('roc_auc:max-drop=0', { candidate: same('a'), baseline: same('b') });
    expect(other.verdict).toBe('inconclusive');
  });
});

describe('training seeds of both sides', () => {
  const candidate = seeds({ 1: 1.1, 2: 2.2, 3: 0.3, 4: 4.4, 5: 5.1 });
  const baseline = seeds({ 5: 4.2, 4: 3.9, 3: 0.5, 2: 2, 1: 0.9 });

  test('are judged by the paired t', () => {
    const { evidence } = judge('roc_auc:max-drop=0', { candidate, baseline });
    expect(evidence).toMatchObject({ method: 'paired-t', n: 5 });
    expect(evidence.statistic).toBeCloseTo(1.7509620965266657, 10);
    expect(evidence.p).toBeCloseTo(0.15484212070289866, 10);
    expect(evidence.sentence).toMatch(/, 5 seeds\)\./);
  });

  test('of other names decide nothing', () => {
    const other = judge('roc_auc:max-drop=9', {
      candidate: seeds({ 1: 0.9, 2: 0.8 }),
      baseline: seeds({ 1: 0.9, 3: 0.8 }),
    });
    expect(other.verdict).toBe('inconclusive');
    expect(other.evidence.sentence).toMatch(/the two sides were measured with different seeds\.$/);
  });
});

describe('values with standard errors', () => {
  test('are judged as if they were independent, and that is said', () => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.02', {
      candidate: errs(0.9, 0.003),
      baseline: errs(0.9, 0.004),
    });
    expect(verdict).toBe('pass');
    expect(evidence).toMatchObject({ method: 'z', estimate: 0, n: null });
    expect(evidence.interval?.[0]).toBeCloseTo(-1.6448536269514722 * 0.005, 12);
    expect(evidence.mde?.pass).toBeCloseTo((1.6448536269514722 + 0.8416212335729143) * 0.005, 12);
    expect(evidence.sentence).toBe(
      'roc_auc stayed at 0.9000 (90 % interval −0.0082 to +0.0082, by standard errors). Both values are taken as independent, which is cautious on the same rows. A drop of up to 0.02 is allowed.',
    );
  });

  test('that are large cannot tell', () => {
    const { evidence } = judge('roc_auc:max-drop=0', {
      candidate: errs(0.9, 0.03),
      baseline: errs(0.9, 0.04),
    });
    expect(evidence.sentence).toMatch(
      /A drop of up to 0 is allowed: the standard errors are too large to tell\.$/,
    );
  });

  test('of a percentage weigh the baseline’s by what is left of it', () => {
    const { evidence } = judge('roc_auc:max-drop=50%', {
      candidate: errs(0.9, 0.003),
      baseline: errs(0.9, 0.008),
    });
    expect(evidence.interval?.[0]).toBeCloseTo(0.45 - 1.6448536269514722 * 0.005, 12);
  });

  test('give bars an interval', () => {
    const { verdict, evidence } = judge('roc_auc:min=0.9', { candidate: errs(0.9, 0.003) });
    expect(verdict).toBe('inconclusive');
    expect(evidence.interval?.[1]).toBeCloseTo(0.9 + 1.6448536269514722 * 0.003, 12);
    expect(evidence.sentence).not.toContain('independent');
  });

  test.each([
    [null, 0.01, /a standard error is not a number\.$/],
    [0.01, null, /a standard error is not a number\.$/],
    [0, 0.01, /a standard error of 0 does not tell how far a value may move\.$/],
    [0, 0, /a standard error of 0 does not tell how far a value may move\.$/],
  ])('of %p and %p decide nothing', (ours, theirs, why) => {
    const { verdict, evidence } = judge('roc_auc:max-drop=0.5', {
      candidate: errs(0.9, ours),
      baseline: errs(0.9, theirs),
    });
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(why);
  });
});

describe('one number beside earlier runs', () => {
  const PAST = [0.9, 0.91, 0.92, 0.905, 0.915, 0.912, 0.908, 0.911];
  const run = (value: number, over: Partial<EarlierRun> = {}): EarlierRun => ({
    metrics: [fileMetric('roc_auc', value)],
    rows: null,
    evaluator: null,
    hardware: null,
    ...over,
  });
  const past = PAST.map((value) => run(value));

  test('is judged by the prediction interval of 8 of them', () => {
    const { verdict, evidence, baseline } = judge('roc_auc:max-drop=0.01', {
      candidate: plain(0.93),
      baseline: plain(0.95),
      earlier: past,
    });
    const mean = PAST.reduce((sum, value) => sum + value, 0) / 8;
    const deviation = Math.sqrt(PAST.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
    // Student's t with 7 degrees of freedom stays below 1.8945786050900066 with chance 0.95.
    const reach = 1.8945786050900066 * deviation * Math.sqrt(9 / 8);
    expect(verdict).toBe('pass');
    expect(baseline).toBe(0.95);
    expect(evidence).toMatchObject({ method: 'prediction-interval', n: 8 });
    expect(evidence.estimate).toBeCloseTo(0.93 - mean, 12);
    expect(evidence.interval?.[0]).toBeCloseTo(0.93 - mean - reach, 11);
    expect(evidence.sentence).toBe(
      'roc_auc fell by 0.020 from 0.950 to 0.930. Judged against the mean of 8 earlier runs, 0.910: +0.020 (90 % interval +0.008 to +0.032). A drop of up to 0.01 is allowed.',
    );
    expect(
      judge('roc_auc:max-drop=0.01', { candidate: plain(0.85), baseline: plain(0.9), earlier: past }).verdict,
    ).toBe('fail');
    expect(
      judge('roc_auc:max-drop=0.01', { candidate: plain(0.9), baseline: plain(0.9), earlier: past }).verdict,
    ).toBe('inconclusive');
  });

  const SIDES = {
    candidate: plain(0.9, { rows: 'r', evaluator: 'e' }),
    baseline: plain(0.9, { rows: 'r', evaluator: 'e' }),
  };
  const like = PAST.map((value) => run(value, { rows: 'r', evaluator: 'e' }));

  test.each<[string, readonly EarlierRun[]]>([
    ['on other rows', [...like.slice(1), run(0.9, { rows: 'x', evaluator: 'e' })]],
    ['by other code', [...like.slice(1), run(0.9, { rows: 'r', evaluator: 'x' })]],
    ['on unknown rows', [...like.slice(1), run(0.9, { evaluator: 'e' })]],
    ['without the metric', [...like.slice(1), { ...run(0.9), rows: 'r', evaluator: 'e', metrics: [] }]],
    [
      'without a number',
      [...like.slice(1), { ...run(0.9), rows: 'r', evaluator: 'e', metrics: [fileMetric('roc_auc', 'nan')] }],
    ],
    ['that are too few', like.slice(1)],
  ])('leaves out runs %s', (_, earlier) => {
    expect(judge('roc_auc:max-drop=0.01', { ...SIDES, earlier: like }).evidence.method).toBe(
      'prediction-interval',
    );
    const { verdict, evidence } = judge('roc_auc:max-drop=0.01', { ...SIDES, earlier });
    expect(verdict).toBe('pass');
    expect(evidence.method).toBe('point');
    expect(evidence.sentence).toMatch(/No uncertainty is available for plain numbers\.$/);
  });

  test('decides nothing where they are all equal', () => {
    const equal = PAST.map(() => run(0.9));
    const { verdict, evidence } = judge('roc_auc:max-drop=0.5', {
      candidate: plain(0.9),
      baseline: plain(0.9),
      earlier: equal,
    });
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(/This cannot decide: the earlier runs all have the same value\.$/);
  });

  const rising = PAST.map((_, i) => run(0.9 + (PAST.length - i) / 100 + (i % 2) / 1000));
  const late = { candidate: plain(0.97), baseline: plain(0.98) };

  test('passes by no mean that lies behind, and fails by none that lies before', () => {
    const passed = judge('roc_auc:max-drop=0.05', { ...late, earlier: rising });
    expect(passed.verdict).toBe('inconclusive');
    expect(passed.evidence.interval?.[0]).toBeGreaterThan(-0.05);
    expect(passed.evidence.sentence).toMatch(
      /This cannot decide: earlier runs tend to become better, so their mean is not where the last ones are\.$/,
    );
    expect(judge('roc_auc:max-drop=0.01', { ...late, candidate: plain(0.8), earlier: rising }).verdict).toBe(
      'fail',
    );

    const falling = rising.toReversed();
    const failed = judge('roc_auc:max-drop=0.01', { ...late, candidate: plain(0.85), earlier: falling });
    expect(failed.verdict).toBe('inconclusive');
    expect(failed.evidence.pFail).toBeUndefined();
    expect(failed.evidence.sentence).toMatch(/earlier runs tend to become worse/);
    expect(judge('roc_auc:max-drop=0.01', { ...late, candidate: plain(1), earlier: falling }).verdict).toBe(
      'pass',
    );
  });

  test('is a time only beside runs of its class of hardware', () => {
    const timed = (hardware: string | null) =>
      PAST.map((ms) => run(0, { metrics: [fileMetric('latency_ms', ms)], hardware }));
    const side = sideWithValues({ latency_ms: 0.9 }, { hardware: 'one' });
    const methodBeside = (earlier: readonly EarlierRun[]) =>
      judge('latency_ms:max-rise=1', { candidate: side, baseline: side, earlier }).evidence.method;
    expect(methodBeside(timed('one'))).toBe('prediction-interval');
    expect([timed('two'), timed(null)].map(methodBeside)).toEqual(['point', 'point']);
  });

  test('is no bar’s business, nor that of a rule against one run or a slice', () => {
    const sides = { candidate: plain(0.9), baseline: plain(0.9), earlier: past };
    expect(judge('roc_auc:min=0.8', sides).evidence.method).toBe('point');
    expect(judge('roc_auc:max-drop=0.01', { ...sides, over: { baseline: 'v1.0' } }).evidence.method).toBe(
      'point',
    );
  });

  test('counts the mean by its percentage', () => {
    const { evidence } = judge('roc_auc:max-drop=50%', {
      candidate: plain(0.9),
      baseline: plain(0.9),
      earlier: past,
    });
    expect(evidence.estimate).toBeCloseTo(0.9 - 0.5 * meanOf(PAST), 12);
  });
});

test('a margin that is loosened never makes a verdict without rows worse', () => {
  const rank = ['fail', 'inconclusive', 'pass'];
  const random = uniform(11);
  const value = fc.integer({ min: 0, max: 1000 }).map((count) => count / 1000);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 }),
      fc.constantFrom(0.1, 0.25, 1),
      (pairs, ratio) => {
        const sides = {
          candidate: folds(
            pairs.map(([a]) => a),
            ratio,
          ),
          baseline: folds(
            pairs.map(([, b]) => b),
            ratio,
          ),
        };
        const margins = [0, 0.01, 0.1 + random() / 10, 0.5, 1];
        const results = margins.map((margin) => judge(`roc_auc:max-drop=${margin}`, sides));
        const order = results.map(({ verdict }) => rank.indexOf(verdict ?? ''));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        for (const { verdict, evidence } of results)
          if (evidence.pFail !== undefined) expect(evidence.pFail <= 0.05).toBe(verdict === 'fail');
      },
    ),
    { numRuns: 60 },
  );
});
