import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { binomialCdf, mcnemarExact } from '../../src/core/stats/binomial.ts';
import { trendOf } from '../../src/core/stats/repeats.ts';
import { studentCdf, studentQuantile } from '../../src/core/stats/student.ts';
import { scatter } from './cases.ts';

type Pair = [number, number];

const freedom = [1, 1.5, 2, 3, 4, 5, 7, 9, 19, 30, 49, 99, 250, 999, 1e4, 99_999, 1e6];
const distances = [-30, -10, -7, -5, -3, -2, -1.6, -1, -0.6, -0.3, -0.1, -0.001, 0.5, 2, 6];
// Nearer to ½ scipy's own quantile is off by up to 1e-9.
const tails = [1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.05, 0.1, 0.2, 0.25, 0.2500001, 0.3, 0.4, 0.49];
const chances = [...tails, ...tails.filter((p) => p > 1e-4).map((p) => 1 - p)];
const t = freedom.flatMap((df) => distances.map((at): Pair => [at, df]));
const p = freedom.flatMap((df) => chances.map((chance): Pair => [chance, df]));
const binomial = [1, 2, 5, 10, 50, 333, 1000, 1e5, 1e6].flatMap((n) =>
  [0.001, 0.1, 0.5, 0.9].flatMap((chance) =>
    [-6, -4, -2, -1, 0, 1, 3]
      .map((z) => Math.floor(n * chance + z * Math.sqrt(n * chance * (1 - chance))))
      .filter((count) => count >= 0 && count < n)
      .map((count): [number, number, number] => [count, n, chance]),
  ),
);
const discordant: Pair[] = [
  ...[0, 1, 2, 5, 10, 11, 30].flatMap((b) => [0, 1, 5, 11, 12, 40].map((c): Pair => [b, c])),
  ...([
    [121, 59],
    [500, 560],
    [1000, 1300],
    [40_000, 40_500],
  ] as Pair[]),
];

const random = scatter(5);
const trends = [3, 4, 8, 20, 50].flatMap((n) =>
  [0, 0.1, -0.3].map((slope) => Array.from({ length: n }, (_, i) => random() + slope * i)),
);

interface Answer {
  trend: number[];
  studentCdf: number[];
  studentQuantile: number[];
  binomialCdf: number[];
  mcnemar: number[];
}

let known: Answer | undefined;
function reference(): Answer {
  known ??= askPython({ t, p, binomial, discordant, trends });
  return known;
}

function askPython(request: object): Answer {
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) {
    throw new Error(
      'TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment with scipy.',
    );
  }
  const script = fileURLToPath(new URL('distributions.py', import.meta.url));
  const run = spawnSync(python, [script], { input: JSON.stringify(request), encoding: 'utf8' });
  if (run.status !== 0)
    throw new Error(`The reference script failed (${run.error ?? run.status}): ${run.stderr}`);
  return JSON.parse(run.stdout) as Answer;
}

test('scipy agrees on Student’s t to 1e-12', () => {
  expectClose(
    t.map((point) => studentCdf(...point)),
    reference().studentCdf,
  );
  expectClose(
    p.map((point) => studentQuantile(...point)),
    reference().studentQuantile,
  );
});

test('scipy agrees on binomial chances to 1e-12', () => {
  expectClose(
    binomial.map((point) => binomialCdf(...point)),
    reference().binomialCdf,
  );
});

test('statsmodels agrees on McNemar’s exact p to 1e-12', () => {
  expectClose(
    discordant.map((pair) => mcnemarExact(...pair)),
    reference().mcnemar,
  );
});

test('scipy agrees on the chance of a slope to 1e-10', () => {
  const off = trends.map((values, i) => trendOf(values).chance / (reference().trend[i] as number) - 1);
  expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(1e-10);
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const off = actual.map((value, i) => Math.abs(value / (expected[i] as number) - 1));
  expect(Math.max(...off)).toBeLessThanOrEqual(1e-12);
}
