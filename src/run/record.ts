import type { Metric, PredictionTable } from '../core/metrics/types.ts';
import type { RunOutputs, RunPlan } from '../engines/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { CommitIdentity, RepeatedRun, RunRecord, RunRef } from '../schema/run.types.ts';
import { version } from '../version.ts';
import { recordId } from './keys.ts';

/** What describes the predictions of a run in its record. */
export interface PredictionsFacts {
  sha256: string;
  table: PredictionTable;
  rows: string;
  labels: string | null;
}

/** The run record of a finished run. */
export function recordOfRun(facts: {
  model: string;
  engine: string;
  seed: number | null;
  context: RunContext;
  plan: RunPlan;
  ref: RunRef;
  outputs: RunOutputs;
  metrics: readonly Metric[];
  predictions: PredictionsFacts | null;
  configDigest: string;
  repeats: readonly RunRecord[];
}): RunRecord {
  const { plan, outputs, predictions } = facts;
  return identified({
    ...base(facts.model, facts.engine, facts.context),
    run_key: plan.runKey,
    attempt: facts.ref.attempt,
    status: outputs.status,
    ref: facts.ref,
    started: outputs.started,
    finished: outputs.finished,
    params: { ...plan.params },
    metrics: facts.metrics.map(recorded),
    digests: {
      rows: predictions?.rows ?? null,
      labels: predictions?.labels ?? null,
      evaluator: plan.evaluatorDigest,
      inputs: plan.inputsDigest,
      config: facts.configDigest,
    },
    inputs: plan.inputs.map((input) => ({ ...input })),
    seed: facts.seed,
    ...(facts.repeats.length > 0 && { repeats: facts.repeats.map(repeated) }),
    predictions: described(predictions),
    artifacts: outputs.artifacts.map((artifact) => ({ ...artifact, ...heldIn(plan, artifact.path) })),
    environment: plan.environment,
    cost: outputs.cost,
    stages: outputs.stages.map((stage) => ({ ...stage })),
  });
}

function repeated({ seed, id, run_key, predictions }: RunRecord): RepeatedRun {
  return {
    seed: seed as number,
    id,
    run_key: run_key as string,
    predictions: predictions?.sha256 ?? null,
  };
}

/** The record of a run together with those of further seeds. */
export function withRepeats(record: RunRecord, others: readonly RunRecord[]): RunRecord {
  return others.length === 0 ? record : { ...record, repeats: others.map(repeated) };
}

/** The run record of results made elsewhere: no run key, trust says that it was imported. */
export function recordOfImport(facts: {
  model: string;
  engine: string;
  context: RunContext;
  now: Date;
  metrics: readonly Metric[];
  predictions: PredictionsFacts | null;
  configDigest: string | null;
}): RunRecord {
  const { predictions } = facts;
  const record = base(facts.model, facts.engine, facts.context);
  return identified({
    ...record,
    started: facts.now.toISOString(),
    finished: facts.now.toISOString(),
    metrics: facts.metrics.map(recorded),
    digests: {
      ...record.digests,
      rows: predictions?.rows ?? null,
      labels: predictions?.labels ?? null,
      config: facts.configDigest,
    },
    predictions: described(predictions),
    trust: { ...record.trust, imported: true },
  });
}

/** The same results under another commit: what promotion writes. */
export function promotedTo(record: RunRecord, context: RunContext): RunRecord {
  const { id, ...rest } = record;
  return identified({
    ...rest,
    commit: commitOf(context),
    promoted_from: record.promoted_from ?? id,
    trust: { ...context.trust, imported: record.trust.imported },
  });
}

/** A run of this very commit, under the trust of the job that records it: what it said of its own trust counts for nothing. */
export function adopted(record: RunRecord, context: RunContext): RunRecord {
  return identified({ ...record, trust: { ...context.trust, imported: record.trust.imported } });
}

/**
 * The record of a run whose model was scored again by other code or on other rows: what was measured is new, all else,
 * its id too, is that of the run.
 */
export function scoredAgain(
  record: RunRecord,
  facts: {
    metrics: readonly Metric[];
    predictions: PredictionsFacts;
    /** Files that scoring wrote. */
    artifacts: RunOutputs['artifacts'];
    evaluator: string | null;
    /** What it was measured on. */
    hardware: string | undefined;
  },
): RunRecord {
  const { predictions, evaluator, hardware } = facts;
  const { repeats: _ofOtherRows, ...rest } = record;
  const written = new Set(facts.artifacts.map(({ path }) => path));
  const kept = record.artifacts.filter(({ path }) => !written.has(path));
  return {
    ...rest,
    metrics: facts.metrics.map(recorded),
    predictions: described(predictions),
    artifacts: [...kept, ...facts.artifacts.map((artifact) => ({ ...artifact }))],
    digests: { ...record.digests, rows: predictions.rows, labels: predictions.labels, evaluator },
    environment: measuredOn(record.environment, hardware),
  };
}

/** An environment on other hardware, or on one that is unknown. */
export function measuredOn(
  environment: RunRecord['environment'],
  hardware: string | undefined,
): RunRecord['environment'] {
  if (environment === null) return null;
  const { hardware: _before, ...rest } = environment;
  return { ...rest, ...(hardware !== undefined && { hardware }) };
}

/** Whether a file is what the run is judged by rather than its model. */
function heldIn(
  { metricsFiles, predictionsFile }: Pick<RunPlan, 'metricsFiles' | 'predictionsFile'>,
  path: string,
): Pick<RunRecord['artifacts'][number], 'holds'> {
  if (path === predictionsFile) return { holds: 'predictions' };
  return metricsFiles.includes(path) ? { holds: 'metrics' } : {};
}

function identified(record: Omit<RunRecord, 'id'>): RunRecord {
  const { schema, version: schemaVersion, ...rest } = record;
  return { schema, version: schemaVersion, id: recordId(record), ...rest };
}

function base(
  model: string,
  engine: string,
  context: RunContext,
): Omit<RunRecord, 'id' | 'started' | 'finished'> {
  return {
    schema: 'trainyard/run',
    version: 1,
    model,
    engine,
    run_key: null,
    attempt: 1,
    status: 'succeeded',
    ref: null,
    url: null,
    commit: commitOf(context),
    promoted_from: null,
    params: {},
    metrics: [],
    digests: { rows: null, labels: null, evaluator: null, inputs: null, config: null },
    inputs: [],
    seed: null,
    predictions: null,
    artifacts: [],
    environment: null,
    cost: null,
    stages: [],
    producer: { name: 'trainyard', version },
    trust: context.trust,
  };
}

function commitOf(context: RunContext): CommitIdentity {
  return {
    head_sha: context.headSha,
    built_sha: context.builtSha,
    tree: context.dirty ? null : context.tree,
    base_sha: context.baseSha,
    event: context.event,
    pr: context.pullRequest,
    workflow_path: context.workflowPath,
    attempt: context.attempt,
    branch: context.branch,
    dirty: context.dirty,
  };
}

function recorded(metric: Metric): RunRecord['metrics'][number] {
  const { identity, ...rest } = metric;
  return { ...rest, identity: { ...identity, labels: identity.labels && [...identity.labels] } };
}

function described(predictions: PredictionsFacts | null): RunRecord['predictions'] {
  if (!predictions) return null;
  const { sha256, table } = predictions;
  return { sha256, rows: table.n, task: table.task, slices: Object.keys(table.slices).sort() };
}
