import type { PreparedMetric } from '../metrics/prepare.ts';
import { type Evaluation, evaluationOf } from './evaluation.ts';
import type { Population } from './population.ts';
import { drawCounts, type Words } from './random.ts';
import type { Parts, Scheme } from './scheme.ts';
import { ofSeeds, seedDraws, seedParts } from './seed-mean.ts';

/** Up to so many units each is left out by itself, also where that takes a pass over all rows. */
const SINGLY = 1_000;
/** Parts of equal size to leave out where there are more. */
const BLOCKS = 400;

/**
 * Rows or groups drawn with replacement, as many as there are. The jackknife leaves out one unit at a time where a
 * formula gives the rest or there are at most 1,000, else every 400th: influences add up in a part as in the sample,
 * and so do their third moments, so that the acceleration keeps its expectation and errs by about 0.65 / 400.
 */
export function unitScheme(population: Population, seed: Words): Scheme {
  const counts = new Uint8Array(population.units);
  const weigh = rowWeights(population, counts);
  const evaluations = new Map<PreparedMetric, Evaluation>();
  const trained = seedDraws(seed);
  const evaluation = (metric: PreparedMetric): Evaluation => {
    const statistic = metric.statistic();
    const make = () =>
      statistic?.kind === 'seeds'
        ? ofSeeds(statistic.seeds.map(evaluation), trained.counts(statistic))
        : evaluationOf(metric, population, counts, weigh.weights);
    const known = evaluations.get(metric) ?? make();
    evaluations.set(metric, known);
    return known;
  };
  let leftOut = -1;
  const changed = () => {
    leftOut = -1;
    weigh.changed();
  };
  return {
    get work() {
      return population.rows * Math.max(1, trained.models());
    },
    whole: () => {
      counts.fill(1);
      trained.whole();
      changed();
    },
    draw: (index) => {
      drawCounts(seed, index, counts);
      trained.draw(index);
      changed();
    },
    reader: (metric) => {
      const { value, without } = evaluation(metric);
      return without ? () => (leftOut < 0 ? value() : without(leftOut)) : value;
    },
    parts: (metrics): Parts => {
      const { units } = population;
      const byFormula = metrics.every((metric) => evaluation(metric).without !== null);
      const count = byFormula || units <= SINGLY ? units : BLOCKS;
      const leave = (part: number) => {
        counts.fill(1);
        for (let unit = part; unit < units; unit += count) counts[unit] = 0;
        changed();
      };
      const name = (part: number) => {
        leftOut = part;
      };
      return { count, times: null, leave: byFormula ? name : leave };
    },
    seeds: (metric) => seedParts(metric, trained),
  };
}

/** Weights of rows at the units' counts, computed when asked for and not again until the counts changed. */
function rowWeights({ rows, weights, unitOf }: Population, counts: Uint8Array) {
  const buffer = new Float64Array(rows);
  let stale = true;
  const fill = () => {
    for (let at = 0; at < buffer.length; at++) {
      const times = counts[unitOf ? (unitOf[at] as number) : at] as number;
      buffer[at] = weights ? times * (weights[at] as number) : times;
    }
    stale = false;
  };
  return {
    changed: () => {
      stale = true;
    },
    weights: () => {
      if (stale) fill();
      return buffer;
    },
  };
}
