import { ascendingOrder } from './order.ts';
import { resting, type SumStatistic } from './statistic.ts';
import { Sums } from './sums.ts';
import type { Computation, MetricIdentity, PredictionTable } from './types.ts';

/** Metrics of rankings, and those that are one only with a `k`. */
const ALWAYS = ['ndcg', 'mrr', 'hit_rate'];
const WITH_K = ['precision', 'recall'];

/** Whether a metric is a mean over rankings of the rows of each query. */
export function isQueryMetric({ id, average, k }: MetricIdentity): boolean {
  return average === null && (ALWAYS.includes(id) || (k !== null && WITH_K.includes(id)));
}

/**
 * Metrics of rankings, a query being the rows of one `group`: `ndcg` (Järvelin and Kekäläinen 2002), `mrr` (Voorhees
 * 1999), `hit_rate`, and `precision` and `recall` of the first `k`. Relevance is 1 for the positive label, or the label
 * itself in a regression, where the prediction ranks. The mean over queries, each by the mean weight of its rows; rows
 * of weight 0 are no part of a ranking. Equal scores stand in every order equally often (McSherry and Najork 2008). A
 * query without a relevant row is left out of `ndcg` and `recall`. Undefined without a query that counts, and where a
 * relevance is negative. `null` for other metrics, and without groups or scores.
 */
export function prepareQueries(
  identity: MetricIdentity,
  table: PredictionTable,
  positive: number,
): (() => Computation) | null {
  const { group, labelCodes, labelValues } = table;
  const score = table.task === 'binary' ? table.score : table.predictionValues;
  if (!isQueryMetric(identity) || identity.threshold !== null || !group || !score) return null;
  const gains = labelCodes
    ? Float64Array.from(labelCodes, (code) => (code === positive ? 1 : 0))
    : labelValues;
  return gains && (() => meanOverQueries(identity, gains, score, group.codes));
}

/** Rows of equal score in the ranking of one query: how many stand above, how many they are, and what they are worth. */
interface Tie {
  above: number;
  size: number;
  relevant: number;
  gain: number;
}

function meanOverQueries(
  identity: MetricIdentity,
  gains: Float64Array,
  score: Float64Array,
  groups: Uint32Array,
): Computation {
  if (gains.some((gain) => gain < 0)) return () => Number.NaN;
  const ranked = byGroup(ascendingOrder(score).reverse(), groups);
  const ideal = identity.id === 'ndcg' ? byGroup(ascendingOrder(gains).reverse(), groups) : ranked;
  const eachQuery = (weights: Float64Array | null, visit: (rows: Uint32Array, value: number) => void) => {
    const present = (row: number) => weights === null || weights[row] !== 0;
    for (let start = 0, end = 0; start < ranked.length; start = end) {
      const query = groups[ranked[start] as number];
      while (end < ranked.length && groups[ranked[end] as number] === query) end += 1;
      const rows = ranked.subarray(start, end).filter(present);
      if (rows.length === 0) continue;
      const value = valueOfQuery(identity, rows, ideal.subarray(start, end).filter(present), gains, score);
      if (!Number.isNaN(value)) visit(rows, value);
    }
  };
  const compute = (weights: Float64Array) => {
    const sums = new Sums(2);
    eachQuery(weights, (rows, value) => {
      const weight = rows.reduce((sum, row) => sum + (weights[row] as number), 0) / rows.length;
      sums.add(0, weight * value);
      sums.add(1, weight);
    });
    return sums.at(1) > 0 ? sums.at(0) / sums.at(1) : Number.NaN;
  };
  return resting(compute, () => queryTerms(ranked.length, eachQuery));
}

/** Rows with a weight each are resampled by whole queries, whose values stay: each row carries its part of them. */
function queryTerms(
  n: number,
  eachQuery: (weights: null, visit: (rows: Uint32Array, value: number) => void) => void,
): SumStatistic {
  const [values, shares] = [new Float64Array(n), new Float64Array(n)];
  eachQuery(null, (rows, value) => {
    for (const row of rows) {
      values[row] = value / rows.length;
      shares[row] = 1 / rows.length;
    }
  });
  const value = (_total: number, sums: Float64Array) =>
    (sums[1] as number) > 0 ? (sums[0] as number) / (sums[1] as number) : Number.NaN;
  return { kind: 'sums', terms: [values, shares], value };
}

/** The same rows, those of a group together and otherwise in their order. */
function byGroup(order: Uint32Array, groups: Uint32Array): Uint32Array {
  const starts = new Uint32Array(
    order.length === 0 ? 1 : groups.reduce((most, code) => Math.max(most, code), 0) + 2,
  );
  for (const code of groups) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 1; code < starts.length; code++)
    starts[code] = (starts[code] as number) + (starts[code - 1] as number);
  const sorted = new Uint32Array(order.length);
  for (const row of order) {
    const code = groups[row] as number;
    sorted[starts[code] as number] = row;
    starts[code] = (starts[code] as number) + 1;
  }
  return sorted;
}

function valueOfQuery(
  { id, k }: MetricIdentity,
  rows: Uint32Array,
  ideal: Uint32Array,
  gains: Float64Array,
  score: Float64Array,
): number {
  const last = k ?? Number.POSITIVE_INFINITY;
  const ties = tiesOf(rows, score, gains);
  if (id === 'ndcg') return discounted(ties, last) / discounted(tiesOf(ideal, gains, gains), last);
  if (id === 'mrr') return firstRelevant(ties, last, (rank) => 1 / rank);
  if (id === 'hit_rate') return firstRelevant(ties, last, () => 1);
  const hits = ties.reduce((sum, tie) => sum + (tie.relevant * placesWithin(tie, last)) / tie.size, 0);
  const relevant = ties.reduce((sum, tie) => sum + tie.relevant, 0);
  return hits / (id === 'precision' ? last : relevant);
}

function tiesOf(rows: Uint32Array, score: Float64Array, gains: Float64Array): Tie[] {
  const ties: Tie[] = [];
  for (const [at, row] of rows.entries()) {
    const gain = gains[row] as number;
    const tied = at > 0 && score[row] === score[rows[at - 1] as number];
    const tie = tied ? (ties.at(-1) as Tie) : { above: at, size: 0, relevant: 0, gain: 0 };
    if (!tied) ties.push(tie);
    tie.size += 1;
    tie.relevant += gain > 0 ? 1 : 0;
    tie.gain += gain;
  }
  return ties;
}

/** How many places of a tie are among the first `last`. */
function placesWithin({ above, size }: Tie, last: number): number {
  return Math.max(0, Math.min(size, last - above));
}

/** Σ gain / log₂(rank + 1) over the first `last` ranks, each tied row worth the mean of its tie. */
function discounted(ties: readonly Tie[], last: number): number {
  let sum = 0;
  for (const tie of ties) {
    let discounts = 0;
    for (let place = 1; place <= placesWithin(tie, last); place++)
      discounts += 1 / Math.log2(tie.above + place + 1);
    sum += (tie.gain / tie.size) * discounts;
  }
  return sum;
}

/** Mean worth of the rank of the first relevant row, over the orders of its tie; 0 beyond `last` and without any. */
function firstRelevant(ties: readonly Tie[], last: number, worth: (rank: number) => number): number {
  const tie = ties.find(({ relevant }) => relevant > 0);
  if (!tie) return 0;
  let sum = 0;
  let chance = tie.relevant / tie.size;
  for (let place = 1; place <= placesWithin(tie, last) && chance > 0; place++) {
    sum += chance * worth(tie.above + place);
    chance *= (tie.size - place - tie.relevant + 1) / (tie.size - place);
  }
  return sum;
}
