import { describe, expect, test } from '@jest/globals';
import { boundsOf } from '../../../src/core/gate/bounds.ts';
import type { JudgedSide, RuleCase } from '../../../src/core/gate/case.ts';
import type { RowsFacts } from '../../../src/core/gate/row-facts.ts';
import { parseRuleText } from '../../../src/core/gate/rule.ts';
import { policyWith } from './build.ts';

const SIDE: JudgedSide = {
  metrics: [],
  table: null,
  rows: null,
  evaluator: null,
  model: null,
  hardware: null,
};

/** The verdict on a bar of accuracy when `right` of `n` rows are right. */
function atBar(text: string, right: number, n: number) {
  const rule = parseRuleText(text);
  const asked = {
    rule,
    subject: { direction: 'higher' },
    candidate: SIDE,
    baseline: null,
  } as unknown as RuleCase;
  const share = { n, right, lost: 0, won: 0, changed: new Uint8Array() };
  const facts = { n, groups: null, plain: true, share } as unknown as RowsFacts;
  const values = { candidate: right / n, baseline: null };
  return boundsOf(asked, right / n, values, null, facts, policyWith([text], {}));
}

/** Chances of each number of right rows out of n. */
function binomial(n: number, p: number): number[] {
  const chances = [(1 - p) ** n];
  for (let x = 1; x <= n; x += 1)
    chances.push((chances[x - 1] as number) * ((n - x + 1) / x) * (p / (1 - p)));
  return chances;
}

describe('a bar on a share near 0 or 1', () => {
  test('that 48 of 50 rows right would reach too often is not failed', () => {
    const { verdict, interval, weak, pFail } = atBar('accuracy:min=0.99', 48, 50);
    expect(interval?.[1]).toBeLessThan(0.99);
    expect(verdict).toBe('inconclusive');
    expect(weak).toBe('at the bar itself as many rows, or more, are wrong in 8.944 % of cases');
    expect(pFail).toBeCloseTo(0.089435313096 / 1.5, 11);
    expect(atBar('accuracy:min=0.99', 47, 50)).toMatchObject({ verdict: 'fail', weak: null });
  });

  test('and a bar beyond 1 is failed all the same', () => {
    expect(atBar('accuracy:min=1.5', 50, 50).verdict).toBe('fail');
  });

  test.each([
    ['min', 'pass'],
    ['min', 'fail'],
    ['max', 'pass'],
    ['max', 'fail'],
  ])('%s: no more than 1.5 α of models at it %s', (kind, verdict) => {
    for (const n of [10, 30, 75])
      for (const bar of [0.01, 0.03, 0.1, 0.5, 0.875, 0.96, 0.995]) {
        const chances = binomial(n, bar);
        const wrong = chances.reduce(
          (sum, chance, right) =>
            sum + (atBar(`accuracy:${kind}=${bar}`, right, n).verdict === verdict ? chance : 0),
          0,
        );
        expect(wrong).toBeLessThanOrEqual(0.075);
      }
  });
});
