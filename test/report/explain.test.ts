import { describe, expect, test } from '@jest/globals';
import { judgeRules } from '../../src/core/gate/judge.ts';
import { planRules } from '../../src/core/gate/power.ts';
import { explainModel } from '../../src/report/explain.ts';
import { renderPlan } from '../../src/report/plan.ts';
import { policyWith } from '../core/gate/build.ts';
import { against, sideWithRows, twoModels } from '../core/gate/sides.ts';
import { modelReport } from './reports.ts';

const RULES = [
  'roc_auc:max-drop=0.2',
  'accuracy:max-drop=0.1',
  'f1:max-drop=5%',
  'accuracy:min=0.5',
  'nope:min=1',
];

function judged() {
  const { candidate, baseline } = twoModels(600, 1);
  const policy = policyWith(RULES);
  const baselines = against(policy, sideWithRows(baseline));
  return { policy, results: judgeRules({ policy, candidate: sideWithRows(candidate), baselines }) };
}

describe('a verdict step by step', () => {
  const { policy, results } = judged();
  const text = explainModel(modelReport({ model: 'churn', rules: results, policy }));

  test('every rule has its verdict, its sentence, and the numbers of its evidence', () => {
    for (const { rule, verdict, evidence } of results) {
      expect(text).toContain(`${verdict?.toUpperCase()}  ${rule.text}`);
      expect(text).toContain(evidence.sentence);
      if (evidence.interval) expect(text).toContain(`[${evidence.interval.join(', ')}]`);
      if (evidence.seed) expect(text).toContain(evidence.seed);
    }
    expect(text).toMatch(/b = \d+ rows, only the candidate in c = \d+/);
    expect(text).toContain('candidate − (1 − 0.05) × baseline = ');
    expect(text).toContain('passes when all of the interval is at least 0.5, fails when none of it is');
  });

  test('the standard error shown is that of the effects stated', () => {
    const [auc] = results;
    const [lower, upper] = auc?.evidence.interval ?? [0, 0];
    const error = Number(((upper - lower) / (2 * 1.6448536269514722)).toPrecision(6));
    expect(text).toContain(`= ${error}`);
  });

  test('a hostile name cannot break out of its line', () => {
    const [first] = results;
    const hostile = first && { ...first, rule: { ...first.rule, text: 'a\n::error::owned\u001b[31m' } };
    const lines = explainModel(modelReport({ rules: hostile ? [hostile] : [], policy })).split('\n');
    expect(lines.some((line) => line.startsWith('::error'))).toBe(false);
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});

test('a plan is a table with a row for each rule', () => {
  const { policy, results } = judged();
  const lines = renderPlan('churn', planRules(results, policy, 600)).split('\n');
  expect(lines[0]).toBe('churn: 600 test rows');
  expect(lines[1]).toMatch(/^rule +distance +standard error +passes now +rows alone +rows jointly$/);
  expect(lines.slice(2, 7).map((line) => line.split(' ')[0])).toEqual(RULES);
  expect(lines[6]).toMatch(/no interval/);
  expect(lines.join('\n')).toMatch(
    /A model equal to the baseline passes all 3 rules against it with a chance (of|between)/,
  );
});
