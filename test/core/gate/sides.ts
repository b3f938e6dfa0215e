import { settleMetrics } from '../../../src/core/compare/match.ts';
import type { JudgedSide } from '../../../src/core/gate/case.ts';
import type { JudgedBaseline } from '../../../src/core/gate/judge.ts';
import type { Policy } from '../../../src/core/gate/types.ts';
import { evaluateMetrics } from '../../../src/core/metrics/evaluate.ts';
import { directionOf, parseMetricName } from '../../../src/core/metrics/names.ts';
import type { Metric, PredictionTable, ValueState } from '../../../src/core/metrics/types.ts';
import { pickIds } from '../metrics/ids.ts';
import { binaryTable } from '../metrics/tables.ts';

/** A generator that is the same everywhere (Park and Miller 1988), uniform in (0, 1). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Two models on the same rows: labels at random, the baseline's score is label plus noise (a probability), the
 * candidate's the same with `extra` more noise. Slices `carrier` UA / AA by turns.
 */
export function twoModels(
  n: number,
  extra: number,
  seed = 7,
): { candidate: PredictionTable; baseline: PredictionTable } {
  const random = uniform(seed);
  const labels = Array.from({ length: n }, () => (random() < 0.4 ? 1 : 0));
  const noisy = (scores: readonly number[], noise: number) =>
    scores.map((score) => score + noise * (random() - 0.5));
  const before = noisy(labels, 2.5);
  const after = noisy(before, extra);
  const slices = { carrier: labels.map((_, row) => (row % 2 === 0 ? 'UA' : 'AA')) };
  const table = (scores: readonly number[]) =>
    binaryTable(
      labels.map(String),
      scores.map((score) => (score > 0.5 ? '1' : '0')),
      { score: scores.map((score) => 1 / (1 + Math.exp(2 - 4 * score))), slices },
    );
  return { candidate: table(after), baseline: table(before) };
}

/** A side with predictions, its metrics computed from them as a verb does. */
export function sideWithRows(table: PredictionTable, over: Partial<JudgedSide> = {}): JudgedSide {
  const metrics = evaluateMetrics(table, {
    positiveLabel: null,
    slices: Object.keys(table.slices),
    minSliceRows: 1,
  });
  return {
    metrics: settleMetrics([...metrics, ...(over.metrics ?? [])], 'run').metrics,
    table,
    rows: null,
    evaluator: null,
    hardware: null,
    model: null,
    ...without(over),
  };
}

function without({ metrics: _metrics, ...rest }: Partial<JudgedSide>): Partial<JudgedSide> {
  return rest;
}

/** A side of which only numbers are known. */
export function sideWithValues(
  values: Readonly<Record<string, number | ValueState>>,
  over: Partial<JudgedSide> = {},
): JudgedSide {
  const metrics = Object.entries(values).map(([name, value]) => fileMetric(name, value));
  return { metrics, table: null, rows: null, evaluator: null, model: null, hardware: null, ...over };
}

export function fileMetric(name: string, value: number | ValueState): Metric {
  const parsed = parseMetricName(name);
  const { identity } = parsed;
  const number = typeof value === 'number' ? { value, state: 'ok' as const } : { value: null, state: value };
  return {
    name: parsed.name,
    identity,
    slice: null,
    class: null,
    direction: directionOf(identity),
    n: null,
    source: 'file',
    ...number,
  };
}

/** The baseline that every rule without `against` is judged by. */
export function against(policy: Policy, side: JudgedSide | string): ReadonlyMap<string, JudgedBaseline> {
  return new Map([[policy.baseline, typeof side === 'string' ? { side: null, reason: side } : { side }]]);
}

/** Rows of a table picked and put in this order. */
export function pick(table: PredictionTable, rows: readonly number[]): PredictionTable {
  const codes = (column: Uint32Array | null) => column && Uint32Array.from(rows, (row) => column[row] ?? 0);
  const numbers = (column: Float64Array | null) =>
    column && Float64Array.from(rows, (row) => column[row] ?? 0);
  const slices = Object.entries(table.slices).map(([name, column]) => [
    name,
    { values: column.values, codes: codes(column.codes) as Uint32Array },
  ]);
  return {
    ...table,
    n: rows.length,
    ids: pickIds(table.ids, rows),
    labelCodes: codes(table.labelCodes),
    predictionCodes: codes(table.predictionCodes),
    score: numbers(table.score),
    weight: numbers(table.weight),
    slices: Object.fromEntries(slices),
  };
}
