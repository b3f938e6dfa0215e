import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { areaContrast, placementsOf } from '../../src/core/stats/delong.ts';
import { holm } from '../../src/core/stats/holm.ts';
import { scatter } from './cases.ts';

interface Case {
  positive: number[];
  scores: [number[], number[]];
  factor: number;
}

/** Two models on the same rows, from a few rows of either class to thousands, with and without ties. */
function delongCases(): Case[] {
  const random = scatter(11);
  return Array.from({ length: 60 }, (_, i) => {
    const n = [4, 7, 30, 400, 3000][i % 5] as number;
    const steps = [3, 20, 1e9][i % 3] as number;
    const positive = Array.from({ length: n }, (_, row) => Number(row < 2 || (row > 3 && random() < 0.3)));
    const scores = [0, 1].map(() =>
      positive.map((label) => Math.round((random() + label * 0.4) * steps) / steps),
    ) as [number[], number[]];
    return { positive, scores, factor: i % 2 === 0 ? 1 : 0.98 };
  });
}

interface Answer {
  holm: number[][];
  delong: { areas: [number, number]; variances: [number, number]; contrast: number }[];
}

const random = scatter(12);
const chances = Array.from({ length: 40 }, (_, i) =>
  Array.from({ length: 1 + (i % 9) }, () => (i % 4 === 0 ? Math.round(random() * 4) / 40 : random() ** 3)),
);
const cases = delongCases();

let known: Answer | undefined;
function reference(): Answer {
  known ??= askPython({ delong: cases, holm: chances });
  return known;
}

function askPython(request: object): Answer {
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) {
    throw new Error(
      'TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment with scipy.',
    );
  }
  const script = fileURLToPath(new URL('inference.py', import.meta.url));
  const run = spawnSync(python, [script], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (run.status !== 0)
    throw new Error(`The reference script failed (${run.error ?? run.status}): ${run.stderr}`);
  return JSON.parse(run.stdout) as Answer;
}

describe('numpy, scipy and scikit-learn agree', () => {
  test('on areas under ROC curves and the variances of their differences, to 1e-12', () => {
    const answers = reference().delong;
    expect(answers).toHaveLength(60);
    cases.forEach(({ positive, scores, factor }, i) => {
      const { areas, variances, contrast } = answers[i] as Answer['delong'][number];
      const placed = scores.map((score) =>
        placementsOf(Float64Array.from(score), Uint8Array.from(positive)),
      ) as [ReturnType<typeof placementsOf>, ReturnType<typeof placementsOf>];
      placed.forEach((ours, side) => {
        const found = areaContrast(ours, null);
        expect(found.estimate).toBeCloseTo(areas[side] as number, 12);
        expectNear(found.variance, variances[side] as number);
      });
      const found = areaContrast(...placed, factor);
      expect(found.estimate).toBeCloseTo(areas[0] - factor * areas[1], 12);
      expectNear(found.variance, contrast);
    });
  });

  test('and statsmodels on chances adjusted by Holm', () => {
    chances.forEach((some, i) => {
      holm(some).forEach((value, at) => {
        expect(value).toBeCloseTo(reference().holm[i]?.[at] as number, 14);
      });
    });
  });
});

/** Relative 1e-12 of what is not 0; a variance of 0 leaves rounding errors in numpy. */
function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected) + 1e-16);
}
