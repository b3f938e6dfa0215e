import { describe, expect, test } from '@jest/globals';
import { spentAlpha } from '../../../src/core/gate/spending.ts';

describe('α of an attempt', () => {
  test.each([
    [0.05, 1, 0.0303],
    [0.05, 2, 0.00759],
    [0.05, 3, 0.00337],
    [0.1, 10, 0.000607],
    [0.49, 1, 0.297],
  ])('of %p at attempt %p is %p: six over π² k² of it, in three digits', (alpha, attempt, part) => {
    expect(spentAlpha(alpha, attempt)).toBe(part);
  });

  test('adds up to nearly α over all attempts, and to no more over any number', () => {
    let spent = 0;
    for (let attempt = 1; attempt <= 100_000; attempt += 1) {
      spent += spentAlpha(0.05, attempt);
      if (attempt % 10_000 === 0) expect(spent).toBeLessThan(0.05);
    }
    expect(spent).toBeGreaterThan(0.0495);
  });
});
