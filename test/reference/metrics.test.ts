import { describe, expect, test } from '@jest/globals';
import { parseMetricName } from '../../src/core/metrics/names.ts';
import { prepareMetric } from '../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../src/core/metrics/types.ts';
import { normalCdf, normalQuantile } from '../../src/core/stats/normal.ts';
import { quantile } from '../../src/core/stats/quantile.ts';
import { binaryCases, type Case, multiclassCases, regressionCases, scatter } from './cases.ts';
import { askPython } from './python.ts';

const cases: Case[] = [...binaryCases(), ...multiclassCases(), ...regressionCases()];
const x = Array.from({ length: 900 }, (_, i) => -37.4 + i * 0.05);
const p = [
  ...Array.from({ length: 999 }, (_, i) => (i + 1) / 1000),
  ...Array.from({ length: 300 }, (_, i) => 10 ** -i / 3),
];
const random = scatter(99);
const quantiles = Array.from({ length: 60 }, (_, i): [number[], number] => [
  Array.from({ length: 1 + (i % 7) * (i % 5) }, () => random() * 10 - 5).sort((a, b) => a - b),
  i % 6 === 0 ? (i % 12) / 6 / 2 : random(),
]);

interface Answer {
  metrics: Record<string, number | null>[];
  normalCdf: number[];
  normalQuantile: number[];
  quantiles: number[];
}

const reference = askPython<Answer>('metrics.py', {
  cases: cases.map(({ table: _table, ...rest }) => rest),
  x,
  p,
  quantiles,
});

describe('scikit-learn agrees to 1e-12', () => {
  test.each(cases.map((entry, index) => [entry.title, index] as const))('%s', (_title, index) => {
    const { table, names, w } = cases[index] as Case;
    const expected = reference().metrics[index] ?? {};
    expect(Object.keys(expected)).toEqual(names);
    for (const name of names) expectAgreement(name, ours(name, table, w), expected[name] ?? null);
  });

  test('on cases that have values and cases that have none, for every metric', () => {
    for (const name of new Set(cases.flatMap(({ names }) => names))) {
      const values = reference().metrics.flatMap((found) =>
        Object.hasOwn(found, name) ? [found[name] ?? null] : [],
      );
      expect([name, values.some((value) => value !== null), values.includes(null)]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });
});

describe('scipy and numpy agree', () => {
  test('on the normal distribution, to 1e-12 over the whole range of doubles', () => {
    for (const [i, at] of x.entries()) expectClose(`Φ(${at})`, normalCdf(at), reference().normalCdf[i]);
    for (const [i, at] of p.entries())
      expectClose(`Φ⁻¹(${at})`, normalQuantile(at), reference().normalQuantile[i]);
  });

  test('on quantiles', () => {
    quantiles.forEach(([values, at], i) => {
      expect(quantile(values, at)).toBeCloseTo(reference().quantiles[i] as number, 13);
    });
  });
});

function ours(name: string, table: PredictionTable, weights: readonly number[]): number | null {
  const [written = name, threshold] = name.split(' from ');
  const declaration = threshold === undefined ? undefined : { direction: null, threshold: Number(threshold) };
  const { identity } = parseMetricName(written, declaration);
  const found = prepareMetric(identity, table, null).evaluate(Float64Array.from(weights));
  expect([name, found.state]).toEqual([name, found.value === null ? 'undefined' : 'ok']);
  return found.value;
}

function expectAgreement(name: string, actual: number | null, expected: number | null): void {
  if (actual === null || expected === null) expect([name, actual]).toEqual([name, expected]);
  else expectClose(name, actual, expected);
}

/** Relative 1e-12; values that should cancel to 0 may differ by 1e-15, kappa under uneven weights by 1e-14. */
function expectClose(what: string, actual: number, expected = Number.NaN): void {
  const cancelled = what.startsWith('Φ(') ? 0 : what.startsWith('cohen_kappa') ? 1e-14 : 1e-15;
  const allowed = 1e-12 * Math.abs(expected) + (Math.abs(expected) < 1e-3 ? cancelled : 0);
  const near = Math.abs(actual - expected) <= allowed;
  expect([what, near ? expected : actual]).toEqual([what, expected]);
}
