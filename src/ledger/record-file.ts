import { ConfigError } from '../core/errors.ts';
import { readRunRecord } from '../formats/run-record.ts';
import { isSha } from '../git/names.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { broken } from './index-file.ts';

/** A record as read from its place in the ledger; `name` is how messages call the file. */
export function parseRecord(text: string, name: string, sha: string, model: string): RunRecord {
  const record = readRunRecord(text, name);
  if (record.commit.built_sha !== sha || record.model !== model) {
    throw broken(name, 'it describes another commit or model than its path');
  }
  return record;
}

/** The commit a record is kept under; a run of none, or of a dirty tree, is a ConfigError. */
export function commitOfRecord(record: RunRecord): string {
  const sha = record.commit.built_sha;
  if (sha !== null && isSha(sha) && !record.commit.dirty) return sha;
  throw new ConfigError(`Run ${record.id} is of no commit, so the ledger cannot keep it.`, {
    expected: 'a run of a clean commit',
    hint: 'Commit the changes, then record.',
  });
}

/** Orders by the moment a run finished, newest first. */
export function newestFirst(a: { finished: string }, b: { finished: string }): number {
  return Date.parse(b.finished) - Date.parse(a.finished);
}
