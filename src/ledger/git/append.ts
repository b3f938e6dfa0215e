import { UpstreamError } from '../../core/errors.ts';
import type { CommitRequest, Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { filesOfAppend } from '../changes.ts';
import { broken, parseIndex } from '../index-file.ts';
import * as layout from '../layout.ts';
import { commitOfRecord } from '../record-file.ts';
import type { AppendResult } from '../types.ts';
import { entriesOf, localRef, readAt } from './read.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { removeDeadLock } from './stale-lock.ts';

/** Attempts until an append gives up, and the longest pause between two; together about half a minute. */
const maxTries = 60;
const maxPauseMs = 1000;

/** Appends by compare-and-swap on the branch: somebody else's move means reading again and another try. */
export async function appendRecord(runtime: Runtime, git: Git, record: RunRecord): Promise<AppendResult> {
  const sha = commitOfRecord(record);
  let reason = '';
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pause(runtime, tries);
    const snapshot = await takeSnapshot(git, sha, record.model);
    if (snapshot.parent !== null && (await isThere(git, record, snapshot))) {
      return { result: 'unchanged', commit: snapshot.parent };
    }
    const outcome = await git.commitFiles({
      ref: localRef,
      parent: snapshot.parent,
      message: `Record ${record.model} at ${sha.slice(0, 12)}\n`,
      files: await filesFor(git, record, sha, snapshot),
      date: runtime.clock.now(),
    });
    if (outcome.result === 'written') return { result: 'written', commit: outcome.sha };
    reason = outcome.reason;
    await removeDeadLock(runtime, reason);
  }
  throw new UpstreamError(`The ledger could not be written after ${maxTries} tries: ${reason}`, {
    retryable: true,
    hint: 'Another process keeps the branch "trainyard" busy: run again. A lock file that git names may go when no git is running.',
  });
}

async function pause(runtime: Runtime, tries: number): Promise<void> {
  const longest = Math.min(maxPauseMs, 10 * 2 ** Math.min(tries, 10));
  await runtime.clock.sleep(Math.ceil(runtime.random.fraction() * longest), runtime.signal);
}

/** Whether the ledger has this record, also one whose place a newer attempt has taken. */
async function isThere(git: Git, record: RunRecord, { records, places }: Snapshot): Promise<boolean> {
  if (records.some(({ id }) => id === record.id)) return true;
  if (records.length === 0) return false;
  for await (const entry of entriesOf(git, record.model, places)) {
    if (entry.id === record.id) return true;
  }
  return false;
}

function filesFor(
  git: Git,
  record: RunRecord,
  sha: string,
  { parent, atParent, head }: Snapshot,
): Promise<CommitRequest['files']> {
  const before = { first: parent === null, record: atParent, head };
  return filesOfAppend(record, sha, before, (number) => readSegment(git, record.model, parent ?? '', number));
}

async function readSegment(git: Git, model: string, parent: string, number: number): Promise<layout.Segment> {
  const path = layout.segmentPath(model, number);
  const [file] = await readAt(git, [parent], path);
  if (!file) throw broken(`${parent}:${path}`, 'this segment of the index is missing');
  return { number, entries: parseIndex(file.text, file.name).entries };
}
