import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Policy } from '../core/gate/types.ts';
import { defaultMetricNames, evaluateMetrics } from '../core/metrics/evaluate.ts';
import { directionOf, parseMetricName } from '../core/metrics/names.ts';
import { columnsOfSlices } from '../core/metrics/slice-declaration.ts';
import type { Metric, PredictionTable } from '../core/metrics/types.ts';
import { type FileMetric, readMetrics } from '../formats/metrics/index.ts';
import { type ByteSource, type ModelSide, readPredictions } from '../formats/predictions/index.ts';
import type { FileInfo, Files, Runtime } from '../runtime/types.ts';

/** What reading takes of the runtime. */
type Reading = Pick<Runtime, 'files' | 'threads'>;

/** Bytes read at once. */
const CHUNK_BYTES = 4 << 20;

/** A file to read: its absolute path, what messages call it, and the digest it had when its stage ended, if known. */
export interface ScoreFile {
  path: string;
  label: string;
  sha256: string | null;
}

/** What a pipeline wrote, as files. */
export interface ScoreFiles {
  metrics: readonly ScoreFile[];
  predictions: ScoreFile | null;
  /** Whose columns of the predictions are read, where one file holds two models. */
  side?: ModelSide;
}

/** One side ready to be judged: its metrics and, when there are rows, its predictions. */
export interface Scores {
  metrics: readonly Metric[];
  table: PredictionTable | null;
}

/**
 * Reads what a run wrote under the eyes of a policy: its columns, positive label, slices and directions. `model` salts
 * the ids; `null`: the rows are only measured and get none.
 */
export async function readScores(
  runtime: Reading,
  model: string | null,
  sources: ScoreFiles,
  policy: Policy,
): Promise<Scores> {
  const { predictions, side } = sources;
  const table = predictions && (await readTable(runtime, model, predictions, policy, side));
  const fromFiles: Metric[] = [];
  for (const source of sources.metrics) {
    const bytes = await required(runtime.files, source, 'metrics');
    for (const entry of readMetrics(bytes, source.label)) fromFiles.push(fileMetric(entry, policy));
  }
  return { metrics: [...(table ? rowMetrics(table, policy) : []), ...fromFiles], table };
}

/** Metrics of a table: the task's defaults and everything the rules ask for that rows can answer. */
export function rowMetrics(table: PredictionTable, policy: Policy): Metric[] {
  const asked = policy.rules.map((rule) => rule.metric).filter((name) => parseMetricName(name).known);
  return evaluateMetrics(table, {
    names: [...new Set([...defaultMetricNames(table), ...asked])],
    positiveLabel: policy.predictions.positiveLabel,
    slices: policy.predictions.slices,
    minSliceRows: policy.predictions.minSliceRows,
    declarations: policy.metrics,
  });
}

/** A value from a file with its identity and direction: the configuration's word, else the file's, else the name table's. */
export function fileMetric(entry: FileMetric, policy: Pick<Policy, 'metrics'>): Metric {
  const declaration = Object.hasOwn(policy.metrics, entry.name) ? policy.metrics[entry.name] : undefined;
  const { name, identity } = parseMetricName(entry.name, declaration);
  return {
    name,
    identity,
    slice: entry.slice,
    class: entry.class,
    value: entry.value,
    state: entry.state,
    direction: declaration?.direction ?? entry.direction ?? directionOf(identity),
    n: null,
    source: 'file',
    ...(entry.uncertainty && { uncertainty: entry.uncertainty }),
  };
}

/** Reads a predictions file; see `readScores`. */
export async function readTable(
  { files, threads }: Reading,
  model: string | null,
  source: ScoreFile,
  policy: Policy,
  side?: ModelSide,
): Promise<PredictionTable> {
  const { task, columns, positiveLabel, slices } = policy.predictions;
  const path = await files.realPath(source.path);
  const before = path && (await files.info(path));
  if (!path || !before) throw missingFile(source, 'predictions');
  if (source.sha256 !== null && (await files.sha256([path]))[0] !== source.sha256)
    throw changedFile(source, 'predictions');
  const bytes: ByteSource = {
    file: source.label,
    bytes: before.bytes,
    open: (start) => files.stream(path, CHUNK_BYTES, start),
  };
  const options = {
    task,
    columns,
    positiveLabel,
    slices: columnsOfSlices(slices),
    model,
    side: side ?? null,
    drop: policy.predictions.onMissing === 'drop',
  };
  const table = await readPredictions(bytes, options, threads);
  if (!sameFile(before, await files.info(path))) throw changedFile(source, 'predictions');
  return table;
}

/** Whether nobody wrote to a file while it was read. */
function sameFile(before: FileInfo, after: FileInfo | null): boolean {
  const facts = ['bytes', 'modifiedMs', 'changedMs', 'inode'] as const;
  return facts.every((fact) => before[fact] === after?.[fact]);
}

async function required(files: Files, source: ScoreFile, what: string): Promise<Uint8Array> {
  const bytes = await files.readBytes(source.path);
  if (bytes && (source.sha256 === null || contentDigest(bytes) === source.sha256)) return bytes;
  throw bytes ? changedFile(source, what) : missingFile(source, what);
}

function changedFile({ label }: ScoreFile, what: string): ConfigError {
  return new ConfigError(`The ${what} file ${label} changed after the stage that writes it had ended.`, {
    place: { file: label },
    hint: 'Let no process of the pipeline outlive its stage, and run again.',
  });
}

function missingFile({ label }: ScoreFile, what: string): ConfigError {
  return new ConfigError(`The ${what} file ${label} does not exist.`, {
    place: { file: label },
    hint: `Let a stage write it and list it under "${what}:".`,
  });
}

function contentDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files a plan names, below the folder the run worked in, with the digests the run's outputs have. */
export function scoreFiles(
  folder: string,
  plan: { metricsFiles: readonly string[]; predictionsFile: string | null },
  artifacts: readonly { path: string; sha256: string }[],
): ScoreFiles {
  const digests = new Map(artifacts.map(({ path, sha256 }) => [path, sha256]));
  const at = (path: string) => ({ path: join(folder, path), label: path, sha256: digests.get(path) ?? null });
  return {
    metrics: plan.metricsFiles.map(at),
    predictions: plan.predictionsFile === null ? null : at(plan.predictionsFile),
  };
}
