import { ConfigError } from '../core/errors.ts';
import { writeRunRecord } from '../formats/run-record.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { printIndex } from './index-file.ts';
import { counted } from './judged.ts';
import * as layout from './layout.ts';
import { newestFirst } from './record-file.ts';

/** What the ledger holds where an append starts from. */
export interface Before {
  /** There is no ledger yet. */
  first: boolean;
  /** The record of the same commit and model. */
  record: RunRecord | null;
  head: layout.IndexHead;
}

/**
 * Files that an append writes: the record (unless a newer attempt is there), the index head, a segment now and then,
 * the marker of a new ledger. `readSegment` is called only when the head overflows into a segment that exists.
 */
export async function filesOfAppend(
  record: RunRecord,
  sha: string,
  before: Before,
  readSegment: (number: number) => Promise<layout.Segment>,
): Promise<{ path: string; text: string }[]> {
  const { model } = record;
  const { head } = before;
  const { entries, overflow } = layout.addEntry(
    head,
    counted(layout.indexEntryOf(record, sha), head.entries),
  );
  const newest = overflow.length === 0 || head.segments === 0 ? null : await readSegment(head.segments);
  const segments = layout.placeOverflow(newest, overflow);
  const count = segments.at(-1)?.number ?? head.segments;
  const files = segments.map((segment) => ({
    path: layout.segmentPath(model, segment.number),
    text: printIndex(segment.entries, null),
  }));
  files.push({ path: layout.headPath(model), text: printIndex(entries, count) });
  if (before.first) files.push({ path: layout.markerPath, text: layout.markerText });
  if (before.record === null || newestFirst(record, before.record) <= 0) {
    files.push({ path: layout.recordPath(sha, model), text: writeRunRecord(record) });
  }
  return files;
}

/** A branch of the ledger's name that is none. */
export function notALedger(): ConfigError {
  return new ConfigError(`The branch "${layout.ledgerBranch}" exists and is not a ledger.`, {
    expected: `a file ${layout.markerPath} on it`,
    hint: `Rename that branch ("git branch -m ${layout.ledgerBranch} <other name>"); Trainyard makes its own.`,
  });
}
