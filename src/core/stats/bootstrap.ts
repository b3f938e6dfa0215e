import type { PreparedMetric } from '../metrics/prepare.ts';
import type { DictionaryColumn } from '../metrics/types.ts';
import { quantile } from './quantile.ts';
import { drawCounts, parseSeed } from './random.ts';

/** A number wanted with an interval: a function of the candidate's and the baseline's metric on the same rows. */
export interface Contrast {
  /** Per row: 0 outside the slice, else its sample weight. Contrasts that share the array share work. */
  weights: Float64Array;
  candidate: PreparedMetric;
  /** `null` for a statement about the candidate alone. */
  baseline: PreparedMetric | null;
  /** `b` is NaN without a baseline. */
  contrast: (c: number, b: number) => number;
}

export interface BootstrapRequest {
  /** Rows of both models, in the same order. */
  n: number;
  /** Multiplied into every contrast's weights; `null` = 1 for all. */
  baseWeights: Float64Array | null;
  contrasts: readonly Contrast[];
  /** How often the rows are drawn anew, at least 1. */
  resamples: number;
  /** Per side, in (0, 0.5): the interval is two-sided 1 − 2α. */
  alpha: number;
  /** 32 hex digits, see `seedFrom`. */
  seed: string;
  /** Rows that belong together: whole groups are drawn (cluster bootstrap). */
  group?: DictionaryColumn | null;
}

/** `lower`, `upper` and `standardError` are `null` together, and then `reason` says why in plain words. */
export interface BootstrapInterval {
  /** The contrast on the rows as they are; `null` where it is not defined. */
  estimate: number | null;
  lower: number | null;
  upper: number | null;
  /** Standard deviation of the draws (n − 1). */
  standardError: number | null;
  /** Skewness of the draws, 0 where they do not differ; `null` without an interval. */
  skewness: number | null;
  /** Resamples drawn, and how many of them had no value. */
  draws: number;
  undefinedDraws: number;
  /** The draws' values, ascending; empty without an interval. */
  ascending: Float64Array;
  reason: string | null;
}

/**
 * Paired percentile bootstrap (Efron 1979): rows, or whole groups, are drawn with replacement once per resample for
 * all contrasts together, both models on the same draw; the interval runs between the quantiles (type 7) at α and
 * 1 − α of the draws. The same for the same seed, whatever the order of the contrasts. One undefined draw is enough
 * to have no interval: quantiles of the rest would be those of another question.
 */
export function pairedPercentile(request: BootstrapRequest): BootstrapInterval[] {
  checkRequest(request);
  const { contrasts, resamples, alpha } = request;
  const plan = planEvaluations(request);
  const estimates = contrastValues(plan, multipliedWeights(request, null));
  const draws = contrasts.map((_, i) => new Float64Array(Number.isFinite(estimates[i]) ? resamples : 0));
  if (draws.some((values) => values.length > 0)) drawAll(request, plan, draws);
  return draws.map((values, i) => summarise(estimates[i] as number, values, alpha));
}

function checkRequest({ n, baseWeights, contrasts, resamples, alpha, group }: BootstrapRequest): void {
  const columns = [baseWeights, group?.codes ?? null, ...contrasts.map(({ weights }) => weights)];
  if (columns.some((column) => column !== null && column.length !== n)) {
    throw new RangeError(`Weights and groups must have one entry for each of the ${n} rows.`);
  }
  if (!Number.isSafeInteger(resamples) || resamples < 1)
    throw new RangeError('At least one resample is needed.');
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`Alpha lies between 0 and 0.5, not at ${alpha}.`);
}

/** Every (weights, metric) pair is evaluated once per resample, however many contrasts use it. */
interface Plan {
  weightings: { weights: Float64Array; metrics: PreparedMetric[]; slots: number[] }[];
  /** Slots of candidate and baseline per contrast; −1 without baseline. */
  slots: { candidate: number; baseline: number }[];
  values: Float64Array;
  contrasts: readonly Contrast[];
}

function planEvaluations({ contrasts }: BootstrapRequest): Plan {
  const weightings = new Map<Float64Array, Map<PreparedMetric, number>>();
  let count = 0;
  const slotOf = (weights: Float64Array, metric: PreparedMetric): number => {
    const metrics = weightings.get(weights) ?? new Map<PreparedMetric, number>();
    weightings.set(weights, metrics);
    if (!metrics.has(metric)) metrics.set(metric, count++);
    return metrics.get(metric) as number;
  };
  const slots = contrasts.map(({ weights, candidate, baseline }) => ({
    candidate: slotOf(weights, candidate),
    baseline: baseline ? slotOf(weights, baseline) : -1,
  }));
  return {
    weightings: [...weightings].map(([weights, metrics]) => ({
      weights,
      metrics: [...metrics.keys()],
      slots: [...metrics.values()],
    })),
    slots,
    values: new Float64Array(count),
    contrasts,
  };
}

/** Writes a contrast's row weights, times how often each row was drawn, into a buffer and returns it. */
type Weigh = (weights: Float64Array) => Float64Array;

function multipliedWeights({ n, baseWeights }: BootstrapRequest, counts: Uint8Array | null): Weigh {
  const buffer = new Float64Array(n);
  const base = baseWeights ?? new Float64Array(n).fill(1);
  return (weights) => {
    for (let row = 0; row < n; row++) {
      const times = counts === null ? 1 : (counts[row] as number);
      buffer[row] = (weights[row] as number) * (base[row] as number) * times;
    }
    return buffer;
  };
}

/** The value of every contrast, NaN where it has none. */
function contrastValues(plan: Plan, weigh: Weigh): number[] {
  const { values } = plan;
  for (const { weights, metrics, slots } of plan.weightings) {
    const weighted = weigh(weights);
    for (let i = 0; i < metrics.length; i++) {
      values[slots[i] as number] = metrics[i]?.evaluate(weighted).value ?? Number.NaN;
    }
  }
  return plan.contrasts.map(({ contrast }, i) => {
    const { candidate, baseline } = plan.slots[i] as Plan['slots'][number];
    const c = values[candidate] as number;
    const b = baseline < 0 ? Number.NaN : (values[baseline] as number);
    return Number.isNaN(c) || (baseline >= 0 && Number.isNaN(b)) ? Number.NaN : contrast(c, b);
  });
}

function drawAll(request: BootstrapRequest, plan: Plan, draws: readonly Float64Array[]): void {
  const { draw, counts } = resampler(request);
  const weigh = multipliedWeights(request, counts);
  for (let index = 0; index < request.resamples; index++) {
    draw(index);
    const values = contrastValues(plan, weigh);
    for (let i = 0; i < draws.length; i++) {
      const column = draws[i] as Float64Array;
      if (column.length > 0) column[index] = values[i] as number;
    }
  }
}

/** `draw` leaves in `counts` how often each row came in a resample. */
function resampler({ n, group, seed }: BootstrapRequest): {
  draw: (index: number) => void;
  counts: Uint8Array;
} {
  const words = parseSeed(seed);
  const counts = new Uint8Array(n);
  if (!group) return { counts, draw: (index) => drawCounts(words, index, counts) };
  const { clusters, clusterOf } = clustersOf(group);
  const clusterCounts = new Uint8Array(clusters);
  return {
    counts,
    draw: (index) => {
      drawCounts(words, index, clusterCounts);
      for (let row = 0; row < n; row++) counts[row] = clusterCounts[clusterOf[row] as number] as number;
    },
  };
}

/** Groups that have rows, numbered as they first come. */
function clustersOf(group: DictionaryColumn): { clusters: number; clusterOf: Uint32Array } {
  const numbers = new Map<number, number>();
  const clusterOf = group.codes.map((code) => {
    const known = numbers.get(code) ?? numbers.size;
    numbers.set(code, known);
    return known;
  });
  return { clusters: numbers.size, clusterOf };
}

function summarise(estimate: number, values: Float64Array, alpha: number): BootstrapInterval {
  const none = {
    lower: null,
    upper: null,
    standardError: null,
    skewness: null,
    ascending: new Float64Array(),
  };
  if (values.length === 0) {
    return {
      estimate: null,
      ...none,
      draws: 0,
      undefinedDraws: 0,
      reason: 'The value is not defined on these rows.',
    };
  }
  const draws = values.length;
  const undefinedDraws = values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  if (undefinedDraws > 0) {
    const reason = `The value is not defined on ${undefinedDraws} of ${draws} resamples of the rows: too few of a kind.`;
    return { estimate, ...none, draws, undefinedDraws, reason };
  }
  const { standardError, skewness } = moments(values);
  values.sort();
  const [lower, upper] = [quantile(values, alpha), quantile(values, 1 - alpha)];
  return {
    estimate,
    lower,
    upper,
    standardError,
    skewness,
    draws,
    undefinedDraws,
    ascending: values,
    reason: null,
  };
}

function moments(values: Float64Array): { standardError: number; skewness: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const cubes = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  return {
    standardError: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    skewness: squares > 0 ? cubes / n / (squares / n) ** 1.5 : 0,
  };
}
