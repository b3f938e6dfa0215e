import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { JudgedSide } from '../../src/core/gate/case.ts';
import { judgeRules } from '../../src/core/gate/judge.ts';
import type { Evidence } from '../../src/core/gate/types.ts';
import type { Uncertainty } from '../../src/core/metrics/types.ts';
import { meanOf } from '../../src/core/stats/repeats.ts';
import { policyWith } from '../core/gate/build.ts';
import { against, fileMetric, sideWithValues } from '../core/gate/sides.ts';
import { scatter } from './cases.ts';

type Case = { alpha: number } & (
  | { kind: 'seeds'; ours: number[]; theirs: number[] }
  | { kind: 'splits'; ours: number[]; theirs: number[]; ratio: number }
  | { kind: 'errors'; values: [number, number]; errors: [number, number] }
  | { kind: 'earlier'; value: number; history: number[] }
);

interface Answer {
  interval: [number, number];
  statistic?: number;
  p?: number;
}

const random = scatter(21);
const some = (n: number) => Array.from({ length: n }, () => 0.7 + random() / 4);

/** Deviations in pairs of opposite sign, most of them small, so that their root mean square counts and not their median. */
const history = (pairs: number) =>
  Array.from({ length: pairs }, (_, i) => (i === 0 ? 0.1 : random() / 50)).flatMap((away) => [
    0.8 - away,
    0.8 + away,
  ]);

const cases: Case[] = [0.05, 0.01, 0.2].flatMap((alpha) =>
  [2, 3, 5, 10, 30].flatMap((n): Case[] => [
    { kind: 'seeds', alpha, ours: some(n), theirs: some(n) },
    { kind: 'splits', alpha, ours: some(n), theirs: some(n), ratio: 1 / (1 + (n % 4)) },
    { kind: 'errors', alpha, values: [0.7 + random() / 9, 0.75], errors: [random() / 50 + 0.001, 0.01] },
    { kind: 'earlier', alpha, value: 0.8 + random() / 9, history: history(n + 2) },
  ]),
);

const sideOf = (value: number, uncertainty?: Uncertainty): JudgedSide =>
  sideWithValues(
    {},
    { metrics: [{ ...fileMetric('accuracy', value), ...(uncertainty && { uncertainty }) }] },
  );

function sidesOf(one: Case): [JudgedSide, JudgedSide] {
  if (one.kind === 'earlier') return [sideOf(one.value), sideOf(0.8)];
  if (one.kind === 'errors') {
    const [ours, theirs] = one.values.map((value, i) =>
      sideOf(value, { kind: 'stderr', stderr: one.errors[i] as number }),
    );
    return [ours as JudgedSide, theirs as JudgedSide];
  }
  const repeated = (list: number[]) => {
    const values = list.map((value, i) => ({ name: String(i), value }));
    const uncertainty: Uncertainty =
      one.kind === 'seeds'
        ? { kind: 'seeds', values }
        : { kind: 'splits', values, test_train_ratio: one.ratio };
    return sideOf(meanOf(list), uncertainty);
  };
  return [repeated(one.ours), repeated(one.theirs)];
}

function evidenceOf(one: Case): Evidence {
  const policy = policyWith(['accuracy:max-drop=0'], { alpha: one.alpha });
  const [candidate, baseline] = sidesOf(one);
  const past = one.kind === 'earlier' ? one.history : [];
  const earlier = past.map((value) => ({
    metrics: [fileMetric('accuracy', value)],
    rows: null,
    evaluator: null,
    hardware: null,
  }));
  const [result] = judgeRules({ policy, candidate, baselines: against(policy, baseline), earlier });
  return (result as { evidence: Evidence }).evidence;
}

function askPython(): Answer[] {
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) {
    throw new Error(
      'TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment with scipy.',
    );
  }
  const script = fileURLToPath(new URL('repeats.py', import.meta.url));
  const run = spawnSync(python, [script], { input: JSON.stringify(cases), encoding: 'utf8' });
  if (run.status !== 0)
    throw new Error(`The reference script failed (${run.error ?? run.status}): ${run.stderr}`);
  return JSON.parse(run.stdout) as Answer[];
}

test('scipy and statsmodels give the same intervals and chances for splits, seeds, errors and earlier runs', () => {
  const expected = askPython();
  cases.forEach((one, i) => {
    const { interval, statistic, p } = evidenceOf(one);
    const { interval: theirs, ...rest } = expected[i] as Answer;
    // Ends are rounded to 12 decimals.
    expect(interval?.[0]).toBeCloseTo(theirs[0], 11);
    expect(interval?.[1]).toBeCloseTo(theirs[1], 11);
    if (rest.statistic !== undefined) expect((statistic ?? 0) / rest.statistic).toBeCloseTo(1, 9);
    if (rest.p !== undefined) expect((p ?? 0) / rest.p).toBeCloseTo(1, 9);
  });
});
