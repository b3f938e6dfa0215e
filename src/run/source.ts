import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { ModelSide } from '../formats/predictions/index.ts';
import { sniff } from '../formats/sniff.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps, Side } from './deps.ts';
import { readScores } from './scores.ts';
import { sideOfRecord } from './side.ts';

const PROBE_BYTES = 16 << 20;

/** A file given on the command line as one side: a run.json, predictions or metrics; `null` when there is no such file. */
export async function sideOfFile(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  file: string,
): Promise<Side | null> {
  const path = await runtime.files.realPath(isAbsolute(file) ? file : join(runtime.cwd, file));
  const info = path && (await runtime.files.info(path));
  if (!path || !info || info.kind === 'directory') return null;
  const bytes = await startOf(runtime, path, info.bytes);
  const kind = sniff(bytes, file);
  if (kind === 'run-record') {
    const { readRunRecord } = await import('../formats/run-record.ts');
    const record = readRunRecord(new TextDecoder().decode(bytes), file);
    const deps = record.predictions && (await storesIfAny(compose));
    return deps ? sideOfRecord(deps, record, 'file') : bareRecord(record);
  }
  const source = { path, label: file, sha256: null };
  const sources = {
    metrics: kind === 'metrics' ? [source] : [],
    predictions: kind === 'metrics' ? null : source,
  };
  return {
    how: 'file',
    record: null,
    label: file,
    scores: (policy, model) => readScores(runtime, model, sources, policy),
  };
}

/** Both sides of a predictions file that holds two models on the same rows. */
export async function sidesOfPair(
  runtime: Runtime,
  file: string,
): Promise<{ candidate: Side; baseline: Side }> {
  const path = isAbsolute(file) ? file : join(runtime.cwd, file);
  if ((await runtime.files.info(path)) === null) {
    throw new ConfigError(`The predictions file ${file} does not exist.`, { place: { file } });
  }
  const predictions = { path, label: file, sha256: null };
  const sideOf = (side: ModelSide): Side => ({
    how: 'file',
    record: null,
    label: `${file}, ${side}`,
    scores: (policy, model) => readScores(runtime, model, { metrics: [], predictions, side }, policy),
  });
  return { candidate: sideOf('candidate'), baseline: sideOf('baseline') };
}

/** Enough to tell what a file is, and all of a run record. */
async function startOf({ files }: Runtime, path: string, size: number): Promise<Uint8Array> {
  for await (const bytes of files.stream(path, Math.min(Math.max(size, 1), PROBE_BYTES))) return bytes;
  return new Uint8Array();
}

/** The stores of this repository, or `null` outside of one: then a record speaks for itself. */
async function storesIfAny(compose: () => Promise<Deps>): Promise<Deps | null> {
  try {
    return await compose();
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function bareRecord(record: RunRecord): Side {
  return {
    how: 'file',
    record,
    label: record.id,
    scores: async () => ({ metrics: record.metrics, table: null }),
  };
}
