import { UpstreamError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { filesOfAppend } from '../changes.ts';
import { segmentPath } from '../layout.ts';
import { commitOfRecord } from '../record-file.ts';
import type { AppendResult } from '../types.ts';
import { commitOnto, startBranch } from './commit.ts';
import { readAtCommit } from './files.ts';
import { entriesFrom, segmentEntries } from './read.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

/** Attempts until an append gives up, and the longest pause between two; together about three minutes. */
const maxTries = 60;
const maxPauseMs = 6000;

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
  let reason = '';
  let maybeWritten = false;
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pause(runtime, tries);
    const snapshot = await takeSnapshot(client, sha, record.model);
    const { parent } = snapshot;
    if (parent !== null && (await isThere(client, record, parent, snapshot))) {
      return { result: maybeWritten ? 'written' : 'unchanged', commit: parent };
    }
    const files = await filesFor(client, record, sha, snapshot);
    const commit = { message, files };
    const outcome = await (parent === null
      ? startBranch(client, commit)
      : commitOnto(client, parent, commit));
    if (outcome.result === 'written') return outcome;
    ({ reason } = outcome);
    maybeWritten ||= outcome.result === 'unknown';
    runtime.log.debug(`The ledger was not written at the ${tries + 1}. try: ${reason}`);
  }
  throw new UpstreamError(`The ledger could not be written after ${maxTries} tries: ${reason}`, {
    retryable: true,
    hint: 'Other jobs keep the branch "trainyard" busy, or GitHub has trouble: run the job again.',
  });
}

async function pause(runtime: Runtime, tries: number): Promise<void> {
  const longest = Math.min(maxPauseMs, 200 * 2 ** Math.min(tries, 10));
  await runtime.clock.sleep(Math.ceil(runtime.random.fraction() * longest), runtime.signal);
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

function filesFor(
  client: GitHubClient,
  record: RunRecord,
  sha: string,
  { parent, record: there, head }: Snapshot,
): Promise<{ path: string; text: string }[]> {
  const before = { first: parent === null, record: there, head };
  return filesOfAppend(record, sha, before, async (number) => {
    const path = segmentPath(record.model, number);
    const [text = null] = await readAtCommit(client, parent ?? '', [path]);
    return { number, entries: segmentEntries(text, path) };
  });
}
