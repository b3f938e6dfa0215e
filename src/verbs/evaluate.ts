import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { PredictionsPolicy } from '../core/gate/types.ts';
import type { Metric } from '../core/metrics/types.ts';
import { candidateOf } from '../run/candidate.ts';
import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { rulesFree } from '../run/rules-free.ts';
import { readScores } from '../run/scores.ts';
import type { RunRecord } from '../schema/run.types.ts';

export interface Evaluated {
  /** `null` for a bare file. */
  model: string | null;
  record: RunRecord | null;
  metrics: readonly Metric[];
}

/** Metrics of the work tree's models: runs what is missing, then reads what the pipelines wrote. */
export async function evaluateProject(deps: Deps, options: { model: string | null }): Promise<Evaluated[]> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const results: Evaluated[] = [];
  for (const model of models) {
    const side = await candidateOf(deps, model, context, config);
    results.push({
      model: model.name,
      record: side.record,
      metrics: (await side.scores(model.policy, model.name)).metrics,
    });
  }
  return results;
}

/** Metrics of one predictions file; needs no project and no repository. */
export async function evaluateFile(
  runtime: Deps['runtime'],
  file: string,
  predictions: PredictionsPolicy,
): Promise<Evaluated> {
  const path = isAbsolute(file) ? file : join(runtime.cwd, file);
  if ((await runtime.files.info(path)) === null) {
    throw new ConfigError(`The predictions file ${file} does not exist.`, { place: { file } });
  }
  const sources = { metrics: [], predictions: { path, label: file, sha256: null } };
  const { metrics } = await readScores(runtime, null, sources, rulesFree(predictions));
  return { model: null, record: null, metrics };
}

/** What `evaluate --json` prints of one model or file: `{model?, run?, metrics}`. */
export function evaluationDocument(result: Evaluated): object {
  return {
    ...(result.model !== null && { model: result.model }),
    ...(result.record && { run: result.record.id }),
    metrics: result.metrics.map((metric) => ({
      name: metric.name,
      value: metric.value,
      ...(metric.state !== 'ok' && { state: metric.state }),
      direction: metric.direction,
      n: metric.n,
      ...(metric.slice !== null && { slice: metric.slice }),
      ...(metric.class !== null && { class: metric.class }),
      source: metric.source,
    })),
  };
}
