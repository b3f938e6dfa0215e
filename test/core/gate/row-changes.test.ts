import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { differingOutputs, rowChanges } from '../../../src/core/gate/row-changes.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { idsOf } from '../metrics/ids.ts';
import { binaryTable } from '../metrics/tables.ts';
import { policyWith } from './build.ts';

type Row = readonly [id: string, label: string, prediction: string, weight?: number];

function tableOf(rows: readonly Row[]): PredictionTable {
  const weight = rows.map((row) => row[3] ?? 1);
  const table = binaryTable(
    rows.map((row) => row[1]),
    rows.map((row) => row[2]),
    { score: rows.map((row) => (row[2] === '1' ? 0.8 : 0.2)), weight },
  );
  return { ...table, ids: idsOf(rows.map(([id]) => id)) };
}

const policy = policyWith(['accuracy:max-drop=0.01', 'recall:max-drop=0.01', 'accuracy:min=0.5']);
const before: Row[] = [
  ['a', '1', '1'],
  ['b', '0', '0'],
  ['c', '1', '0'],
  ['d', '0', '1'],
  ['e', '1', '1'],
];

describe('rows of an earlier test set', () => {
  test('are counted as they stay, leave, come and change, in any order', () => {
    const now = tableOf([
      ['x', '1', '1'],
      ['e', '1', '0'],
      ['b', '1', '0'],
      ['a', '1', '1', 2],
    ]);
    expect(rowChanges(tableOf(before), now, policy)).toMatchObject({
      added: 1,
      left: 2,
      altered: 2,
      stayed: 1,
    });
  });

  test('that are gone are measured apart from those that stay, by what the rules ask for', () => {
    const now = tableOf(before.filter(([id]) => id !== 'c' && id !== 'd'));
    const { scores } = rowChanges(tableOf(before), now, policy);
    expect(scores.map(({ gone, stayed }) => [gone.name, gone.value, stayed.value])).toEqual([
      ['accuracy', 0, 1],
      ['recall', 0, 1],
    ]);
  });

  test('that all stay, or all leave, are measured nowhere', () => {
    const same = rowChanges(tableOf(before), tableOf([...before].reverse()), policy);
    expect(same).toEqual({ added: 0, left: 0, altered: 0, stayed: 5, scores: [] });
    const other = rowChanges(tableOf(before), tableOf([['z', '1', '1']]), policy);
    expect(other).toEqual({ added: 1, left: 5, altered: 0, stayed: 0, scores: [] });
  });

  test('add up to all there were, whatever is taken', () => {
    const kept = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(kept, (keep) => {
        const now = [...before.filter((_, i) => keep[i]), ['n', '0', '0'] as const];
        const { left, altered, stayed, added } = rowChanges(tableOf(before), tableOf(now), policy);
        expect([left + altered + stayed, stayed, added]).toEqual([5, keep.filter(Boolean).length, 1]);
      }),
    );
  });
});

describe('outputs for rows that both have', () => {
  test('differ where the prediction or the score does, rounding aside; rows that were altered do not count', () => {
    const recorded = tableOf(before);
    const again = tableOf([['a', '1', '0'], ['b', '1', '1'], ...before.slice(2, 4)]);
    expect(differingOutputs(again, recorded)).toEqual({ rows: 1, of: 3 });
    const rounded = { ...recorded, score: (recorded.score as Float64Array).map((score) => score + 1e-9) };
    expect(differingOutputs(rounded, recorded)).toEqual({ rows: 0, of: 5 });
    const moved = { ...recorded, score: (recorded.score as Float64Array).map((score) => score + 1e-3) };
    expect(differingOutputs(moved, recorded)).toEqual({ rows: 5, of: 5 });
    expect(differingOutputs({ ...recorded, score: null }, recorded)).toEqual({ rows: 5, of: 5 });
  });
});
