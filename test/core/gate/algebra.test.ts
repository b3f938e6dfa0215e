import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  contrastOf,
  judgeInterval,
  judgePoint,
  likelyWorse,
  requirementOf,
  visibleEffects,
} from '../../../src/core/gate/algebra.ts';
import { parseRuleText } from '../../../src/core/gate/rule.ts';
import type { Verdict } from '../../../src/core/gate/types.ts';
import type { Direction } from '../../../src/core/metrics/types.ts';
import { tidy } from '../../../src/core/stats/tidy.ts';

const judge = (text: string, direction: Direction | null, lower: number, upper: number): Verdict =>
  judgeInterval(lower, upper, requirementOf(parseRuleText(text), direction));

describe('the verdict of an interval', () => {
  test.each<[string, Direction | null, number, number, Verdict]>([
    ['f1:max-drop=0.02', 'higher', -0.01, 0.01, 'pass'],
    ['f1:max-drop=0.02', 'higher', -0.02, 0.01, 'pass'],
    ['f1:max-drop=0.02', 'higher', -0.021, 0.01, 'inconclusive'],
    ['f1:max-drop=0.02', 'higher', -0.05, -0.02, 'inconclusive'],
    ['f1:max-drop=0.02', 'higher', -0.05, -0.021, 'fail'],
    ['f1:max-drop=0', 'higher', 0, 0, 'pass'],
    ['f1:max-drop=0', 'higher', 0, 0.1, 'pass'],
    ['f1:max-drop=0', 'higher', -0.1, -1e-9, 'fail'],
    ['mae:max-rise=0.02', 'lower', -0.01, 0.01, 'pass'],
    ['mae:max-rise=0.02', 'lower', -0.01, 0.02, 'pass'],
    ['mae:max-rise=0.02', 'lower', -0.01, 0.021, 'inconclusive'],
    ['mae:max-rise=0.02', 'lower', 0.02, 0.05, 'inconclusive'],
    ['mae:max-rise=0.02', 'lower', 0.021, 0.05, 'fail'],
    ['f1:max-drop=2%', 'higher', 0, 0.01, 'pass'],
    ['f1:max-drop=2%', 'higher', -0.01, 0.01, 'inconclusive'],
    ['f1:max-drop=2%', 'higher', -0.02, -0.01, 'fail'],
    ['mae:max-rise=2%', 'lower', 0, 0.01, 'pass'],
    ['mae:max-rise=2%', 'lower', -0.01, 0, 'inconclusive'],
    ['mae:max-rise=2%', 'lower', -0.02, -0.01, 'fail'],
    ['f1:min=0.9', null, 0.9, 0.95, 'pass'],
    ['f1:min=0.9', null, 0.89, 0.95, 'inconclusive'],
    ['f1:min=0.9', null, 0.8, 0.9, 'inconclusive'],
    ['f1:min=0.9', null, 0.8, 0.899, 'fail'],
    ['f1:max=0.1', null, 0.05, 0.1, 'pass'],
    ['f1:max=0.1', null, 0.05, 0.11, 'inconclusive'],
    ['f1:max=0.1', null, 0.1, 0.2, 'inconclusive'],
    ['f1:max=0.1', null, 0.11, 0.2, 'fail'],
  ])('%s where %s is better: [%d, %d] is %s', (text, direction, lower, upper, verdict) => {
    expect(judge(text, direction, lower, upper)).toBe(verdict);
  });

  test('decimal ties are ties', () => {
    expect(0.88 - 0.9).toBeLessThan(-0.02);
    expect(judge('f1:max-drop=0.02', 'higher', 0.88 - 0.9, 0.88 - 0.9)).toBe('pass');
    expect(tidy(0.1 + 0.2)).toBe(0.3);
    expect(tidy(Number.NaN)).toBeNaN();
  });

  test('an estimate beyond the margin is likely worse, one within it is not', () => {
    const drop = requirementOf(parseRuleText('f1:max-drop=0.02'), 'higher');
    expect([likelyWorse(-0.021, drop), likelyWorse(-0.02, drop), likelyWorse(0.1, drop)]).toEqual([
      true,
      false,
      false,
    ]);
    const rise = requirementOf(parseRuleText('mae:max-rise=0.02'), 'lower');
    expect([likelyWorse(0.021, rise), likelyWorse(0.02, rise)]).toEqual([true, false]);
  });
});

describe('what is estimated', () => {
  test.each<[string, Direction | null, number]>([
    ['f1:min=0.5', 'higher', 0.75],
    ['f1:max=0.5', null, 0.75],
    ['f1:max-drop=0.1', 'higher', 0.25],
    ['mae:max-rise=0.1', 'lower', 0.25],
    ['f1:max-drop=10%', 'higher', 0.75 - 0.9 * 0.5],
    ['mae:max-rise=10%', 'lower', 1.1 * 0.5 - 0.75],
  ])('%s', (text, direction, contrast) => {
    expect(contrastOf(parseRuleText(text), direction)(0.75, 0.5)).toBeCloseTo(contrast, 15);
  });
});

describe('strictness', () => {
  const RANK: readonly Verdict[] = ['fail', 'inconclusive', 'pass'];
  const bounded = fc.double({ min: -1, max: 1, noNaN: true });
  const amounts = fc.double({ min: 0, max: 1, noNaN: true });
  const better = (kind: string, direction: Direction, [lower, upper]: [number, number], amount: number) =>
    RANK.indexOf(judge(`f1:${kind}=${amount}`, direction, lower, upper));

  test.each<[string, Direction, (loose: number, strict: number) => [number, number]]>([
    ['max-drop', 'higher', (a, b) => [Math.max(a, b), Math.min(a, b)]],
    ['max-rise', 'lower', (a, b) => [Math.max(a, b), Math.min(a, b)]],
    ['max', 'lower', (a, b) => [Math.max(a, b), Math.min(a, b)]],
    ['min', 'higher', (a, b) => [Math.min(a, b), Math.max(a, b)]],
  ])('tightening %s never turns a verdict for the better', (kind, direction, order) => {
    fc.assert(
      fc.property(bounded, bounded, amounts, amounts, (a, b, x, y) => {
        const interval: [number, number] = [Math.min(a, b), Math.max(a, b)];
        const [loose, strict] = order(x, y);
        expect(better(kind, direction, interval, strict)).toBeLessThanOrEqual(
          better(kind, direction, interval, loose),
        );
      }),
    );
  });

  test('a narrower interval inside a decided one decides the same', () => {
    fc.assert(
      fc.property(fc.array(bounded, { minLength: 4, maxLength: 4 }), amounts, (ends, amount) => {
        const [a = 0, b = 0, c = 0, d = 0] = [...ends].sort((x, y) => x - y);
        const wide = judge(`f1:max-drop=${amount}`, 'higher', a, d);
        if (wide !== 'inconclusive') expect(judge(`f1:max-drop=${amount}`, 'higher', b, c)).toBe(wide);
      }),
    );
  });

  test('a drop where higher is better mirrors a rise where lower is', () => {
    fc.assert(
      fc.property(bounded, bounded, amounts, (a, b, amount) => {
        const [lower, upper] = [Math.min(a, b), Math.max(a, b)];
        expect(judge(`f1:max-rise=${amount}`, 'lower', -upper, -lower)).toBe(
          judge(`f1:max-drop=${amount}`, 'higher', lower, upper),
        );
      }),
    );
  });

  test('a point is never inconclusive', () => {
    fc.assert(
      fc.property(bounded, amounts, (estimate, amount) => {
        const verdict = judgePoint(estimate, requirementOf(parseRuleText(`f1:max-drop=${amount}`), 'higher'));
        expect(verdict).toBe(tidy(estimate) >= -amount ? 'pass' : 'fail');
      }),
    );
  });
});

test('effects visible at 80 % power follow from the width of the interval', () => {
  // z₀.₉₅ = 1.644854, z₀.₈ = 0.841621: SE = 0.02 / 3.289707 = 0.006079568, times 2.486475.
  const { pass, fail } = visibleEffects(-0.015, 0.005, 0.05, 0.01);
  expect(pass).toBeCloseTo(0.0151166943, 8);
  expect(fail - pass).toBeCloseTo(0.01, 12);
});

test.each<[string, number]>([
  ['f1:max-drop=0.02', 1e-5],
  ['latency_ms:max-rise=0.02', 100_000],
  ['latency_ms:max-rise=0.02', 7_777_777],
])('%s: a change of just the margin is a tie at a size of %d too', (text, size) => {
  const rule = parseRuleText(text);
  const direction = rule.kind === 'max-drop' ? 'higher' : 'lower';
  const [candidate, baseline] = direction === 'higher' ? [size, size + 0.02] : [size + 0.02, size];
  const change = contrastOf(rule, direction)(candidate, baseline);
  expect(judgePoint(change, requirementOf(rule, direction))).toBe('pass');
});

test('rounding leaves the largest numbers as they are', () => {
  expect([tidy(1e300), tidy(-123_456.789)]).toEqual([1e300, -123_456.789]);
  expect(contrastOf(parseRuleText('f1:max-drop=1'), 'higher')(1e300, 5e299)).toBeCloseTo(5e299, -290);
});
