import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../../src/core/errors.ts';
import type { JudgedSide } from '../../../src/core/gate/case.ts';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import { parseRuleText } from '../../../src/core/gate/rule.ts';
import type { Policy, RuleResult } from '../../../src/core/gate/types.ts';
import type { PredictionTable, ValueState } from '../../../src/core/metrics/types.ts';
import { binaryTable, dictionary, regressionTable } from '../metrics/tables.ts';
import { policyWith } from './build.ts';
import { against, fileMetric, pick, sideWithRows, sideWithValues, twoModels, uniform } from './sides.ts';

function judgeSides(
  rules: readonly string[],
  candidate: JudgedSide,
  baseline: JudgedSide | string,
  over: Partial<Policy> = {},
): RuleResult[] {
  const policy = policyWith(rules, over);
  return judgeRules({ policy, candidate, baselines: against(policy, baseline) });
}

function judgeTables(
  rules: readonly string[],
  pair: { candidate: PredictionTable; baseline: PredictionTable },
  over: Partial<Policy> = {},
): RuleResult[] {
  return judgeSides(rules, sideWithRows(pair.candidate), sideWithRows(pair.baseline), over);
}

function only(results: readonly RuleResult[]): RuleResult {
  expect(results).toHaveLength(1);
  return results[0] as RuleResult;
}

const N = 240;
const WORSE = twoModels(N, 4);
const ALIKE = twoModels(N, 0.3, 5);

describe('rules on rows of both sides', () => {
  test('evidence has the frozen fields, in the metric’s own sign and units', () => {
    const { verdict, evidence, candidate, baseline } = only(judgeTables(['brier:max-rise=0.001'], WORSE));
    expect(verdict).toBe('fail');
    expect(Object.keys(evidence).sort()).toEqual([
      ...['estimate', 'interval', 'level', 'margin', 'mde', 'method', 'n', 'pFail', 'pFailAdjusted', 'seed'],
      ...['sentence', 'state'],
    ]);
    expect(evidence).toMatchObject({ method: 'bca', level: 0.9, n: N, margin: 0.001, state: 'ok' });
    expect(evidence.seed).toMatch(/^[0-9a-f]{32}$/);
    expect(evidence.estimate).toBeCloseTo((candidate ?? 0) - (baseline ?? 0), 11);
    const [lower, upper] = evidence.interval ?? [0, 0];
    expect(lower).toBeLessThan(evidence.estimate ?? 0);
    expect(upper).toBeGreaterThan(evidence.estimate ?? 0);
    const error = (upper - lower) / (2 * 1.6448536269514722);
    expect(evidence.mde?.pass).toBeCloseTo((1.6448536269514722 + 0.8416212335729143) * error, 12);
    expect(evidence.mde?.fail).toBeCloseTo((evidence.mde?.pass ?? 0) + 0.001, 12);
  });

  test.each<[string, typeof WORSE, RuleResult['verdict'], RegExp]>([
    [
      'roc_auc:max-drop=0.005',
      WORSE,
      'fail',
      /^roc_auc fell by 0\.\d+ from 0\.\d+ to 0\.\d+ \(90 % interval −0\.\d+ to −0\.\d+, n = 240\)\. That is more than allowed \(drop of up to 0\.005\)\.$/,
    ],
    ['roc_auc:max-drop=0.5', WORSE, 'pass', /A drop of up to 0\.5 is allowed\.$/],
    [
      'roc_auc:max-drop=0.0001',
      ALIKE,
      'inconclusive',
      /A drop of up to 0\.0001 is allowed: (likely worse, but not surely|too few rows to tell)\.$/,
    ],
    [
      'brier:max-rise=0.0001',
      WORSE,
      'fail',
      /^brier rose by .* That is more than allowed \(rise of up to 0\.0001\)\.$/,
    ],
    ['brier:max-rise=10000%', WORSE, 'pass', /A rise of up to 10000 % of the baseline is allowed\.$/],
    ['f1:max-drop=0.9', WORSE, 'pass', /A drop of up to 0\.9 is allowed\.$/],
    [
      'accuracy:min=0.2',
      WORSE,
      'pass',
      /^accuracy is 0\.\d+ \(90 % interval 0\.\d+ to 0\.\d+, n = 240\)\. At least 0\.2 is required\.$/,
    ],
    ['accuracy:min=0.99', WORSE, 'fail', /At least 0\.99 is required: does not hold\.$/],
    ['brier:max=0.001', WORSE, 'fail', /At most 0\.001 is allowed: does not hold\.$/],
    ['brier:max=1000', WORSE, 'pass', /At most 1000 is allowed\.$/],
  ])('%s', (rule, pair, verdict, sentence) => {
    const result = only(judgeTables([rule], pair));
    expect(result.verdict).toBe(verdict);
    expect(result.evidence.sentence).toMatch(sentence);
    expect(result.evidence.state).toBe('ok');
  });

  test('an inconclusive rule says which way it leans by the estimate', () => {
    const judged = only(judgeTables(['roc_auc:max-drop=0'], ALIKE));
    const drop = -(judged.evidence.estimate ?? 0);
    expect(drop).toBeGreaterThan(0);
    const [below, above] = judgeTables(
      [`roc_auc:max-drop=${drop * 0.98}`, `roc_auc:max-drop=${drop * 1.02}`],
      ALIKE,
    );
    expect(below?.verdict).toBe('inconclusive');
    expect(below?.evidence.sentence).toMatch(/likely worse, but not surely\.$/);
    expect(above?.verdict).toBe('inconclusive');
    expect(above?.evidence.sentence).toMatch(/too few rows to tell\.$/);
  });

  test('a bar between the ends of the candidate’s interval is inconclusive', () => {
    const value = only(judgeTables(['roc_auc:min=0'], ALIKE)).candidate ?? 0;
    expect(only(judgeTables([`roc_auc:min=${value.toFixed(6)}`], ALIKE)).verdict).toBe('inconclusive');
  });

  test('percentages are judged by their contrast, with margin 0', () => {
    const { evidence, candidate, baseline } = only(judgeTables(['roc_auc:max-drop=2%'], WORSE));
    expect(evidence.margin).toBe(0);
    expect(evidence.estimate).toBeCloseTo((candidate ?? 0) - 0.98 * (baseline ?? 0), 11);
    const rise = only(judgeTables(['brier:max-rise=2%'], WORSE));
    expect(rise.evidence.estimate).toBeCloseTo(1.02 * (rise.baseline ?? 0) - (rise.candidate ?? 0), 11);
    expect(rise.verdict).toBe('fail');
  });

  test('`judge: point` looks at the plain difference alone', () => {
    const { verdict, evidence } = only(judgeTables(['roc_auc:max-drop=0.0001,judge=point'], ALIKE));
    expect(verdict).toBe('fail');
    expect(evidence).toMatchObject({ method: 'point', interval: null, mde: null, seed: null });
  });

  test('tightening the margin never makes a verdict better', () => {
    const rank = ['fail', 'inconclusive', 'pass'];
    const margins = [0.3, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 0];
    for (const pair of [WORSE, ALIKE]) {
      const verdicts = judgeTables(
        margins.map((margin) => `roc_auc:max-drop=${margin}`),
        pair,
      ).map(({ verdict }) => rank.indexOf(verdict ?? ''));
      expect(verdicts).toEqual([...verdicts].sort((a, b) => b - a));
      expect(verdicts[0]).toBe(2);
    }
  });
});

/** All of a result but what the number of rules changes. */
function unadjusted({ evidence: { pFailAdjusted: _adjusted, ...evidence }, ...rest }: RuleResult): object {
  return { ...rest, evidence };
}

describe('what a verdict does not depend on', () => {
  const RULES = [
    'roc_auc:max-drop=0.01',
    'accuracy:max-drop=0.01',
    'f1[carrier=UA]:max-drop=0.02',
    'log_loss:max=9',
    'brier:max-rise=1%',
  ];

  test('the order of rows on either side', () => {
    const random = uniform(3);
    const order = Array.from({ length: N }, (_, row) => row)
      .map((row) => [random(), row] as const)
      .sort(([a], [b]) => a - b)
      .map(([, row]) => row);
    const shuffled = {
      candidate: pick(ALIKE.candidate, order),
      baseline: pick(ALIKE.baseline, [...order].reverse()),
    };
    const numbers = (results: RuleResult[]) =>
      results.map(({ verdict, evidence }) => ({ verdict, evidence }));
    expect(numbers(judgeTables(RULES, shuffled))).toEqual(numbers(judgeTables(RULES, ALIKE)));
  });

  test('the other rules of the policy and their order', () => {
    const together = judgeTables([...RULES].reverse(), ALIKE).reverse();
    const alone = RULES.map((rule) => only(judgeTables([rule], ALIKE)));
    expect(together.map(unadjusted)).toEqual(alone.map(unadjusted));
  });

  test('which model is the candidate, but for the sign', () => {
    const [forth, back] = [WORSE, { candidate: WORSE.baseline, baseline: WORSE.candidate }].map(
      (pair) => only(judgeTables(['roc_auc:max-drop=0.005'], pair)).evidence,
    );
    expect(back?.estimate).toBe(0 - (forth?.estimate ?? Number.NaN));
    expect(back?.interval?.[0]).toBeCloseTo(-(forth?.interval?.[1] ?? 0), 11);
    expect(back?.interval?.[1]).toBeCloseTo(-(forth?.interval?.[0] ?? 0), 11);
    expect(back?.seed).toBe(forth?.seed);
  });

  test('a group column draws whole groups: rows that repeat each other are worth fewer', () => {
    const groups = dictionary(Array.from({ length: N }, (_, row) => `g${row % 20}`));
    const grouped = { candidate: { ...ALIKE.candidate, group: groups }, baseline: ALIKE.baseline };
    const [plain, clustered] = [ALIKE, grouped].map(
      (pair) => only(judgeTables(['roc_auc:max-drop=0.01'], pair)).evidence,
    );
    expect(clustered?.estimate).toBe(plain?.estimate);
    expect(clustered?.interval).not.toEqual(plain?.interval);
  });
});

describe('models that answer alike', () => {
  const { baseline: same } = ALIKE;
  const hard = { ...same, score: null };

  test('equal bits of at least 100 different scores are an identical model', () => {
    const { verdict, evidence } = only(
      judgeTables(['roc_auc:max-drop=0'], { candidate: same, baseline: same }),
    );
    expect(verdict).toBe('pass');
    expect(evidence).toMatchObject({ method: 'identical', estimate: 0, interval: [0, 0], seed: null });
    expect(evidence.sentence).toMatch(/^roc_auc stayed at 0\.\d+\. Both models answer every row alike\./);
  });

  test('fewer different scores prove nothing', () => {
    const coarse = { ...same, score: Float64Array.from(same.score ?? [], (score) => Math.round(score)) };
    const { verdict, evidence } = only(
      judgeTables(['roc_auc:max-drop=0.01'], { candidate: coarse, baseline: coarse }),
    );
    expect(evidence.method).toBe('delong');
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(/This cannot decide: the two models differ on only 0 rows\.$/);
  });

  test('labels alone leave room for what was not seen, in accuracy as Tango’s interval has it', () => {
    const { verdict, evidence } = only(
      judgeTables(['accuracy:max-drop=0.02'], { candidate: hard, baseline: hard }),
    );
    const unseen = 2.705543454095404 / (N + 2.705543454095404);
    expect(evidence.method).toBe('tango');
    expect(evidence.interval?.[0]).toBeCloseTo(-unseen, 10);
    expect(verdict).toBe('pass');
    expect(only(judgeTables(['accuracy:max-drop=0.001'], { candidate: hard, baseline: hard })).verdict).toBe(
      'inconclusive',
    );
  });

  test('the same bytes are the same model, whatever it scores', () => {
    const [a, b] = [
      sideWithRows(hard, { model: 'f'.repeat(64) }),
      sideWithRows(hard, { model: 'f'.repeat(64) }),
    ];
    expect(only(judgeSides(['f1:max-drop=0'], a, b)).evidence.method).toBe('identical');
    const other = sideWithRows(hard, { model: 'e'.repeat(64) });
    expect(only(judgeSides(['f1:max-drop=0'], a, other)).evidence.method).toBe('percentile');
  });

  test('one score of another bit is not identical', () => {
    const score = Float64Array.from(same.score ?? []);
    score[0] = (score[0] ?? 0) + Number.EPSILON * 4;
    expect(
      only(judgeTables(['roc_auc:max-drop=0'], { candidate: { ...same, score }, baseline: same })).evidence
        .method,
    ).toBe('delong');
  });

  test('accuracy counts the rows that changed between right and wrong', () => {
    const baseline = binaryTable(
      Array.from({ length: 40 }, (_, row) => String(row % 2)),
      Array.from({ length: 40 }, (_, row) => String(row % 2)),
    );
    const wrong = binaryTable(
      Array.from({ length: 40 }, (_, row) => String(row % 2)),
      Array.from({ length: 40 }, (_, row) => (row < 5 ? String((row + 1) % 2) : String(row % 2))),
    );
    const { verdict, evidence } = only(
      judgeTables(['accuracy:max-drop=0.01'], { candidate: wrong, baseline }),
    );
    expect(evidence.discordant).toEqual([5, 0]);
    expect(evidence.p).toBeCloseTo(2 * 0.5 ** 5, 14);
    expect(verdict).toBe('inconclusive');
  });
});

describe('too few rows', () => {
  test('of all decide nothing', () => {
    const few = twoModels(8, 2);
    const small = only(judgeTables(['accuracy:min=0.01'], few));
    expect(small.verdict).toBe('inconclusive');
    expect(small.evidence.sentence).toMatch(/This cannot decide: 8 rows are too few\.$/);
  });

  test.each([2, 9])('of the rarer class, %i of them, decide nothing', (count) => {
    const [rows, rare] = [1, 0].map((code) =>
      [...(ALIKE.candidate.labelCodes ?? []).keys()].filter(
        (row) => ALIKE.candidate.labelCodes?.[row] === code,
      ),
    );
    const kept = [...(rows ?? []), ...(rare ?? []).slice(0, count)];
    const { verdict, evidence } = only(
      judgeTables(['roc_auc:max-drop=0.9'], {
        candidate: pick(ALIKE.candidate, kept),
        baseline: pick(ALIKE.baseline, kept),
      }),
    );
    expect(verdict).toBe('inconclusive');
    expect(evidence.sentence).toMatch(
      new RegExp(`This cannot decide: the rarer class has only ${count} rows\\.$`),
    );
  });

  test('of a kind for every draw to have a value, decide nothing', () => {
    const random = uniform(9);
    const labels = Array.from({ length: 60 }, () => String(Math.floor(random() * 2)));
    const guesses = (ones: number) => labels.map((_, row) => (row < ones ? '1' : '0'));
    const pair = { candidate: binaryTable(labels, guesses(1)), baseline: binaryTable(labels, guesses(14)) };
    const { verdict, evidence } = only(judgeTables(['precision:max-drop=1'], pair));
    expect(verdict).toBe('inconclusive');
    expect(evidence).toMatchObject({ interval: null, mde: null });
    expect(evidence.sentence).toMatch(
      /This cannot decide: the value is not defined on \d+ of 1999 resamples of the rows: too few of a kind\.$/,
    );
  });
});

describe('slices', () => {
  test('a rule on a slice counts its rows alone', () => {
    const { evidence, candidate } = only(judgeTables(['roc_auc[carrier=UA]:max-drop=0.9'], WORSE));
    expect(evidence.n).toBe(N / 2);
    const rows = Array.from({ length: N / 2 }, (_, i) => 2 * i);
    const alone = only(
      judgeTables(['roc_auc:max-drop=0.9'], {
        candidate: pick(WORSE.candidate, rows),
        baseline: pick(WORSE.baseline, rows),
      }),
    );
    expect(candidate).toBe(alone.candidate);
    expect(evidence.sentence).toMatch(/^roc_auc \(carrier=UA\) fell by /);
  });

  test.each<[string, string]>([
    [
      'f1[carrier=XX]:min=0.1',
      'f1 (carrier=XX) of the candidate is missing: no row has carrier=XX, so "f1[carrier=XX]:min=0.1" cannot be judged.',
    ],
    [
      'f1[carier=UA]:min=0.1',
      'f1 (carier=UA) of the candidate is missing: "carier" is not a slice column of the predictions; did you mean carrier?, so "f1[carier=UA]:min=0.1" cannot be judged.',
    ],
    [
      'f1[weather=dry]:min=0.1',
      'f1 (weather=dry) of the candidate is missing: "weather" is not a slice column of the predictions (declared: carrier), so "f1[weather=dry]:min=0.1" cannot be judged.',
    ],
  ])('%s is an error', (rule, sentence) => {
    const { verdict, evidence } = only(judgeTables([rule], WORSE));
    expect(verdict).toBe('error');
    expect(evidence).toMatchObject({ state: 'missing', estimate: null, interval: null, sentence });
  });
});

describe('values without rows', () => {
  const [ours, theirs] = [
    sideWithValues({ f1: 0.5, val_loss: 0.4 }),
    sideWithValues({ f1: 0.52, val_loss: 0.41 }),
  ];

  test.each<[string, RuleResult['verdict'], string]>([
    [
      'f1:max-drop=0.02',
      'pass',
      'f1 fell by 0.02 from 0.52 to 0.5. A drop of up to 0.02 is allowed. No uncertainty is available for plain numbers.',
    ],
    [
      'f1:max-drop=0.01',
      'fail',
      'f1 fell by 0.02 from 0.52 to 0.5. That is more than allowed (drop of up to 0.01). No uncertainty is available for plain numbers.',
    ],
    [
      'val_loss:max-rise=0',
      'pass',
      'val_loss fell by 0.01 from 0.41 to 0.4. A rise of up to 0 is allowed. No uncertainty is available for plain numbers.',
    ],
    [
      'f1:min=0.6',
      'fail',
      'f1 is 0.5. At least 0.6 is required: does not hold. No uncertainty is available for plain numbers.',
    ],
  ])('%s', (rule, verdict, sentence) => {
    const result = only(judgeSides([rule], ours, theirs));
    expect(result.verdict).toBe(verdict);
    expect(result.evidence).toMatchObject({
      method: 'point',
      interval: null,
      mde: null,
      seed: null,
      state: 'ok',
      sentence,
    });
  });

  test.each<[ValueState, string]>([
    ['nan', 'is not a number'],
    ['inf', 'is infinite'],
    ['undefined', 'is undefined on its rows (one class only, or no positive label)'],
    ['missing', 'is missing: there is no f1'],
  ])('%s on either side is an error and never passes', (state, words) => {
    const bad = sideWithValues(state === 'missing' ? {} : { f1: state });
    const here = only(judgeSides(['f1:max-drop=1'], bad, theirs));
    expect(here).toMatchObject({ verdict: 'error', candidate: null, baseline: 0.52 });
    expect(here.evidence).toMatchObject({
      state,
      sentence: `f1 of the candidate ${words}, so "f1:max-drop=1" cannot be judged.`,
    });
    const there = only(judgeSides(['f1:max-drop=1'], ours, bad));
    expect(there).toMatchObject({ verdict: 'error', candidate: 0.5, baseline: null });
    expect(there.evidence).toMatchObject({
      state,
      sentence: `f1 of the baseline ${words}, so "f1:max-drop=1" cannot be judged.`,
    });
    expect(only(judgeSides(['f1:min=0'], bad, theirs)).verdict).toBe('error');
  });

  test('a misspelt metric is an error with the nearest name', () => {
    const { verdict, evidence } = only(judgeSides(['val_los:min=0'], ours, theirs));
    expect(verdict).toBe('error');
    expect(evidence.sentence).toBe(
      'val_los of the candidate is missing: there is no val_los; did you mean val_loss?, so "val_los:min=0" cannot be judged.',
    );
  });

  test('a metric of a file beside predictions is a plain number', () => {
    const [a, b] = [WORSE.candidate, WORSE.baseline].map((table, i) =>
      sideWithRows(table, { metrics: [fileMetric('latency_ms', 20 + i)], hardware: 'one' }),
    );
    const [speed, auc] = judgeSides(
      ['latency_ms:max-rise=1', 'roc_auc:max-drop=0.5'],
      a as JudgedSide,
      b as JudgedSide,
    );
    expect(speed).toMatchObject({
      verdict: 'pass',
      candidate: 20,
      baseline: 21,
      evidence: { method: 'point' },
    });
    expect(auc?.evidence.method).toBe('delong');
  });

  test('other test rows or another evaluation cannot be judged by plain numbers', () => {
    const at = (over: Partial<JudgedSide>) =>
      only(
        judgeSides(
          ['f1:max-drop=1'],
          { ...ours, rows: 'a', evaluator: 'b' },
          { ...theirs, rows: 'a', evaluator: 'b', ...over },
        ),
      );
    expect(at({}).verdict).toBe('pass');
    expect(at({ rows: null, evaluator: null }).verdict).toBe('pass');
    const remedy =
      'and a plain number cannot be measured again. Write predictions on both sides, or record the baseline anew.';
    expect(at({ rows: 'z' })).toMatchObject({
      verdict: 'error',
      evidence: { state: 'rows-changed', sentence: `The test rows changed, ${remedy}` },
    });
    expect(at({ evaluator: 'z' })).toMatchObject({
      verdict: 'error',
      evidence: { state: 'rows-changed', sentence: `The code that scores changed, ${remedy}` },
    });
  });

  test.each<[string, string | null, string | null]>([
    ['on two kinds of machine', 'linux, EPYC, 4 cores', 'linux, Xeon, 4 cores'],
    ['on a machine that nobody knows', 'linux, EPYC, 4 cores', null],
    ['nobody knows where', null, null],
  ])('a time taken %s is inconclusive, however good', (_what, here, there) => {
    const at = (ms: number, hardware: string | null) => sideWithValues({ latency_ms: ms }, { hardware });
    const judged = (rule: string, ms = 1) => only(judgeSides([rule], at(ms, here), at(20, there)));
    expect(judged('latency_ms:max-rise=5')).toMatchObject({
      verdict: 'inconclusive',
      candidate: 1,
      baseline: 20,
      evidence: { state: 'hardware-changed', estimate: null },
    });
    expect(judged('latency_ms:max-rise=5', 900).verdict).toBe('inconclusive');
    expect(judged('latency_ms:max=5').verdict).toBe('pass');
  });

  test('a time taken on one kind of machine is compared; one that is missing is an error there and elsewhere', () => {
    const at = (ms: number | 'nan', hardware: string) => sideWithValues({ latency_ms: ms }, { hardware });
    const judged = (ms: number | 'nan', there: string) =>
      only(judgeSides(['latency_ms:max-rise=5'], at(ms, 'one'), at(20, there))).verdict;
    expect([judged(24, 'one'), judged(26, 'one'), judged('nan', 'one'), judged('nan', 'two')]).toEqual([
      'pass',
      'fail',
      'error',
      'error',
    ]);
  });

  test('a percentage of a negative baseline is an error', () => {
    const { verdict, evidence } = only(
      judgeSides(['r2:max-drop=5%'], sideWithValues({ r2: -0.2 }), sideWithValues({ r2: -0.2 })),
    );
    expect(verdict).toBe('error');
    expect(evidence).toMatchObject({
      state: 'undefined',
      sentence:
        'r2 of the baseline is negative, and a percentage of it allows nothing, so "r2:max-drop=5%" cannot be judged. Use an absolute amount.',
    });
    const poor = regressionTable([1, 2, 3, 4], [9, -9, 9, -9]);
    expect(only(judgeTables(['r2:max-drop=5%'], { candidate: poor, baseline: poor }))).toMatchObject({
      verdict: 'error',
      evidence: { state: 'undefined' },
    });
  });
});

describe('rows that cannot answer', () => {
  test('one class alone has no ROC curve', () => {
    const one = binaryTable(
      Array.from({ length: 30 }, () => '1'),
      Array.from({ length: 30 }, () => '1'),
      { score: Array.from({ length: 30 }, (_, i) => i) },
    );
    expect(only(judgeTables(['roc_auc:max-drop=1'], { candidate: one, baseline: one }))).toMatchObject({
      verdict: 'error',
      evidence: { state: 'undefined' },
    });
  });

  test('without a plain positive label, metrics that need one are errors', () => {
    const random = uniform(5);
    const labels = Array.from({ length: 60 }, () => (random() < 0.5 ? 'late' : 'early'));
    const table = binaryTable(labels, labels);
    expect(only(judgeTables(['f1:min=0'], { candidate: table, baseline: table }))).toMatchObject({
      verdict: 'error',
      evidence: { state: 'undefined' },
    });
    const named = { predictions: { ...policyWith([]).predictions, positiveLabel: 'late' } };
    expect(only(judgeTables(['f1:min=0'], { candidate: table, baseline: table }, named)).verdict).not.toBe(
      'error',
    );
  });
});

describe('no baseline', () => {
  test('margins are not judged and say why, bars are', () => {
    const [margin, bar] = judgeSides(
      ['roc_auc:max-drop=0.1', 'roc_auc:min=0.1'],
      sideWithRows(WORSE.candidate),
      'This is the first commit.',
    );
    expect(margin).toMatchObject({
      verdict: null,
      baseline: null,
      evidence: { state: 'no-baseline', estimate: null, sentence: 'Not judged: This is the first commit.' },
    });
    expect(margin?.candidate).toBeGreaterThan(0.5);
    expect(bar?.verdict).toBe('pass');
  });

  test('each rule is judged against the baseline it asks for', () => {
    const policy = policyWith([
      'roc_auc:max-drop=0.001',
      'roc_auc:max-drop=0.001,against=tag',
      'roc_auc:max-drop=0.001,against=production',
    ]);
    const baselines = new Map([
      ['auto', { side: sideWithRows(WORSE.baseline) }],
      ['tag', { side: sideWithRows(WORSE.candidate) }],
    ]);
    const results = judgeRules({ policy, candidate: sideWithRows(WORSE.candidate), baselines });
    expect(results.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', null]);
    expect(results[2]?.evidence.sentence).toBe('Not judged: No baseline "production" was looked for.');
  });
});

describe('test rows that changed', () => {
  const all = Array.from({ length: N }, (_, row) => row);
  const kept = {
    candidate: sideWithRows(pick(ALIKE.candidate, all.slice(40))),
    baseline: sideWithRows(pick(ALIKE.baseline, all.slice(0, 220))),
  };
  const apart = {
    candidate: sideWithRows(pick(ALIKE.candidate, all.slice(120))),
    baseline: sideWithRows(pick(ALIKE.baseline, all.slice(0, 120))),
  };
  const shared = { onRowsChanged: 'shared' as const };
  const RULE = ['roc_auc:max-drop=0.5'];

  test('are an error: a change must not be able to drop the hard rows', () => {
    const { verdict, evidence } = only(judgeSides(RULE, kept.candidate, kept.baseline));
    expect(verdict).toBe('error');
    expect(evidence).toMatchObject({
      state: 'rows-changed',
      sentence:
        'The test rows changed: 180 rows are shared, 20 are only in the candidate, 40 only in the baseline, and 0 shared rows have another label. ' +
        'Record the baseline on the new rows, or let the base set "on-rows-changed: shared".',
    });
  });

  test('are judged by the shared ids where the policy says so, and it is said', () => {
    const { verdict, evidence } = only(judgeSides(RULE, kept.candidate, kept.baseline, shared));
    expect(verdict).toBe('pass');
    expect(evidence.n).toBe(180);
    expect(evidence.sentence).toMatch(
      /Note: only the rows both sides share are judged \(180 rows are shared, /,
    );
  });

  test('that share nothing are always refused', () => {
    const { verdict, evidence } = only(judgeSides(RULE, apart.candidate, apart.baseline, shared));
    expect(verdict).toBe('error');
    expect(evidence).toMatchObject({
      state: 'rows-changed',
      sentence: expect.stringMatching(/^The test rows have nothing in common: 0 rows are shared, /),
    });
  });

  test('with another label count as changed, and are left out of what is shared', () => {
    const labelCodes = Uint32Array.from(ALIKE.candidate.labelCodes ?? [], (code, row) =>
      row < 3 ? 1 - code : code,
    );
    const relabelled = sideWithRows({ ...ALIKE.candidate, labelCodes });
    const baseline = sideWithRows(ALIKE.baseline);
    expect(only(judgeSides(RULE, relabelled, baseline)).evidence.sentence).toMatch(
      /and 3 shared rows have another label/,
    );
    expect(only(judgeSides(RULE, relabelled, baseline, shared)).evidence.n).toBe(N - 3);
  });

  test('do not touch bars', () => {
    expect(only(judgeSides(['roc_auc:min=0.1'], kept.candidate, kept.baseline)).verdict).toBe('pass');
  });
});

describe('margins and directions', () => {
  const one = sideWithValues({ f1: 0.5, mae: 1, tree_depth: 6 });

  test.each<[string, string, string]>([
    [
      'f1:max-rise=0.1',
      'The rule "f1:max-rise=0.1" limits the wrong way: higher is better for f1.',
      'Use max-drop, or declare the direction under "metrics:".',
    ],
    [
      'mae:max-drop=0.1',
      'The rule "mae:max-drop=0.1" limits the wrong way: lower is better for mae.',
      'Use max-rise, or declare the direction under "metrics:".',
    ],
    [
      'tree_depth:max-drop=1',
      'The rule "tree_depth:max-drop=1" needs to know whether more or less of tree_depth is better.',
      'Say so: metrics: { tree_depth: higher }',
    ],
    [
      'tree_depth:max-rise=1',
      'The rule "tree_depth:max-rise=1" needs to know whether more or less of tree_depth is better.',
      'Say so: metrics: { tree_depth: lower }',
    ],
  ])('%s is refused', (rule, message, hint) => {
    const error = thrownBy(() => judgeSides([rule], one, one));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ message, hint });
  });

  test('the line of the rule is named', () => {
    const policy = { ...policyWith([]), rules: [{ ...parseRuleText('f1:max-rise=0.1'), line: 12 }] };
    expect(
      thrownBy(() => judgeRules({ policy, candidate: one, baselines: against(policy, one) })),
    ).toMatchObject({ place: { line: 12 } });
  });

  test('a declared direction counts, under any spelling of the metric, also without a baseline', () => {
    const metrics = { tree_depth: { direction: 'lower' as const } };
    expect(only(judgeSides(['tree_depth:max-rise=0'], one, one, { metrics }))).toMatchObject({
      verdict: 'pass',
      direction: 'lower',
    });
    expect(thrownBy(() => judgeSides(['tree_depth:max-drop=0'], one, 'None.', { metrics }))).toBeInstanceOf(
      ConfigError,
    );
    const inverted = { mean_absolute_error: { direction: 'higher' as const } };
    expect(only(judgeSides(['mae:max-drop=0'], one, one, { metrics: inverted })).direction).toBe('higher');
  });

  test('bars need no direction', () => {
    expect(only(judgeSides(['tree_depth:max=6'], one, one)).verdict).toBe('pass');
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
