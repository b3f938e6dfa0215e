import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ascendingOrder, sortRows } from '../../../src/core/metrics/order.ts';

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

test.each([
  ['numbers that agree to six digits', 1500, (i: number) => 1 + ((i * 7919) % 1500) * 2 ** -40],
  ['few different numbers', 5000, (i: number) => ((i * 31) % 3) / 3],
  ['a long run among others', 3000, (i: number) => (i % 3 === 0 ? -i : 0.5 + ((i * 7919) % 1999) * 2 ** -45)],
])('%s are in order, whatever the run', (_what, n, at) => {
  const values = Float64Array.from({ length: n }, (_, i) => at(i));
  const { order, first } = sortRows(values);
  expect([...order]).toEqual([...values.keys()].sort((a, b) => at(a) - at(b) || a - b));
  expect([...first]).toEqual(
    Array.from(order, (row, place) => Number(at(row) !== at(order[place - 1] ?? Number.NaN))),
  );
});
