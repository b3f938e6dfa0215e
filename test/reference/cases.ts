import type { PredictionTable } from '../../src/core/metrics/types.ts';

/**
 * Rows for both sides: `table` for ours, the rest goes to Python as JSON. Weights stand beside the table. A name may end
 * in the threshold it is judged at: `f1 from 0.3`.
 */
export interface Case {
  title: string;
  names: string[];
  y: readonly (string | number)[];
  p: readonly (string | number)[];
  w: readonly number[];
  /** Scores: of the positive class, or one column per class. */
  s: readonly number[] | null;
  S: readonly (readonly number[])[] | null;
  classes: readonly string[] | null;
  table: PredictionTable;
}

/** Numbers in [0, 1) that look random, the same in every run (a 32-bit linear congruential generator). */
export function scatter(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const COUNTED = ['accuracy', 'balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa'];
const AVERAGED = ['precision', 'recall', 'f1', 'specificity'].flatMap((name) =>
  ['macro', 'micro', 'weighted'].map((a) => `${name}_${a}`),
);
const BINARY = [
  'precision',
  'recall',
  'f1',
  'fbeta@0.5',
  'fbeta@2',
  'fbeta_macro@2',
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier',
  'specificity',
  'accuracy from 0.4',
  'balanced_accuracy from 0.4',
  'matthews_corrcoef from 0.4',
  'cohen_kappa from 0.4',
  'precision from 0.7',
  'recall from 0.7',
  'fbeta@2 from 0.3',
  'f1_macro from 0.3',
  'f1 from 0.3',
  'specificity from 0.6',
  'precision_at_recall@0.8',
  'precision_at_recall@1',
  'recall_at_precision@0.7',
  'expected_calibration_error',
];
const MULTICLASS = [
  'fbeta_macro@0.5',
  'roc_auc_ovr',
  'roc_auc_ovr_weighted',
  'roc_auc_ovo',
  'roc_auc_ovo_weighted',
  'average_precision_macro',
  'average_precision_micro',
  'average_precision_weighted',
  'log_loss',
  'brier',
  'expected_calibration_error',
  'top_k_accuracy@1',
  'top_k_accuracy@2',
];
const REGRESSION = [
  'mean_absolute_error',
  'mean_squared_error',
  'root_mean_squared_error',
  'mean_absolute_percentage_error',
  'median_absolute_error',
  'max_error',
  'mean_pinball_loss',
  'mean_pinball_loss@0.9',
  'r2',
];

type Weighting = 'ones' | 'random' | 'some zero' | 'all zero';
type Scores = 'random' | 'tied' | 'constant' | 'extreme';

export function binaryCases(): Case[] {
  const random = scatter(1);
  const shapes: [number, number, Scores, Weighting][] = [];
  for (const n of [1, 2, 3, 10, 60, 2000]) {
    for (const scores of ['random', 'tied', 'constant', 'extreme'] as const) {
      for (const weighting of ['ones', 'random', 'some zero'] as const)
        shapes.push([n, 0.4, scores, weighting]);
    }
  }
  for (const share of [0, 1, 0.02])
    shapes.push([40, share, 'random', 'ones'], [40, share, 'tied', 'some zero']);
  shapes.push([5, 0.5, 'random', 'all zero']);
  return shapes.map(([n, share, scores, weighting]) => {
    const y = Array.from({ length: n }, () => (random() < share ? '1' : '0'));
    const s = y.map((label) => binaryScore(scores, label, random));
    const flat = random() < 0.15;
    const p = s.map((score) => (!flat && score >= 0.5 ? '1' : '0'));
    const title = `two classes: ${n} rows, ${share * 100} % positive, ${scores} scores, ${weighting} weights`;
    const names = [...COUNTED, ...AVERAGED, ...BINARY];
    return classification(
      { title, names, y, p, s, S: null, classes: ['0', '1'], w: weights(n, weighting, random) },
      'binary',
    );
  });
}

function binaryScore(scores: Scores, label: string, random: () => number): number {
  if (scores === 'constant') return 0.5;
  if (scores === 'extreme') return [0, 1, 1e-17, 1 - 2 ** -53][Math.floor(random() * 4)] as number;
  const score = Math.min(0.999, random() * 0.8 + (label === '1' ? 0.2 : 0));
  return scores === 'tied' ? Math.round(score * 5) / 5 : score;
}

export function multiclassCases(): Case[] {
  const random = scatter(2);
  const shapes: [number, number, number, Weighting][] = [];
  for (const n of [1, 2, 3, 30, 1500]) {
    for (const classes of [3, 5]) {
      for (const weighting of ['ones', 'random', 'some zero'] as const)
        shapes.push([n, classes, classes, weighting]);
    }
  }
  shapes.push([50, 4, 3, 'ones'], [50, 4, 1, 'ones'], [4, 3, 3, 'all zero']);
  return shapes.map(([n, count, used, weighting]) => {
    const classes = Array.from({ length: count }, (_, i) => `c${i}`);
    const codes = Array.from({ length: n }, () => Math.floor(random() * used));
    const rows = codes.map((code) => probabilities(code, count, random));
    const y = codes.map((code) => `c${code}`);
    const p = rows.map((row) => `c${row.indexOf(Math.max(...row))}`);
    const S = classes.map((_, code) => rows.map((row) => row[code] as number));
    const title = `${count} classes: ${n} rows of ${used} of them, ${weighting} weights`;
    const names = [...COUNTED, ...AVERAGED, ...MULTICLASS];
    return classification(
      { title, names, y, p, s: null, S, classes, w: weights(n, weighting, random) },
      'multiclass',
    );
  });
}

function probabilities(code: number, count: number, random: () => number): number[] {
  const raw = Array.from({ length: count }, (_, i) => Math.round(random() * 8) + (i === code ? 3 : 0.5));
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

export function regressionCases(): Case[] {
  const random = scatter(3);
  const shapes: [number, 'wide' | 'constant' | 'perfect' | 'far' | 'whole', Weighting][] = [];
  for (const n of [1, 2, 3, 25, 3000]) {
    for (const kind of ['wide', 'constant', 'perfect', 'far', 'whole'] as const) {
      for (const weighting of ['ones', 'random', 'some zero'] as const) shapes.push([n, kind, weighting]);
    }
  }
  shapes.push([4, 'wide', 'all zero']);
  return shapes.map(([n, kind, weighting]) => {
    const rounded = (value: number) => (kind === 'whole' ? Math.round(value) : value);
    const y = Array.from({ length: n }, () =>
      kind === 'constant' ? 0.1 : rounded(random() * 10 - 5 + (kind === 'far' ? 1e6 : 0)),
    );
    const p = y.map((label) => (kind === 'perfect' ? label : rounded(label + random() * 3 - 1.4)));
    const w = weights(n, weighting, random);
    const title = `numbers: ${n} rows, ${kind} labels, ${weighting} weights`;
    const table: PredictionTable = {
      ...emptyTable(n),
      task: 'regression',
      labelValues: Float64Array.from(y),
      predictionValues: Float64Array.from(p),
    };
    return { title, names: REGRESSION, y, p, w, s: null, S: null, classes: null, table };
  });
}

function weights(n: number, weighting: Weighting, random: () => number): number[] {
  return Array.from({ length: n }, () => {
    if (weighting === 'ones') return 1;
    if (weighting === 'all zero') return 0;
    return weighting === 'some zero' ? Math.floor(random() * 3) : random() * 4 + 0.01;
  });
}

function classification(rows: Omit<Case, 'table'>, task: 'binary' | 'multiclass'): Case {
  const classes = rows.classes ?? [];
  const codes = (labels: readonly (string | number)[]) =>
    Uint32Array.from(labels, (label) => classes.indexOf(String(label)));
  const table: PredictionTable = {
    ...emptyTable(rows.y.length),
    task,
    classes,
    labelCodes: codes(rows.y),
    predictionCodes: codes(rows.p),
    score: rows.s && Float64Array.from(rows.s),
    classScores: rows.S?.map((column) => Float64Array.from(column)) ?? null,
  };
  return { ...rows, table };
}

function emptyTable(n: number): PredictionTable {
  return {
    n,
    ids: null,
    task: 'binary',
    classes: null,
    labelCodes: null,
    predictionCodes: null,
    labelValues: null,
    predictionValues: null,
    score: null,
    classScores: null,
    weight: null,
    group: null,
    slices: {},
  };
}
