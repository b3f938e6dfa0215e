import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { sniff } from '../formats/sniff.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps, Side } from './deps.ts';
import { readScores } from './scores.ts';
import { sideOfRecord } from './side.ts';

/** A file given on the command line as one side: a run.json, predictions or metrics; `null` when there is no such file. */
export async function sideOfFile(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  file: string,
): Promise<Side | null> {
  const path = isAbsolute(file) ? file : join(runtime.cwd, file);
  const info = await runtime.files.info(path);
  if (info === null || info.kind === 'directory') return null;
  const bytes = await runtime.files.readBytes(path);
  if (bytes === null) return null;
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
    scores: (policy, model) => readScores(runtime.files, model, sources, policy),
  };
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
