import type { Policy } from '../core/gate/types.ts';
import { directionOf, parseMetricName } from '../core/metrics/names.ts';
import type { Metric } from '../core/metrics/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps, Side } from './deps.ts';
import { loadPredictions } from './predictions-store.ts';
import type { RepeatedRuns } from './repeats.ts';
import { readScores, rowMetrics, type ScoreFiles } from './scores.ts';

/** A run whose files are still in the work tree: each policy reads them anew. */
export function sideOfFiles(deps: Deps, record: RunRecord, files: ScoreFiles): Side {
  return {
    how: 'work tree',
    record,
    label: record.id,
    scores: (policy) => readScores(deps.runtime, record.model, files, policy),
  };
}

/** A run with those of further seeds, whose files are still there. */
export function sideOfSeeds(deps: Deps, { first, others }: RepeatedRuns): Side {
  return {
    ...sideOfFiles(deps, first.record, first.files),
    repeats: others.map(({ record, files }) => ({
      seed: record.seed as number,
      table: async (policy) => (await readScores(deps.runtime, record.model, files, policy)).table,
    })),
  };
}

/** A run of which record and stored predictions are left. */
export function sideOfRecord(deps: Deps, record: RunRecord, how: string): Side {
  return {
    how,
    record,
    label: record.id,
    repeats: (record.repeats ?? []).map(({ seed, predictions: sha256 }) => ({
      seed,
      table: async () =>
        loadPredictions(deps, { model: record.model, predictions: sha256 === null ? null : { sha256 } }),
    })),
    scores: async (policy) => {
      const stored = await loadPredictions(deps, record);
      const fromFiles = record.metrics
        .filter((metric) => metric.source === 'file')
        .map((metric) => redirected(metric, policy));
      if (stored) return { metrics: [...rowMetrics(stored, policy), ...fromFiles], table: stored };
      const fromRows = record.metrics
        .filter((metric) => metric.source === 'rows')
        .map((metric) => redirected(metric, policy));
      return { metrics: [...fromRows, ...fromFiles], table: null };
    },
  };
}

/** The direction of a recorded metric under this policy; what the record says counts where the policy is silent. */
function redirected(metric: Metric, policy: Policy): Metric {
  const declaration = Object.hasOwn(policy.metrics, metric.name) ? policy.metrics[metric.name] : undefined;
  const { identity } = parseMetricName(metric.name, declaration);
  return { ...metric, direction: declaration?.direction ?? metric.direction ?? directionOf(identity) };
}
