import { describe, expect, test } from '@jest/globals';
import { jointPower, planRules } from '../../../src/core/gate/power.ts';
import type { RuleResult } from '../../../src/core/gate/types.ts';
import { policyWith, resultOf } from './build.ts';

const Z_ALPHA = 1.6448536269514722;
const Z_POWER = 0.8416212335729143;

/** A result whose interval has this standard error around `estimate`. */
function seen(rule: string, error: number, over: Partial<RuleResult> = {}, estimate = 0): RuleResult {
  const base = resultOf(rule, 'pass', { candidate: 0.9, baseline: 0.9, ...over });
  const reach = Z_ALPHA * error;
  return { ...base, evidence: { ...base.evidence, n: 1000, interval: [estimate - reach, estimate + reach] } };
}

describe('how many rows a margin needs', () => {
  test('a margin that is just the smallest one passed needs the rows at hand', () => {
    const margin = (Z_ALPHA + Z_POWER) * 0.01;
    const plan = planRules([seen(`accuracy:max-drop=${margin}`, 0.01)], policyWith([]), 5000);
    expect(plan.rules[0]?.standardError).toBeCloseTo(0.01, 12);
    expect(plan.rules[0]?.chance).toBeCloseTo(0.8, 9);
    expect([4999, 5000, 5001]).toContain(plan.rules[0]?.rowsAlone);
    expect(plan.rules[0]?.rowsJointly).toBe(plan.rules[0]?.rowsAlone);
  });

  test('half the margin needs four times the rows, and several rules need more of them', () => {
    const rules = ['accuracy:max-drop=0.02', 'f1:max-drop=0.01', 'recall:max-drop=0'];
    const { rules: plans, joint } = planRules(
      rules.map((rule) => seen(rule, 0.01)),
      policyWith([]),
      1000,
    );
    const [wide, narrow, none] = plans;
    expect((narrow?.rowsAlone ?? 0) / (wide?.rowsAlone ?? 1)).toBeCloseTo(4, 2);
    expect(wide?.rowsJointly).toBeGreaterThan(wide?.rowsAlone ?? 0);
    expect([none?.rowsAlone, none?.rowsJointly]).toEqual([null, null]);
    expect(none?.chance).toBeCloseTo(0.05, 9);
    expect(joint).toEqual({ rules: 3, atLeast: 0, atMost: none?.chance });
  });

  test('an interval that is not of rows needs none, and has a chance all the same', () => {
    const result = seen('accuracy:max-drop=0.02', 0.01);
    const folds = { ...result, evidence: { ...result.evidence, method: 'corrected-t' as const, n: 5 } };
    const [plan] = planRules([folds], policyWith([]), 0).rules;
    expect(plan).toMatchObject({ n: null, rowsAlone: null, rowsJointly: null });
    expect(plan?.standardError).toBeCloseTo(0.01, 12);
    expect(plan?.chance).toBeCloseTo(0.639, 3);
  });

  test('the distance of a percentage is a part of the baseline, of a bar that from the value measured', () => {
    const { rules } = planRules(
      [
        seen('accuracy:max-drop=2%', 0.01, { baseline: 0.8 }),
        seen('accuracy:min=0.85', 0.01),
        seen('accuracy:min=0.95', 0.01),
        seen('accuracy:too-good=0.99', 0.01),
        seen('log_loss:too-good=0.4', 0.01, { direction: 'lower', candidate: 0.5 }),
        resultOf('accuracy:min=0.5', 'error'),
      ],
      policyWith([]),
      1000,
    );
    expect(rules.map(({ distance }) => Number(distance.toFixed(12)))).toEqual([0.016, 0.05, 0, 0.09, 0.1, 0]);
    expect(rules[2]?.rowsAlone).toBeNull();
    expect(rules[5]).toMatchObject({ n: null, standardError: null, chance: null, rowsAlone: null });
  });
});

describe('the chance that an equal model passes all rules', () => {
  test('lies between Bonferroni’s bound and the weakest rule', () => {
    const margin = (Z_ALPHA + Z_POWER) * 0.01;
    const rules = ['accuracy', 'f1', 'recall'].map((name) => seen(`${name}:max-drop=${margin}`, 0.01));
    const joint = jointPower(rules, 0.05);
    expect(joint?.atLeast).toBeCloseTo(0.4, 9);
    expect(joint?.atMost).toBeCloseTo(0.8, 9);
  });

  test('bars, warnings and plain values have no part in it', () => {
    const warns = seen('f1:max-drop=0.01,level=warn', 0.01);
    expect(
      jointPower([seen('accuracy:min=0.5', 0.01), warns, resultOf('recall:max-drop=0', 'pass')], 0.05),
    ).toBeNull();
  });
});
