import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { PredictionsPolicy } from '../core/gate/types.ts';
import { CATALOGUE } from '../core/metrics/catalogue.ts';
import { type Confusion, confusionOf } from '../core/metrics/confusion.ts';
import { evaluateMetrics } from '../core/metrics/evaluate.ts';
import { fairnessColumns } from '../core/metrics/fairness-name.ts';
import { parseMetricName } from '../core/metrics/names.ts';
import { canCompute } from '../core/metrics/prepare.ts';
import { columnsOfSlices } from '../core/metrics/slice-declaration.ts';
import type { Metric, PredictionTable } from '../core/metrics/types.ts';
import { nearest } from '../core/nearest.ts';
import { candidateOf } from '../run/candidate.ts';
import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { rulesFree } from '../run/rules-free.ts';
import { readTable } from '../run/scores.ts';
import type { RunRecord } from '../schema/run.types.ts';

export interface Evaluated {
  /** `null` for a bare file. */
  model: string | null;
  record: RunRecord | null;
  metrics: readonly Metric[];
  /** Rows that were left out because something was missing in them. */
  dropped?: number;
  /** Of classes, where there are rows. */
  confusion: Confusion | null;
}

/** Metrics of the work tree's models: runs what is missing, then reads what the pipelines wrote. */
export async function evaluateProject(deps: Deps, options: { model: string | null }): Promise<Evaluated[]> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const results: Evaluated[] = [];
  for (const model of models) {
    const side = await candidateOf(deps, model, context, config);
    const { metrics, table } = await side.scores(model.policy, model.name);
    results.push({
      model: model.name,
      record: side.record,
      metrics,
      confusion: table && confusionOf(table),
    });
  }
  return results;
}

/**
 * Metrics of one predictions file, those named or else the task's own; needs no project and no repository. A metric that
 * the rows cannot answer is a ConfigError.
 */
export async function evaluateFile(
  runtime: Deps['runtime'],
  file: string,
  predictions: PredictionsPolicy,
  names: readonly string[],
): Promise<Evaluated> {
  const path = isAbsolute(file) ? file : join(runtime.cwd, file);
  if ((await runtime.files.info(path)) === null) {
    throw new ConfigError(`The predictions file ${file} does not exist.`, { place: { file } });
  }
  const source = { path, label: file, sha256: null };
  const declared = columnsOfSlices(predictions.slices);
  const compared = fairnessColumns(names).filter((column) => !declared.includes(column));
  const slices = [...predictions.slices, ...compared];
  const table = await readTable(runtime, null, source, rulesFree({ ...predictions, slices }));
  refuseUnanswered(names, table, file);
  const { positiveLabel, minSliceRows } = predictions;
  const asked = names.length > 0 ? { names } : {};
  const metrics = evaluateMetrics(table, { ...asked, positiveLabel, slices, minSliceRows });
  const { dropped } = table;
  return {
    model: null,
    record: null,
    metrics,
    confusion: confusionOf(table),
    ...(dropped !== undefined && { dropped }),
  };
}

function refuseUnanswered(names: readonly string[], table: PredictionTable, file: string): void {
  for (const name of names) {
    const { identity, known } = parseMetricName(name);
    if (canCompute(identity, table)) continue;
    const guess = known ? null : nearest(name, [...CATALOGUE.keys()]);
    throw new ConfigError(`The metric ${JSON.stringify(name.slice(0, 100))} cannot be computed.`, {
      place: { file },
      expected: `a metric that rows of a ${table.task} task answer`,
      hint: guess === null ? 'docs/metrics.md says what each metric needs.' : `Did you mean "${guess}"?`,
    });
  }
}

/** What `evaluate --json` prints of one model or file: `{model?, run?, metrics, confusion?}`. */
export function evaluationDocument(result: Evaluated): object {
  return {
    ...(result.model !== null && { model: result.model }),
    ...(result.record && { run: result.record.id }),
    ...(result.dropped !== undefined && { dropped: result.dropped }),
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
    ...(result.confusion && { confusion: result.confusion }),
  };
}
