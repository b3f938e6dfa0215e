import type { PreparedMetric } from '../metrics/prepare.ts';
import type { SeedsStatistic } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';
import { drawCounts, type Words } from './random.ts';
import type { Parts } from './scheme.ts';

/** The mean of a metric over models trained with several seeds; of one model its own value. Not defined where one is not. */
export function meanOverSeeds(
  seeds: readonly PreparedMetric[],
  side: SeedsStatistic['side'],
): PreparedMetric {
  if (seeds.length === 1) return seeds[0] as PreparedMetric;
  return {
    evaluate: (weights) => {
      const values = seeds.map((seed) => seed.evaluate(weights));
      const bad = values.find(({ state }) => state !== 'ok');
      return bad ?? { value: mean(values.map(({ value }) => value as number)), state: 'ok' };
    },
    statistic: () => ({ kind: 'seeds', seeds, side }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Training seeds of both sides as they are drawn with replacement, as many as there are. */
export interface SeedDraws {
  whole(): void;
  draw(index: number): void;
  /** Models of both sides. */
  models(): number;
  /** How often each seed of this side was drawn. */
  counts(of: SeedsStatistic): Uint8Array;
}

/** Streams of numbers beside that of the rows. */
const STREAMS = { candidate: 1, baseline: 2 } as const;

/** Draws that depend on the seed and the index alone. */
export function seedDraws([s0, s1, s2, s3]: Words): SeedDraws {
  const sides = new Map<string, { words: Words; counts: Uint8Array }>();
  return {
    whole: () => {
      for (const { counts } of sides.values()) counts.fill(1);
    },
    draw: (index) => {
      for (const { words, counts } of sides.values()) drawCounts(words, index, counts);
    },
    models: () => [...sides.values()].reduce((sum, { counts }) => sum + counts.length, 0),
    counts: ({ side, seeds }) => {
      const count = seeds.length;
      const key = `${side} ${count}`;
      const words: Words = [s0, s1, s2, (s3 ^ STREAMS[side]) >>> 0];
      const known = sides.get(key) ?? { words, counts: new Uint8Array(count).fill(1) };
      sides.set(key, known);
      return known.counts;
    },
  };
}

/**
 * The mean over the seeds that were drawn: θ̄ + √(k / (k − 1)) (drawn mean − θ̄), θ̄ the mean over all k on the rows of
 * the moment. The factor makes up for deviations from a mean of their own (Efron 1982, The jackknife, the bootstrap and
 * other resampling plans, §5).
 */
export function ofSeeds(seeds: readonly Evaluation[], counts: Uint8Array): Evaluation {
  const factor = Math.sqrt(seeds.length / (seeds.length - 1));
  return {
    value: () => {
      let [all, drawn, times] = [0, 0, 0];
      for (let seed = 0; seed < seeds.length; seed++) {
        const value = (seeds[seed] as Evaluation).value();
        const often = counts[seed] as number;
        all += value;
        drawn += often * value;
        times += often;
      }
      const centre = all / seeds.length;
      return centre + factor * (drawn / times - centre);
    },
    without: null,
  };
}

/** Leaves out one seed of a side at a time; `null` where the metric is of one model. */
export function seedParts(metric: PreparedMetric, draws: SeedDraws): Parts | null {
  const statistic = metric.statistic();
  if (statistic?.kind !== 'seeds') return null;
  const counts = draws.counts(statistic);
  const leave = (seed: number) => {
    counts.fill(1);
    counts[seed] = 0;
  };
  return { count: counts.length, times: null, leave };
}
