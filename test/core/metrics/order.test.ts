import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ascendingOrder } from '../../../src/core/metrics/order.ts';

test('rows come by ascending value, equal values by row, −0 and 0 as one', () => {
  const numbers = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 0.5, Number.MIN_VALUE));
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 50 }), (list) => {
      const values = Float64Array.from(list);
      const byComparing = [...list.keys()].sort((a, b) => {
        const [x, y] = [values[a] as number, values[b] as number];
        return x < y ? -1 : x > y ? 1 : a - b;
      });
      expect([...ascendingOrder(values)]).toEqual(byComparing);
    }),
    { numRuns: 500 },
  );
});
