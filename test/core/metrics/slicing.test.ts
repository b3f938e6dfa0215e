import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binColumn } from '../../../src/core/metrics/bins.ts';
import {
  binnedTwice,
  columnsOfSlices,
  parseSliceDeclaration,
  readSliceDeclaration,
  type SliceDeclaration,
  sliceDeclarationText,
  wrongSlice,
} from '../../../src/core/metrics/slice-declaration.ts';
import { sliceWeights } from '../../../src/core/metrics/slices.ts';
import { MOST_SLICES, slicing } from '../../../src/core/metrics/slicing.ts';
import { dictionary, regressionTable } from './tables.ts';

const tableOf = (slices: Record<string, readonly string[]>) => {
  const n = Object.values(slices)[0]?.length ?? 0;
  const values = Array.from({ length: n }, (_, i) => i);
  return regressionTable(values, values, { slices });
};
const people = tableOf({
  age: ['17', '18', '29.5', '30', '64', '65', '', 'unknown', '1e2', '-3'],
  sex: ['f', 'm', 'f', 'm', 'f', 'm', 'f', 'm', 'f', 'm'],
});
const bins = { column: 'age', bins: [18, 30, 65] };

describe('bins', () => {
  test('hold their lower edge and not the upper one; what is no number keeps its own value', () => {
    const { slices, rowsOf } = slicing(people, [bins], 1);
    expect(slices.map(({ slice }, i) => [slice, [...rowsOf(i)]])).toEqual([
      ['age=', [6]],
      ['age=[-inf,18)', [0, 9]],
      ['age=[18,30)', [1, 2]],
      ['age=[30,65)', [3, 4]],
      ['age=[65,inf)', [5, 8]],
      ['age=unknown', [7]],
    ]);
  });

  test('by quantiles hold about equally many rows, by edges of type 7', () => {
    const table = tableOf({ distance: ['10', '20', '30', '40', '50', '60', '70', '80', 'none'] });
    const { slices, rowsOf } = slicing(table, [{ column: 'distance', quantiles: 4 }], 1);
    expect(slices.map(({ slice }, i) => [slice, [...rowsOf(i)]])).toEqual([
      ['distance=none', [8]],
      ['distance=q1/4', [0, 1]],
      ['distance=q2/4', [2, 3]],
      ['distance=q3/4', [4, 5]],
      ['distance=q4/4', [6, 7]],
    ]);
  });

  test('by quantiles of equal numbers are one bin', () => {
    const { slices } = slicing(tableOf({ x: ['5', '5', '5'] }), [{ column: 'x', quantiles: 3 }], 1);
    expect(slices).toEqual([{ slice: 'x=q3/3', n: 3 }]);
  });

  test('of a column that holds the name of a bin as a text are an error', () => {
    const table = tableOf({ age: ['20', '[18,30)'] });
    expect(() => slicing(table, [bins], 1)).toThrow('The column "age" holds the name of a bin as a text');
  });

  test('of a column without numbers are an error', () => {
    expect(() => slicing(people, [{ column: 'sex', bins: [1] }], 1)).toThrow(
      'The column "sex" holds no numbers',
    );
  });
});

describe('combinations of columns', () => {
  test('are those that occur often enough, a column with bins by its bins', () => {
    const { slices } = slicing(people, [bins, ['sex', 'age']], 2);
    expect(slices.map(({ slice }) => slice)).toEqual([
      'age=[-inf,18)',
      'age=[18,30)',
      'age=[30,65)',
      'age=[65,inf)',
    ]);
    expect(
      slicing(people, [bins, ['sex', 'age']], 1).slices.filter(({ slice }) => slice.includes('&')),
    ).toHaveLength(10);
  });

  test('need all of their columns', () => {
    expect(slicing(people, [['sex', 'planet']], 1).slices).toEqual([]);
  });
});

test('too many slices are an error that says how to have fewer', () => {
  const many = tableOf({ user: Array.from({ length: MOST_SLICES + 1 }, (_, i) => `u${i}`) });
  expect(() => slicing(many, ['user'], 1)).toThrow('The slices by user are 1001 with at least 1 rows.');
  expect(slicing(many, ['user'], 2).slices).toEqual([]);
});

test('every slice listed is found again by its name, with the same rows', () => {
  const cell = fc.constantFrom('', 'a', '1', '2.5', '-7', '40', '[1,2)', 'q1/9', 'x & y');
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 2, max: 4 }), (cells, quantiles) => {
      const table = tableOf({
        a: ['0', ...cells.map(([a]) => a)],
        'b & c': ['0', ...cells.map(([, b]) => b)],
      });
      const declared: SliceDeclaration[] = [
        { column: 'a', bins: [0, 2.5, 30] },
        { column: 'b & c', quantiles },
        ['a', 'b & c'],
      ];
      const { slices, rowsOf } = slicing(table, declared, 1);
      for (const [i, { slice, n }] of slices.entries()) {
        const weights = sliceWeights(table, slice) as Float64Array;
        expect([slice, [...weights.keys()].filter((row) => weights[row] === 1)]).toEqual([
          slice,
          [...rowsOf(i)],
        ]);
        expect(n).toBe(rowsOf(i).length);
      }
    }),
  );
});

test('a range or a quantile can be asked for without being declared', () => {
  expect(sliceWeights(people, 'age=[18,65)')).toEqual(Float64Array.of(0, 1, 1, 1, 1, 0, 0, 0, 0, 0));
  expect(sliceWeights(people, 'age=q1/2')?.reduce((sum, weight) => sum + weight)).toBe(4);
  for (const nothing of [
    'age=[200,inf)',
    'age=[30,18)',
    'age=[a,b)',
    'age=q3/2',
    'age=q0/2',
    'sex=q1/2',
    'sex=[1,2)',
  ])
    expect([nothing, sliceWeights(people, nothing)]).toEqual([nothing, null]);
});

test('a value that looks like a range is that value first', () => {
  const column = dictionary(['[18,30)', '20']);
  const table = { ...tableOf({ x: ['', ''] }), slices: { x: column } };
  expect(sliceWeights(table, 'x=[18,30)')).toEqual(Float64Array.of(1, 0));
  expect(binColumn(column, { column: 'x', bins: [18, 30] }).values).toContain('[18,30)');
});

describe('a declaration', () => {
  test.each<[string, SliceDeclaration]>([
    ['carrier', 'carrier'],
    ['age:bins=18,30,65', bins],
    ['distance:quantiles=4', { column: 'distance', quantiles: 4 }],
    ['carrier & origin', ['carrier', 'origin']],
    ['R \\& D', 'R & D'],
  ])('%s is read as it is written', (text, declaration) => {
    expect(parseSliceDeclaration(text)).toEqual(declaration);
    expect(sliceDeclarationText(declaration)).toBe(text);
    expect(wrongSlice(declaration)).toBeNull();
  });

  test.each([
    ['age:bins=30,18', 'needs edges that are ascending numbers'],
    ['age:bins=18,18', 'needs edges that are ascending numbers'],
    ['age:bins=', 'needs edges that are ascending numbers'],
    ['age:bins=0x10', 'needs edges that are ascending numbers'],
    ['age:quantiles=1', 'needs a whole number of quantiles from 2 to 100'],
    ['age:quantiles=2.5', 'needs a whole number of quantiles from 2 to 100'],
    ['sex & sex', 'names a column twice'],
    ['sex & ', 'names no column'],
    ['', 'names no column'],
  ])('%j is refused', (text, why) => {
    expect(() => readSliceDeclaration(text, '--slice')).toThrow(`--slice ${JSON.stringify(text)} ${why}.`);
  });

  test('says which columns it needs, and which have bins twice', () => {
    expect(columnsOfSlices(['a', bins, ['a', 'b']])).toEqual(['a', 'age', 'b']);
    expect(binnedTwice([bins, 'age', ['age', 'b']])).toBeNull();
    expect(binnedTwice([bins, { column: 'age', quantiles: 2 }])).toBe('age');
  });
});
