import type { GitHubClient } from '../../github/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { notALedger } from '../changes.ts';
import { parseIndex } from '../index-file.ts';
import { headPath, type IndexHead, markerPath, recordPath } from '../layout.ts';
import { parseRecord } from '../record-file.ts';
import { fileName, readTip } from './files.ts';

/** All an append has to know of the ledger, from one commit and in one request. */
export interface Snapshot {
  /** Commit to build upon; `null` starts the ledger. */
  parent: string | null;
  /** The record there of the same commit and model. */
  record: RunRecord | null;
  head: IndexHead;
}

/** Looks at the branch for an append of this commit and model. A branch of that name that is no ledger: ConfigError. */
export async function takeSnapshot(client: GitHubClient, sha: string, model: string): Promise<Snapshot> {
  const paths = { head: headPath(model), record: recordPath(sha, model) };
  const { commit, texts } = await readTip(client, [markerPath, paths.head, paths.record]);
  const [marker = null, head = null, record = null] = texts;
  if (commit !== null && marker === null) throw notALedger();
  return {
    parent: commit,
    record: record === null ? null : parseRecord(record, fileName(paths.record), sha, model),
    head: head === null ? { segments: 0, entries: [] } : parseIndex(head, fileName(paths.head)),
  };
}
