import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinTables } from '../../../src/core/compare/join.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { pickIds, textsOf } from '../metrics/ids.ts';
import { binaryTable, dictionary, multiclassTable, regressionTable } from '../metrics/tables.ts';

/** Rows of a table as a reader sees them, by id. */
function rowsOf(table: PredictionTable): Record<string, unknown> {
  const word = (codes: Uint32Array | null, row: number) =>
    codes ? table.classes?.[codes[row] ?? -1] : undefined;
  const entries = textsOf(table.ids).map((id, row) => {
    const slices = Object.entries(table.slices).map(([name, { values, codes }]) => [
      name,
      values[codes[row] ?? -1],
    ]);
    const label = word(table.labelCodes, row) ?? table.labelValues?.[row];
    const prediction = word(table.predictionCodes, row) ?? table.predictionValues?.[row];
    const weight = table.weight?.[row];
    const group = table.group?.values[table.group.codes[row] ?? -1];
    return [
      id,
      { label, prediction, score: table.score?.[row], weight, group, slices: Object.fromEntries(slices) },
    ];
  });
  return Object.fromEntries(entries);
}

function taken(table: PredictionTable, rows: readonly number[]): PredictionTable {
  const codes = (column: Uint32Array | null) => column && Uint32Array.from(rows, (row) => column[row] ?? 0);
  const numbers = (column: Float64Array | null) =>
    column && Float64Array.from(rows, (row) => column[row] ?? 0);
  return {
    ...table,
    n: rows.length,
    ids: pickIds(table.ids, rows),
    labelCodes: codes(table.labelCodes),
    predictionCodes: codes(table.predictionCodes),
    score: numbers(table.score),
    weight: numbers(table.weight),
    slices: Object.fromEntries(
      Object.entries(table.slices).map(([name, column]) => [
        name,
        { ...column, codes: codes(column.codes) as Uint32Array },
      ]),
    ),
  };
}

const CANDIDATE = binaryTable(['1', '0', '1', '0'], ['1', '1', '0', '0'], {
  score: [0.9, 0.8, 0.3, 0.1],
  weight: [1, 2, 3, 4],
  slices: { carrier: ['UA', 'AA', 'UA', 'AA'] },
});
const BASELINE = binaryTable(['1', '0', '1', '0'], ['0', '0', '1', '1'], {
  score: [0.4, 0.2, 0.7, 0.6],
  weight: [9, 9, 9, 9],
  slices: { carrier: ['XX', 'XX', 'XX', 'XX'] },
});

describe('the same rows on both sides', () => {
  test('nothing is lost, and weights, groups and slices are the candidate’s on both sides', () => {
    const grouped = { ...CANDIDATE, group: dictionary(['a', 'a', 'b', 'b']) };
    const joined = joinTables(grouped, BASELINE);
    expect(joined).toMatchObject({ shared: 4, onlyCandidate: 0, onlyBaseline: 0, labelsDiffer: 0 });
    expect(rowsOf(joined.candidate)).toEqual(rowsOf(grouped));
    expect(rowsOf(joined.baseline)['row-1']).toEqual({
      label: '0',
      prediction: '0',
      score: 0.2,
      weight: 2,
      group: 'a',
      slices: { carrier: 'AA' },
    });
  });

  test('the order of rows on either side changes nothing', () => {
    const orders = fc.tuple(
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    );
    const reference = joinTables(CANDIDATE, BASELINE);
    fc.assert(
      fc.property(orders, ([ours, theirs]) => {
        const joined = joinTables(taken(CANDIDATE, ours), taken(BASELINE, theirs));
        expect(joined.candidate.ids).toEqual(joined.baseline.ids);
        expect({ ...joined, baselineRows: null }).toEqual({ ...reference, baselineRows: null });
        expect([...joined.baselineRows]).toEqual([0, 1, 2, 3].map((row) => theirs.indexOf(row)));
      }),
    );
  });
});

describe('rows that differ', () => {
  test('only shared ids are left, and the others are counted', () => {
    const joined = joinTables(taken(CANDIDATE, [3, 1, 0]), taken(BASELINE, [1, 2]));
    expect(joined).toMatchObject({ shared: 1, onlyCandidate: 2, onlyBaseline: 1, labelsDiffer: 0 });
    expect(rowsOf(joined.candidate)).toEqual({ 'row-1': rowsOf(CANDIDATE)['row-1'] });
    expect(textsOf(joined.baseline.ids)).toEqual(['row-1']);
    expect([...joined.baselineRows]).toEqual([0]);
  });

  test('without a shared id both tables are empty', () => {
    const joined = joinTables(taken(CANDIDATE, [0, 1]), taken(BASELINE, [2, 3]));
    expect(joined).toMatchObject({ shared: 0, onlyCandidate: 2, onlyBaseline: 2, labelsDiffer: 0 });
    expect(joined.candidate.n).toBe(0);
  });

  test('shared ids with another label are counted, also where the sides number their classes otherwise', () => {
    const swapped = binaryTable(['0', '0', '1', '0'], ['0', '0', '1', '1'], { score: [0.4, 0.2, 0.7, 0.6] });
    expect(joinTables(CANDIDATE, swapped).labelsDiffer).toBe(1);
    expect(joinTables(CANDIDATE, { ...BASELINE, classes: ['1', '0'] }).labelsDiffer).toBe(0);
  });

  test('targets of a regression are compared as numbers, and never with labels', () => {
    const target = regressionTable([1, 2, 3], [1, 2, 3]);
    expect(joinTables(target, regressionTable([1, 2, 3.5], [1, 1, 1])).labelsDiffer).toBe(1);
    const labels = binaryTable(['0', '1', '1'], ['0', '1', '1']);
    expect(joinTables(regressionTable([0, 1, 1], [0, 1, 1]), labels).labelsDiffer).toBe(3);
  });

  test('rows that were read without ids are a mistake of the program', () => {
    expect(() => joinTables(CANDIDATE, { ...BASELINE, ids: null })).toThrow(TypeError);
  });

  test('a slice column named like a prototype key is a column like any other', () => {
    const withColumn = Object.defineProperty({ ...CANDIDATE.slices }, '__proto__', {
      value: dictionary(['x', 'y', 'x', 'y']),
      enumerable: true,
    });
    const joined = joinTables({ ...CANDIDATE, slices: withColumn }, BASELINE);
    expect(joined.shared).toBe(4);
    expect(Object.keys(joined.candidate.slices).sort()).toEqual(['__proto__', 'carrier']);
  });
});

describe('classes of both sides', () => {
  test('are united, and a class unknown to one model has no score there', () => {
    const ours = multiclassTable(['a', 'b'], ['a', 'c'], {
      classes: ['a', 'b', 'c'],
      scores: [
        [0.7, 0.1],
        [0.2, 0.3],
        [0.1, 0.6],
      ],
    });
    const theirs = multiclassTable(['a', 'b'], ['b', 'a'], {
      classes: ['b', 'a'],
      scores: [
        [0.6, 0.4],
        [0.4, 0.6],
      ],
    });
    const { candidate, baseline, labelsDiffer } = joinTables(ours, theirs);
    expect(candidate.classes).toEqual(['a', 'b', 'c']);
    expect(baseline.classes).toEqual(candidate.classes);
    expect(labelsDiffer).toBe(0);
    expect(rowsOf(baseline)).toMatchObject({
      'row-0': { label: 'a', prediction: 'b' },
      'row-1': { label: 'b', prediction: 'a' },
    });
    expect(baseline.classScores?.map((column) => [...column])).toEqual([
      [0.4, 0.6],
      [0.6, 0.4],
      [0, 0],
    ]);
    expect(candidate.classScores?.map((column) => [...column])).toEqual([
      [0.7, 0.1],
      [0.2, 0.3],
      [0.1, 0.6],
    ]);
  });
});
