import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parseMetricName } from '../../src/core/metrics/names.ts';
import { prepareMetric } from '../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../src/core/metrics/types.ts';
import { correctedLevel } from '../../src/core/stats/bca.ts';
import type { Contrast } from '../../src/core/stats/contrast.ts';
import { normalQuantile } from '../../src/core/stats/normal.ts';
import { resample } from '../../src/core/stats/resample.ts';
import { binaryTable, regressionTable } from '../core/metrics/tables.ts';
import { scatter } from './cases.ts';

interface Case {
  statistic: 'mean' | 'root mean square' | 'ratio';
  /** What scipy computes the statistic from: one number a row and column. */
  columns: number[][];
  metric: string;
  table: PredictionTable;
  alpha: number;
}

const random = scatter(31);
const ALPHAS = [0.05, 0.1, 0.2];

/** Errors with a long tail, and two classes whose precision is a ratio of means. */
function cases(): Case[] {
  return [5, 12, 40, 300].flatMap((n, i): Case[] => {
    const alpha = ALPHAS[i % 3] as number;
    const errors = Array.from({ length: n }, () => -Math.log(1 - random()));
    const zeros = new Array<number>(n).fill(0);
    const table = regressionTable(zeros, errors);
    const labels = zeros.map((_, row) => Number(row % 2 === 0 || random() < 0.3));
    const called = labels.map((label, row) => Number(row < 3 || random() < 0.3 + 0.6 * label));
    const right = labels.map((label, row) => label * (called[row] as number));
    const classes = binaryTable(labels.map(String), called.map(String));
    return [
      { statistic: 'mean', columns: [errors], metric: 'mae', table, alpha },
      { statistic: 'root mean square', columns: [errors], metric: 'rmse', table, alpha },
      ...(n < 40
        ? []
        : [
            {
              statistic: 'ratio' as const,
              columns: [right, called],
              metric: 'precision',
              table: classes,
              alpha,
            },
          ]),
    ];
  });
}

interface Answer {
  interval: [number, number];
  levels: [number, number];
  acceleration: number;
  standardError: number;
}

function askPython(request: object): Answer[] {
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) {
    throw new Error(
      'TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment with scipy.',
    );
  }
  const script = fileURLToPath(new URL('bootstrap.py', import.meta.url));
  const input = JSON.stringify(request);
  const run = spawnSync(python, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.status !== 0)
    throw new Error(`The reference script failed (${run.error ?? run.status}): ${run.stderr}`);
  return JSON.parse(run.stdout) as Answer[];
}

test('scipy.stats.bootstrap gives the same BCa intervals from our draws', () => {
  const ours = cases().map((some) => {
    const values: number[] = [];
    const asked: Contrast = {
      candidate: prepareMetric(parseMetricName(some.metric).identity, some.table, null),
      baseline: null,
      contrast: (c) => {
        values.push(c);
        return c;
      },
      ...{ method: 'bca', line: null, alpha: some.alpha, least: 1 },
    };
    const weights = new Float64Array(some.table.n).fill(1);
    const [found] = resample({ weights, contrasts: [asked], seed: '0'.repeat(31) + (some.table.n % 10) });
    if (found?.method !== 'bca') throw new Error(`${some.metric} of ${some.table.n} rows is not by BCa.`);
    // As the engine rounds them, so that ties are ties.
    const draws = values.slice(1, 1 + found.draws).map((value) => Math.round(value * 1e12) / 1e12);
    return { some, found, draws };
  });
  const answers = askPython(
    ours.map(({ some: { statistic, columns, alpha }, draws }) => ({ statistic, columns, alpha, draws })),
  );
  expect(answers).toHaveLength(10);
  answers.forEach((theirs, i) => {
    const { found, some } = ours[i] as (typeof ours)[number];
    const z = normalQuantile(some.alpha);
    for (const [side, at] of [
      [0, z],
      [1, -z],
    ] as const) {
      expect(correctedLevel(at, found)).toBeCloseTo(theirs.levels[side], 9);
      expect(found.interval(some.alpha)?.[side]).toBeCloseTo(theirs.interval[side], 9);
    }
    expect(found.acceleration).toBeCloseTo(theirs.acceleration, 9);
    expect(found.standardError).toBeCloseTo(theirs.standardError, 11);
  });
});
