import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../../src/core/errors.ts';
import { parseAmount, parseRuleText, ruleText, slicesToRead } from '../../../src/core/gate/rule.ts';
import type { Rule } from '../../../src/core/gate/types.ts';

describe('amounts', () => {
  test.each<[number | string, number, boolean]>([
    [0.02, 0.02, false],
    [0, 0, false],
    [-1.5, -1.5, false],
    ['0.02', 0.02, false],
    [' .5 ', 0.5, false],
    ['1e-3', 0.001, false],
    ['2%', 0.02, true],
    ['2 %', 0.02, true],
    ['0.5%', 0.005, true],
    ['7%', 0.07, true],
  ])('%j is %d, relative: %s', (written, amount, relative) => {
    const parsed = parseAmount(written);
    expect(parsed.relative).toBe(relative);
    expect(parsed.amount).toBeCloseTo(amount, 15);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    'NaN',
    'Infinity',
    '1e400',
    '',
    '%',
    '2%%',
    'two',
    '0x10',
    '1,5',
    '1_000',
  ])('%j is refused', (written) => {
    expect(() => parseAmount(written)).toThrow(ConfigError);
    expect(() => parseAmount(written)).toThrow(`"${written}" is not an amount.`);
  });
});

describe('rules of the command line', () => {
  const plain = { slice: null, level: 'fail', against: null, judge: 'interval', relative: false, line: null };

  test.each<[string, Partial<Rule>]>([
    ['roc_auc:max-drop=0.005', { metric: 'roc_auc', kind: 'max-drop', amount: 0.005 }],
    ['log_loss:max-rise=2%', { metric: 'log_loss', kind: 'max-rise', amount: 0.02, relative: true }],
    ['accuracy:min=0.9,level=warn', { metric: 'accuracy', kind: 'min', amount: 0.9, level: 'warn' }],
    ['lift:min=-3', { metric: 'lift', kind: 'min', amount: -3 }],
    [
      'brier:max=0.1,against=v1.2.3,judge=point',
      { metric: 'brier', kind: 'max', amount: 0.1, against: 'v1.2.3', judge: 'point' },
    ],
    [
      'metric[carrier=UA]:max-drop=1%',
      { metric: 'metric', slice: 'carrier=UA', kind: 'max-drop', amount: 0.01, relative: true },
    ],
    ['f1[a=b:c, d]:min=0', { metric: 'f1', slice: 'a=b:c, d', kind: 'min', amount: 0 }],
    ['report:macro avg:min=0.5', { metric: 'report:macro avg', kind: 'min', amount: 0.5 }],
    [' f1 : min = 0.5 , level = warn ', { metric: 'f1', kind: 'min', amount: 0.5, level: 'warn' }],
  ])('%s', (text, expected) => {
    expect(parseRuleText(text)).toEqual({ ...plain, text, ...expected });
  });

  test.each<[string, string]>([
    ['', 'There is no "metric:" at its start.'],
    ['max-drop=0.005', 'There is no "metric:" at its start.'],
    [':min=1', 'There is no "metric:" at its start.'],
    ['f1:', '"" does not read as name=value.'],
    ['f1:min', '"min" does not read as name=value.'],
    ['f1:max-dorp=1', '"max-dorp" is not known. Did you mean "max-drop"?'],
    ['f1:min=1,lvel=warn', '"lvel" is not known. Did you mean "level"?'],
    ['f1:__proto__=1', '"__proto__" is not known.'],
    ['f1:min=1,max=2', 'It needs exactly one of min, max, too-good, max-drop, max-rise.'],
    ['f1:level=warn', 'It needs exactly one of min, max, too-good, max-drop, max-rise.'],
    ['f1:min=1,min=2', '"min" is there twice.'],
    ['f1:min=1,level=loud', 'level "loud" is not known; it is one of fail, warn.'],
    ['f1:min=1,judge=eye', 'judge "eye" is not known; it is one of interval, point.'],
    ['f1:max-drop=-0.1', 'max-drop is a margin and cannot be negative.'],
    ['mae:max-rise=-1%', 'max-rise is a margin and cannot be negative.'],
    ['f1:min=2%', 'min is a bar for the value itself and takes no percentage.'],
    ['f1:max-drop=150%', 'max-drop cannot allow more than 100%.'],
    ['f1:max-drop=NaN', '"NaN" is not an amount.'],
    ['f1:max=Infinity', '"Infinity" is not an amount.'],
    ['f1:min=', '"" is not an amount.'],
    ['f1:min=much', '"much" is not an amount.'],
    ['f1[carrier]:min=1', 'The slice "carrier" does not read as column=value.'],
  ])('%j is refused', (text, why) => {
    expect(() => parseRuleText(text)).toThrow(new ConfigError(`The rule "${text}" cannot be read. ${why}`));
  });

  test('what is written canonically is read back as the same rule', () => {
    const names = fc.stringMatching(/^[a-z_@.0-9]{1,12}$/);
    const rule = fc.record({
      metric: names,
      slice: fc.option(
        fc.tuple(names, fc.stringMatching(/^[A-Za-z0-9 :,=]{1,8}\S$/)).map((pair) => pair.join('=')),
      ),
      kind: fc.constantFrom<Rule['kind']>('min', 'max', 'max-drop', 'max-rise'),
      amount: fc.double({ min: 0, max: 1e9, noNaN: true }),
      level: fc.constantFrom<Rule['level']>('fail', 'warn'),
      against: fc.option(names),
      judge: fc.constantFrom<Rule['judge']>('interval', 'point'),
    });
    fc.assert(
      fc.property(rule, (written) => {
        const absolute = { ...written, relative: false };
        const text = ruleText(absolute);
        expect(parseRuleText(text)).toEqual({ ...absolute, text, line: null });
      }),
    );
  });

  test.each([0.1, 0.5, 1, 2, 7, 12.5, 33.3, 57, 100])(
    '%d per cent is written and read back as it is',
    (percent) => {
      const rule = parseRuleText(`roc_auc:max-drop=${percent}%`);
      expect(ruleText(rule)).toBe(`roc_auc:max-drop=${percent}%`);
      expect(parseRuleText(ruleText(rule)).amount).toBe(rule.amount);
    },
  );
});

test.each([
  [['f1[age=[18,30)]:min=0', 'f1[age=[30,inf)]:min=0'], [{ column: 'age', bins: [18, 30] }]],
  [['f1[age=q1/4]:min=0', 'f1[age=q3/4]:min=0'], [{ column: 'age', quantiles: 4 }]],
  [['f1[age=q1/4]:min=0', 'f1[age=q1/3]:min=0'], ['age']],
  [['f1[age=[18,30)]:min=0', 'f1[age=unknown]:min=0'], ['age']],
  [
    ['f1[age=[-inf,inf)]:min=0', 'f1[site=a & age=*]:min=0'],
    ['age', 'site'],
  ],
  [['f1[site=a]:min=0'], []],
])('rules %j slice by what is not declared: %j', (rules, expected) => {
  expect(slicesToRead(['site'], rules.map(parseRuleText)).slice(1)).toEqual(
    expected.filter((slice) => slice !== 'site'),
  );
});
