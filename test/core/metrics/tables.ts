import type { DictionaryColumn, PredictionTable } from '../../../src/core/metrics/types.ts';
import { idsOf } from './ids.ts';

interface Rest {
  weight?: readonly number[];
  slices?: Record<string, readonly string[]>;
}

/** A two-class table; classes in the order they first come, labels before predictions. */
export function binaryTable(
  labels: readonly string[],
  predictions: readonly string[],
  rest: Rest & { score?: readonly number[] } = {},
): PredictionTable {
  const score = rest.score ? Float64Array.from(rest.score) : null;
  return { ...classified(labels, predictions, rest), task: 'binary', score };
}

/** A table of several classes; `scores[class]` has one number per row. */
export function multiclassTable(
  labels: readonly string[],
  predictions: readonly string[],
  rest: Rest & { classes?: readonly string[]; scores?: readonly (readonly number[])[] } = {},
): PredictionTable {
  const classScores = rest.scores?.map((column) => Float64Array.from(column)) ?? null;
  return { ...classified(labels, predictions, rest), classScores };
}

export function regressionTable(
  labels: readonly number[],
  predictions: readonly number[],
  rest: Rest = {},
): PredictionTable {
  return {
    ...base(labels.length, rest),
    task: 'regression',
    labelValues: Float64Array.from(labels),
    predictionValues: Float64Array.from(predictions),
  };
}

export function dictionary(values: readonly string[]): DictionaryColumn {
  const distinct = [...new Set(values)];
  return { values: distinct, codes: Uint32Array.from(values, (value) => distinct.indexOf(value)) };
}

function classified(
  labels: readonly string[],
  predictions: readonly string[],
  rest: Rest & { classes?: readonly string[] },
): PredictionTable {
  const classes = rest.classes ?? [...new Set([...labels, ...predictions])];
  return {
    ...base(labels.length, rest),
    classes,
    labelCodes: Uint32Array.from(labels, (label) => classes.indexOf(label)),
    predictionCodes: Uint32Array.from(predictions, (label) => classes.indexOf(label)),
  };
}

function base(n: number, { weight, slices }: Rest): PredictionTable {
  return {
    n,
    ids: idsOf(Array.from({ length: n }, (_, row) => `row-${row}`)),
    task: 'multiclass',
    classes: null,
    labelCodes: null,
    predictionCodes: null,
    labelValues: null,
    predictionValues: null,
    score: null,
    classScores: null,
    weight: weight ? Float64Array.from(weight) : null,
    group: null,
    slices: Object.fromEntries(
      Object.entries(slices ?? {}).map(([name, values]) => [name, dictionary(values)]),
    ),
  };
}
