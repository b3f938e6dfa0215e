import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PredictionTable } from '../core/metrics/types.ts';
import { decodeCanonical, encodeCanonical, rowDigests } from '../formats/predictions/canonical.ts';
import type { Deps } from './deps.ts';
import type { PredictionsFacts } from './record.ts';

/** Keeps a table under the digest of its canonical file and says what the record needs to know of it. */
export async function keepPredictions(
  deps: Deps,
  model: string,
  table: PredictionTable,
): Promise<PredictionsFacts> {
  const blobs = deps.blobs(model);
  const bytes = encodeCanonical(table);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (!(await blobs.has(sha256))) {
    await withTemporaryFile(deps, async (file) => {
      await deps.runtime.files.write(file, bytes);
      await blobs.put(sha256, file);
    });
  }
  return { sha256, table, ...rowDigests(table) };
}

/** The predictions of a run, or `null` when it has none or the store no longer has them. */
export async function loadPredictions(
  deps: Deps,
  { model, predictions }: { model: string; predictions: { sha256: string } | null },
): Promise<PredictionTable | null> {
  if (predictions === null) return null;
  const { sha256 } = predictions;
  return withTemporaryFile(deps, async (file) => {
    if (!(await deps.blobs(model).get(sha256, file))) return null;
    const bytes = await deps.runtime.files.readBytes(file);
    return bytes && decodeCanonical(bytes, `predictions ${sha256.slice(0, 12)}`);
  });
}

async function withTemporaryFile<T>(deps: Deps, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await deps.runtime.files.makeTemporaryFolder('trainyard-predictions-');
  try {
    return await work(join(folder, 'predictions'));
  } finally {
    await deps.runtime.files.remove(folder);
  }
}
