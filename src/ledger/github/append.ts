import { commitOnto, startBranch, writeWithRetries } from '../../github/branch.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { filesOfAppend } from '../changes.ts';
import { ledgerBranch, segmentPath } from '../layout.ts';
import { commitOfRecord } from '../record-file.ts';
import type { AppendResult } from '../types.ts';
import { readAtCommit } from './files.ts';
import { entriesFrom, segmentEntries } from './read.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

/**
 * Appends by compare-and-swap: two requests when nobody else writes. Somebody else's move means reading again and another
 * try; so does an answer that never came: our record may be there by then.
 */
export async function appendRecord(
  runtime: Runtime,
  client: GitHubClient,
  record: RunRecord,
): Promise<AppendResult> {
  const sha = commitOfRecord(record);
  const message = `Record ${record.model} at ${sha.slice(0, 12)}`;
  let maybeWritten = false;
  return writeWithRetries<AppendResult>(runtime, ledgerBranch, async () => {
    const snapshot = await takeSnapshot(client, sha, record.model);
    const { parent } = snapshot;
    if (parent !== null && (await isThere(client, record, parent, snapshot))) {
      return { done: { result: maybeWritten ? 'written' : 'unchanged', commit: parent } };
    }
    const files = await filesFor(client, record, sha, snapshot);
    const commit = { branch: ledgerBranch, message, files };
    const outcome = await (parent === null
      ? startBranch(client, commit)
      : commitOnto(client, parent, commit));
    if (outcome.result === 'written') return { done: { result: 'written', commit: outcome.commit } };
    maybeWritten ||= outcome.result === 'unknown';
    return outcome;
  });
}

/** Whether the ledger has this record, also one whose place a newer attempt has taken. */
async function isThere(
  client: GitHubClient,
  record: RunRecord,
  parent: string,
  snapshot: Snapshot,
): Promise<boolean> {
  if (snapshot.record === null) return false;
  if (snapshot.record.id === record.id) return true;
  for await (const entry of entriesFrom(client, record.model, parent, snapshot.head)) {
    if (entry.id === record.id) return true;
  }
  return false;
}

async function filesFor(
  client: GitHubClient,
  record: RunRecord,
  sha: string,
  { parent, record: there, head }: Snapshot,
): Promise<{ path: string; content: string }[]> {
  const before = { first: parent === null, record: there, head };
  const files = await filesOfAppend(record, sha, before, async (number) => {
    const path = segmentPath(record.model, number);
    const [text = null] = await readAtCommit(client, parent ?? '', [path]);
    return { number, entries: segmentEntries(text, path) };
  });
  return files.map(({ path, text }) => ({ path, content: text }));
}
