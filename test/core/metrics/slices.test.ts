import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalSlice, formatSlice, parseSlice } from '../../../src/core/metrics/slice-name.ts';
import { sliceWeights } from '../../../src/core/metrics/slices.ts';
import { slicing } from '../../../src/core/metrics/slicing.ts';
import { regressionTable } from './tables.ts';

const table = regressionTable([1, 2, 3, 4], [1, 2, 3, 4], {
  weight: [1, 0.5, 2, 0],
  slices: {
    region: ['EU', 'US', 'EU', 'EU'],
    plan: ['a=b', 'pro', 'pro', 'a=b'],
    'R & D': ['x', 'x', 'y', 'y'],
  },
});

describe('a slice', () => {
  test.each([
    ['region=EU', [1, 0, 2, 0]],
    ['plan=a=b', [1, 0, 0, 0]],
    ['region=EU & plan=pro', [0, 0, 2, 0]],
    ['plan=pro & region=EU', [0, 0, 2, 0]],
    ['R \\& D=y', [0, 0, 2, 0]],
  ])('%s gives its rows their sample weight and all others 0', (slice, weights) => {
    expect(sliceWeights(table, slice)).toEqual(Float64Array.from(weights));
  });

  test.each(['region=MARS', 'planet=EU', 'region', '=EU', '', 'region=EU & ', '__proto__=x', 'toString=x'])(
    '%j names nothing of this table',
    (slice) => {
      expect(sliceWeights(table, slice)).toBeNull();
    },
  );

  test('that is none means all rows, in an array of its own', () => {
    const weights = sliceWeights(table, null);
    expect(weights).toEqual(table.weight);
    expect(weights).not.toBe(table.weight);
    expect(sliceWeights(regressionTable([1, 2], [1, 2]), null)).toEqual(Float64Array.of(1, 1));
  });

  test('is read back as it was written, whatever column and value hold', () => {
    const nasty = fc.string({ unit: fc.constantFrom('a', ' ', '&', '=', '\\', ' & ', '|', '\n') });
    const term = fc.record({ column: nasty.filter((text) => text !== ''), value: nasty });
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 3 }), (terms) => {
        const read = parseSlice(formatSlice(terms));
        const byText = (list: typeof terms | null) => list?.map((entry) => JSON.stringify(entry)).sort();
        expect(byText(read)).toEqual(byText(terms));
        expect(canonicalSlice(formatSlice([...terms].reverse()))).toBe(formatSlice(terms));
      }),
    );
  });

  test('reads a backslash before an ordinary character as itself', () => {
    expect(parseSlice('path=C:\\data')).toEqual([{ column: 'path', value: 'C:\\data' }]);
  });
});

describe('the list of slices', () => {
  test('has each value with enough rows, sorted by name', () => {
    expect(slicing(table, ['region', 'plan'], 2).slices).toEqual([
      { slice: 'plan=a=b', n: 2 },
      { slice: 'plan=pro', n: 2 },
      { slice: 'region=EU', n: 3 },
    ]);
  });

  test('leaves out columns the table does not have, repeated columns and values without rows', () => {
    const sparse = { ...table, slices: { region: { values: ['EU', 'US'], codes: new Uint32Array(4) } } };
    expect(slicing(sparse, ['region', 'region', 'planet', '__proto__'], 0).slices).toEqual([
      { slice: 'region=EU', n: 4 },
    ]);
  });

  test('names slices that the table finds again', () => {
    for (const { slice, n } of slicing(table, ['R & D', 'plan', 'region'], 1).slices) {
      const unweighted = { ...table, weight: null };
      expect(sliceWeights(unweighted, slice)?.reduce((sum, weight) => sum + weight)).toBe(n);
    }
  });
});
