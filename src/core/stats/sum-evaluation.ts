import type { SumStatistic } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';
import { isPlain, type Population } from './population.ts';

/** Weighted sums: a draw is a product of counts and what each unit brings, a unit left out is taken off. */
export function ofSums(
  { terms, value }: SumStatistic,
  population: Population,
  counts: Uint8Array,
): Evaluation {
  const unitWeights = perUnit(population, null);
  const unitTerms = terms.map((term) => perUnit(population, term));
  const sums = new Float64Array(terms.length);
  const total = unitWeights.reduce((sum, weight) => sum + weight, 0);
  const totals = unitTerms.map((term) => term.reduce((sum, one) => sum + one, 0));
  const plain = isPlain(population);
  return {
    value: () => {
      for (let i = 0; i < unitTerms.length; i++) sums[i] = dot(counts, unitTerms[i] as Float64Array);
      return value(plain ? sumOf(counts) : dot(counts, unitWeights), sums);
    },
    without: (unit) => {
      for (let i = 0; i < unitTerms.length; i++)
        sums[i] = (totals[i] as number) - (unitTerms[i]?.[unit] as number);
      return value(total - (unitWeights[unit] as number), sums);
    },
  };
}

/** Weight of each unit, times a number of its rows. */
function perUnit({ rows, weights, units, unitOf }: Population, term: Float64Array | null): Float64Array {
  const sums = new Float64Array(units);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf ? (unitOf[row] as number) : row;
    const weight = weights ? (weights[row] as number) : 1;
    sums[unit] = (sums[unit] as number) + weight * (term ? (term[row] as number) : 1);
  }
  return sums;
}

/** Σ count · value, in four sums that do not wait for each other. */
function dot(counts: Uint8Array, values: Float64Array): number {
  const whole = counts.length - (counts.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at < whole; at += 4) {
    a += (counts[at] as number) * (values[at] as number);
    b += (counts[at + 1] as number) * (values[at + 1] as number);
    c += (counts[at + 2] as number) * (values[at + 2] as number);
    d += (counts[at + 3] as number) * (values[at + 3] as number);
  }
  for (let at = whole; at < counts.length; at++) a += (counts[at] as number) * (values[at] as number);
  return a + b + (c + d);
}

function sumOf(counts: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at++) sum += counts[at] as number;
  return sum;
}
