import { describe, expect, test } from '@jest/globals';
import { parseMetricName } from '../../src/core/metrics/names.ts';
import { prepareMetric } from '../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../src/core/metrics/types.ts';
import { binaryTable, dictionary, regressionTable } from '../core/metrics/tables.ts';
import { scatter } from './cases.ts';
import { askPython } from './python.ts';

interface QueryCase {
  names: string[];
  y: number[];
  s: number[];
  w: number[];
  q: string[];
}

interface FairCase {
  y: number[];
  p: number[];
  w: number[];
  g: string[];
}

/** Graded relevance with ties, which NDCG averages over; relevant or not without ties, for what is defined on ranks. */
function queryCase(random: () => number, n: number, queries: number, tied: boolean): QueryCase {
  const rows = Array.from({ length: n }, (_, i) => i);
  return {
    names: tied ? ['ndcg', 'ndcg@3'] : ['ndcg', 'ndcg@3', 'mrr', 'precision@2'],
    y: rows.map(() => Math.floor(random() * (tied ? 4 : 1.4))),
    s: rows.map((i) => (tied ? Math.round(random() * 4) : random() + i / 1e6)),
    w: rows.map(() => random() + 0.1),
    q: rows.map(() => `q${Math.floor(random() * queries)}`),
  };
}

function fairCase(random: () => number, n: number, groups: number): FairCase {
  const rows = Array.from({ length: n }, (_, i) => i);
  const g = rows.map((i) => `g${i % groups}`);
  const y = rows.map(() => Number(random() < 0.4));
  return {
    g,
    y,
    p: y.map((label) => Number(random() < 0.3 + 0.4 * label)),
    w: rows.map(() => random() + 0.1),
  };
}

const random = scatter(11);
const queries = [1, 2, 5, 40, 400].flatMap((n) =>
  [1, 7].flatMap((count) => [false, true].map((tied) => queryCase(random, n, count, tied))),
);
const fairCases = [60, 200, 1000].flatMap((n) =>
  [2, 3].filter((count) => n / count >= 30).map((count) => fairCase(random, n, count)),
);

type Values = Record<string, number | null>;
const reference = askPython<{ queries: Values[]; fairness: Values[] }>('groups.py', {
  queries,
  fairness: fairCases,
});

function expectAgreement(
  table: PredictionTable,
  weights: readonly number[],
  expected: Values | undefined,
): void {
  for (const [name, value] of Object.entries(expected ?? {})) {
    const found = prepareMetric(parseMetricName(name).identity, table, null).evaluate(
      Float64Array.from(weights),
    );
    const near =
      value !== null &&
      Math.abs((found.value ?? Number.NaN) - value) <= 1e-12 * Math.max(Math.abs(value), 1e-3);
    expect([name, near ? value : found.value]).toEqual([name, value]);
  }
}

describe('rankings by query agree to 1e-12', () => {
  test.each(queries.map((entry, i) => [`${entry.y.length} rows, ${entry.names.join(' ')}`, i] as const))(
    '%s (%i)',
    (_title, i) => {
      const { y, s, w, q, names } = queries[i] as QueryCase;
      const expected = reference().queries[i];
      expect(Object.keys(expected ?? {})).toEqual(names);
      expectAgreement({ ...regressionTable(y, s), group: dictionary(q) }, w, expected);
    },
  );
});

describe('fairlearn agrees to 1e-12', () => {
  test.each(fairCases.map((entry, i) => [entry.y.length, new Set(entry.g).size, i] as const))(
    '%i rows of %i groups',
    (_n, _groups, i) => {
      const { y, p, w, g } = fairCases[i] as FairCase;
      const expected = reference().fairness[i];
      expect(Object.values(expected ?? {}).filter((value) => value !== null)).toHaveLength(4);
      expectAgreement(binaryTable(y.map(String), p.map(String), { slices: { sex: g } }), w, expected);
    },
  );
});
