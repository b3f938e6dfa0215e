import { describe, expect, test } from '@jest/globals';
import { judgeRules } from '../../../src/core/gate/judge.ts';
import { adjustForSeveral } from '../../../src/core/gate/several.ts';
import type { Evidence, RuleResult, Verdict } from '../../../src/core/gate/types.ts';
import { policyWith, resultOf } from './build.ts';
import { against, sideWithRows, twoModels } from './sides.ts';

function judged(
  pFail: number | null,
  verdict: Verdict,
  over: Partial<Evidence> = {},
  rule = 'f1:max-drop=0.1',
): RuleResult {
  const { evidence } = resultOf(rule, verdict);
  const known = pFail === null ? {} : { pFail };
  return resultOf(rule, verdict, {
    evidence: { ...evidence, method: 'percentile', interval: [-0.3, -0.2], ...known, ...over },
  });
}

const verdicts = (results: readonly RuleResult[]) => results.map(({ verdict }) => verdict);
const adjusted = (results: readonly RuleResult[]) => results.map(({ evidence }) => evidence.pFailAdjusted);

describe('failures of several rules', () => {
  test('must survive Holm, the surest first', () => {
    const results = adjustForSeveral(
      [judged(0.02, 'fail'), judged(0.9, 'pass'), judged(0.03, 'fail'), judged(0.001, 'fail')],
      0.05,
    );
    expect(adjusted(results)).toEqual([0.06, 0.9, 0.06, 0.004]);
    expect(verdicts(results)).toEqual(['inconclusive', 'pass', 'inconclusive', 'fail']);
    expect(results[0]?.evidence.sentence).toBe(
      'This is why. Of 4 rules judged at once one may look so by chance (p 0.02, among 4 0.06): likely worse, but not surely.',
    );
    expect(results[0]?.evidence.interval).toEqual([-0.3, -0.2]);
    expect(results[3]?.evidence.sentence).toBe('This is why.');
  });

  test('one rule alone is as it was', () => {
    const [result] = adjustForSeveral([judged(0.05, 'fail')], 0.05);
    expect([result?.verdict, result?.evidence.pFailAdjusted]).toEqual(['fail', 0.05]);
  });

  test('a rule that cannot fail counts, one that only warns, is plain or identical does not', () => {
    const [first] = adjustForSeveral([judged(0.03, 'fail'), judged(null, 'inconclusive')], 0.05);
    expect([first?.verdict, first?.evidence.pFailAdjusted]).toEqual(['inconclusive', 0.06]);
    const others = [
      judged(0.03, 'fail', {}, 'f1:max-drop=0.1,level=warn'),
      judged(null, 'fail', { method: 'point', interval: null }),
      judged(null, 'pass', { method: 'identical', interval: [0, 0] }),
      resultOf('f1:max-drop=0.1', null),
    ];
    const results = adjustForSeveral([judged(0.03, 'fail'), ...others], 0.05);
    expect(verdicts(results)).toEqual(['fail', 'fail', 'fail', 'pass', null]);
    expect(adjusted(results)).toEqual([0.03, undefined, undefined, undefined, undefined]);
  });
});

describe('rules on rows', () => {
  const { candidate, baseline } = twoModels(400, 2.2, 3);
  const judge = (rules: readonly string[]) => {
    const policy = policyWith(rules);
    const baselines = against(policy, sideWithRows(baseline));
    return judgeRules({ policy, candidate: sideWithRows(candidate), baselines });
  };

  test('carry the level at which each fails, whatever the method', () => {
    const results = judge([
      'roc_auc:max-drop=0.001',
      'accuracy:max-drop=0.001',
      'brier:max-rise=0.001',
      'f1:min=0.99',
      'accuracy:max-drop=1%',
      'roc_auc:min=0.01',
    ]);
    for (const { verdict, evidence } of results) {
      const level = evidence.pFail ?? Number.NaN;
      expect(level).toBeGreaterThan(0);
      expect(level).toBeLessThanOrEqual(1);
      expect(evidence.pFailAdjusted).toBeGreaterThanOrEqual(level);
      expect((evidence.pFailAdjusted ?? 0) <= 0.05).toBe(verdict === 'fail');
    }
    expect(results.map(({ evidence }) => evidence.method)).toEqual([
      ...['delong', 'tango', 'bca', 'bca', 'bca', 'delong'],
    ]);
  });

  test('a failure near α is likely worse beside many others, and a clear one stays', () => {
    const [near] = judge(['roc_auc:max-drop=0']);
    const upper = near?.evidence.interval?.[1] ?? 0;
    expect(upper).toBeLessThan(0);
    const edge = `roc_auc:max-drop=${-upper - 1e-4}`;
    expect(verdicts(judge([edge]))).toEqual(['fail']);
    const bars = ['accuracy:min=0.01', 'roc_auc:min=0.01', 'recall:min=0.01'];
    const results = judge([edge, 'accuracy:min=0.99', ...bars]);
    expect(verdicts(results)).toEqual(['inconclusive', 'fail', 'pass', 'pass', 'pass']);
    expect(results[0]?.evidence.sentence).toMatch(
      /That is more than allowed .* Of 5 rules judged at once one may look so by chance/,
    );
  });
});
