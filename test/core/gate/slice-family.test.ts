import { describe, expect, test } from '@jest/globals';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import { decide } from '../../../src/core/gate/outcome.ts';
import { tangoInterval } from '../../../src/core/gate/proportion.ts';
import type { Policy, RuleResult, SliceFamily } from '../../../src/core/gate/types.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { binaryTable, dictionary } from '../metrics/tables.ts';
import { policyWith } from './build.ts';
import { against, sideWithRows, uniform } from './sides.ts';

const CARRIERS = ['AA', 'B6', 'DL', 'UA'];
const SLICES = {
  predictions: { task: null, columns: {}, positiveLabel: null, slices: ['carrier'], minSliceRows: 30 },
};

/** Rows of four carriers by turns; the candidate is wrong besides in every `spoilt`th row of UA. */
function fleet(n: number, spoilt: number): { candidate: PredictionTable; baseline: PredictionTable } {
  const random = uniform(n);
  const labels = Array.from({ length: n }, () => (random() < 0.4 ? 1 : 0));
  const right = labels.map(() => random() < 0.85);
  const carrier = labels.map((_, row) => CARRIERS[row % 4] as string);
  const table = (wrong: (row: number) => boolean) =>
    binaryTable(
      labels.map(String),
      labels.map((label, row) => String(right[row] && !wrong(row) ? label : 1 - label)),
      { slices: { carrier } },
    );
  return {
    candidate: table((row) => row % 4 === 3 && spoilt > 0 && Math.floor(row / 4) % spoilt === 0),
    baseline: table((row) => row % 40 === 0),
  };
}

function judge(
  rules: readonly string[],
  pair: { candidate: PredictionTable; baseline: PredictionTable },
  over: Partial<Policy> = SLICES,
): RuleResult[] {
  const policy = policyWith(rules, over);
  const baselines = against(policy, sideWithRows(pair.baseline));
  return judgeRules({ policy, candidate: sideWithRows(pair.candidate), baselines });
}

function familyOf(results: readonly RuleResult[]): SliceFamily {
  return results[0]?.slices as SliceFamily;
}

describe('a rule over all rows on every declared slice', () => {
  test('each slice has what the rule alone would say there, and a bound at α by their number', () => {
    const pair = fleet(1600, 5);
    const { level, slices, worst } = familyOf(judge(['accuracy:max-drop=0.05'], pair));
    expect(level).toBe(0.05 / 4);
    expect(slices.map(({ slice, n }) => [slice, n])).toEqual(
      CARRIERS.map((name) => [`carrier=${name}`, 400]),
    );
    for (const { slice, estimate, interval, bound, verdict } of slices) {
      const [alone] = judge([`accuracy[${slice}]:max-drop=0.05`], pair);
      expect([alone?.evidence.estimate, alone?.evidence.interval]).toEqual([estimate, interval]);
      expect(alone?.verdict).toBe(verdict);
      const [lost, won] = alone?.evidence.discordant ?? [0, 0];
      expect(bound).toBeCloseTo(tangoInterval(lost, won, 400, level)[0], 11);
    }
    expect(worst).toBe('carrier=UA');
  });

  test('the bound is the upper end where lower is better, of the value itself for bars', () => {
    const pair = fleet(1600, 5);
    const bar = familyOf(judge(['accuracy:min=0.6'], pair));
    for (const { bound, candidate } of bar.slices) {
      expect(bound).toBeLessThan(candidate);
      expect(bound).toBeGreaterThan(candidate - 0.1);
    }
    const capped = familyOf(judge(['accuracy:max=0.99'], pair));
    for (const { bound, candidate } of capped.slices) expect(bound).toBeGreaterThan(candidate);
    expect(capped.worst).not.toBe(bar.worst);
  });

  test('only slices that surely fall short are marked, and the verdict says so', () => {
    const spoilt = judge(['accuracy:max-drop=0.05'], fleet(1600, 3));
    const marked = familyOf(spoilt).slices.filter((slice) => slice.marked);
    expect(marked.map(({ slice }) => slice)).toEqual(['carrier=UA']);
    const situation = {
      policy: { onInconclusive: 'warn', dryRun: false },
      adoption: false,
      hasBaseline: true,
      loosened: [],
    } as const;
    expect(decide(spoilt, situation).sentence).toMatch(
      /Worst of 4 slices is carrier=UA with −0\.\d+ \(none lower than −0\.\d+, 95 % sure; n = 400\)\. 1 of them falls short of the rule\.$/,
    );
    const fine = familyOf(judge(['accuracy:max-drop=0.05'], fleet(1600, 0)));
    expect(fine.slices.some((slice) => slice.marked)).toBe(false);
  });

  test('slices never decide, and the rule over all rows is judged as without them', () => {
    const pair = fleet(1600, 3);
    const [withThem] = judge(['accuracy:max-drop=0.2'], pair);
    const [without] = judge(['accuracy:max-drop=0.2'], pair, {});
    expect(withThem?.verdict).toBe('pass');
    expect(without?.slices).toBeUndefined();
    expect(withThem?.evidence).toEqual(without?.evidence);
  });

  test('slices below the least number of rows are left out; rules by points and about a slice have none', () => {
    const pair = fleet(100, 3);
    expect(judge(['accuracy:max-drop=0.2'], pair)[0]?.slices).toBeUndefined();
    const larger = judge(
      ['accuracy[carrier=UA]:max-drop=0.2', 'accuracy:max-drop=0.2,judge=point'],
      fleet(400, 3),
    );
    expect(larger.map(({ slices }) => slices)).toEqual([undefined, undefined]);
  });
});

describe('one rule for every value of a column', () => {
  test('each blocks by itself and counts in the family of rules', () => {
    const results = judge(['accuracy[carrier=*]:max-drop=0.05'], fleet(1600, 3), {});
    expect(results.map(({ rule }) => rule.text)).toEqual(
      CARRIERS.map((name) => `accuracy[carrier=${name}]:max-drop=0.05`),
    );
    expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail']);
    const { pFail, pFailAdjusted } = results[3]?.evidence ?? {};
    expect(pFailAdjusted).toBeCloseTo(4 * (pFail ?? 0), 12);
  });

  test('conditions beside it stay; a column that is not there and one of too few rows are errors', () => {
    const pair = fleet(1600, 3);
    const half = (table: PredictionTable) => ({
      ...table,
      slices: {
        ...table.slices,
        half: dictionary(Array.from({ length: table.n }, (_, row) => `h${row & 1}`)),
      },
    });
    const both = judge(
      ['accuracy[carrier=* & half=h1]:max-drop=0.5'],
      { candidate: half(pair.candidate), baseline: half(pair.baseline) },
      {},
    );
    expect(both.map(({ rule }) => rule.slice)).toEqual(['carrier=B6 & half=h1', 'carrier=UA & half=h1']);
    const [lost] = judge(['accuracy[origin=*]:max-drop=0.5'], pair, {});
    expect(lost?.verdict).toBe('error');
    expect(lost?.evidence.sentence).toMatch(/"origin" is not a slice column of the predictions/);
    const [few] = judge(['accuracy[carrier=*]:max-drop=0.5'], fleet(100, 3), {});
    expect(few?.evidence.sentence).toMatch(/no value of carrier has enough rows/);
  });
});

test('bins that are declared are what a * stands for', () => {
  const pair = fleet(1600, 3);
  const aged = (table: PredictionTable) => ({
    ...table,
    slices: { age: dictionary(Array.from({ length: table.n }, (_, row) => String(row % 90))) },
  });
  const sides = { candidate: aged(pair.candidate), baseline: aged(pair.baseline) };
  const predictions = { ...SLICES.predictions, slices: [{ column: 'age', bins: [30, 60] }] };
  const results = judge(['accuracy[age=*]:max-drop=0.5'], sides, { predictions });
  expect(results.map(({ rule, evidence }) => [rule.slice, evidence.n])).toEqual([
    ['age=[-inf,30)', 540],
    ['age=[30,60)', 540],
    ['age=[60,inf)', 520],
  ]);
});

describe('a bar against leaks', () => {
  const table = (wrong: number) => {
    const labels = Array.from({ length: 1000 }, (_, row) => String(row % 2));
    return binaryTable(
      labels,
      labels.map((label, row) => (row < wrong ? String(1 - Number(label)) : label)),
    );
  };
  test.each([
    [0, 'fail', /More than 0\.99 is too good to be true: look for test rows among those trained on/],
    [
      10,
      'inconclusive',
      /More than 0\.99 is too good to be true: (likely so, but not surely|too few rows to tell)/,
    ],
    [50, 'pass', /More than 0\.99 is too good to be true\.$/],
  ] as const)('%i wrong of 1,000 rows: %s', (wrong, verdict, sentence) => {
    const both = { candidate: table(wrong), baseline: table(0) };
    const [result] = judge(['accuracy:too-good=0.99'], both, {});
    expect(result?.verdict).toBe(verdict);
    expect(result?.evidence.sentence).toMatch(sentence);
  });

  test('needs a direction', () => {
    expect(() => judge(['my_score:too-good=0.99'], fleet(100, 0), {})).toThrow(
      /needs to know whether more or less of my_score is better/,
    );
  });
});
