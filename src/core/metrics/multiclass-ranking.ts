import { prepareAveragePrecision, prepareRocAuc } from './ranking.ts';
import type { Computation } from './types.ts';

type BinaryRanking = (score: Float64Array, labels: Uint32Array, positive: number) => Computation;

/**
 * Mean of each class's area under the ROC curve against all the others, plain (`macro`, also for `null`) or by the
 * classes' weight (`weighted`). Undefined when a class has no weight (`macro`) or all of it. `null` for other averages.
 */
export function prepareOneVsRest(
  classScores: readonly Float64Array[],
  labels: Uint32Array,
  average: string | null,
): (() => Computation) | null {
  if (average !== null && average !== 'macro' && average !== 'weighted') return null;
  return () => classMean(prepareRocAuc, classScores, labels, average === 'weighted');
}

/**
 * Average precision of each class against all the others: their plain mean (`macro`, undefined when a class has no
 * weight), their mean by the classes' weight (`weighted`), or that of all (row, class) decisions in one ranking
 * (`micro`). `null` for other averages.
 */
export function prepareClassPrecision(
  classScores: readonly Float64Array[],
  labels: Uint32Array,
  average: string | null,
): (() => Computation) | null {
  if (average === 'micro') return () => pooledPrecision(classScores, labels);
  if (average !== 'macro' && average !== 'weighted') return null;
  return () => classMean(prepareAveragePrecision, classScores, labels, average === 'weighted');
}

function classMean(
  prepare: BinaryRanking,
  classScores: readonly Float64Array[],
  labels: Uint32Array,
  weighted: boolean,
): Computation {
  const each = classScores.map((score, code) => prepare(score, labels, code));
  const shares = new Float64Array(classScores.length);
  return (weights) => {
    if (weighted) classWeights(labels, weights, shares);
    else shares.fill(1);
    let sum = 0;
    let total = 0;
    for (let code = 0; code < each.length; code++) {
      const share = shares[code] as number;
      if (share === 0) continue;
      sum += share * (each[code]?.(weights) as number);
      total += share;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
}

function pooledPrecision(classScores: readonly Float64Array[], labels: Uint32Array): Computation {
  const n = labels.length;
  const score = new Float64Array(n * classScores.length);
  const hits = new Uint32Array(score.length);
  classScores.forEach((column, code) => {
    score.set(column, code * n);
    for (let row = 0; row < n; row++) hits[code * n + row] = labels[row] === code ? 1 : 0;
  });
  const compute = prepareAveragePrecision(score, hits, 1);
  const repeated = new Float64Array(score.length);
  return (weights) => {
    for (let code = 0; code < classScores.length; code++) repeated.set(weights, code * n);
    return compute(repeated);
  };
}

/** Weight of each class's rows, into `sums`. */
export function classWeights(labels: Uint32Array, weights: Float64Array, sums: Float64Array): void {
  sums.fill(0);
  for (let row = 0; row < labels.length; row++) {
    const code = labels[row] as number;
    sums[code] = (sums[code] as number) + (weights[row] as number);
  }
}
