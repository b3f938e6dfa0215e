import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PredictionTable } from '../core/metrics/types.ts';
import { decodeCanonical, encodeCanonical, rowDigests } from '../formats/predictions/canonical.ts';
import type { Deps } from './deps.ts';
import type { PredictionsFacts } from './record.ts';

/** Keeps a table under the digest of its canonical file and says what the record needs to know of it. */
export async function keepPredictions(deps: Deps, table: PredictionTable): Promise<PredictionsFacts> {
  const bytes = encodeCanonical(table);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (!(await deps.blobs.has(sha256))) {
    await withTemporaryFile(deps, async (file) => {
      await deps.runtime.files.write(file, bytes);
      await deps.blobs.put(sha256, file);
    });
  }
  return { sha256, table, ...rowDigests(table) };
}

/** The predictions kept under a digest, or `null` when the store no longer has them. */
export async function loadPredictions(deps: Deps, sha256: string): Promise<PredictionTable | null> {
  return withTemporaryFile(deps, async (file) => {
    if (!(await deps.blobs.get(sha256, file))) return null;
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
