import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { writeRunRecord } from '../../formats/run-record.ts';
import { isSha } from '../../git/names.ts';
import type { Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { parseIndex, printIndex } from '../index-file.ts';
import * as layout from '../layout.ts';
import type { AppendResult } from '../types.ts';
import { entriesOf, localRef, newestFirst, readAt, readRecords, remoteRef } from './read.ts';
import { removeDeadLock } from './stale-lock.ts';

/** Attempts until an append gives up, and the longest pause between two; together about half a minute. */
const maxTries = 60;
const maxPauseMs = 1000;

interface Tips {
  /** Commit to build upon; `null` starts the ledger. */
  parent: string | null;
  /** All commits the ledger is read from. */
  all: string[];
}

/** Appends by compare-and-swap on the branch: somebody else's move means reading again and another try. */
export async function appendRecord(runtime: Runtime, git: Git, record: RunRecord): Promise<AppendResult> {
  const sha = commitOf(record);
  let reason = '';
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pause(runtime, tries);
    const tips = await findTips(git);
    const there = await isThere(git, record, sha, tips);
    if (there !== null) return { result: 'unchanged', commit: there };
    const outcome = await git.commitFiles({
      ref: localRef,
      parent: tips.parent,
      message: `Record ${record.model} at ${sha.slice(0, 12)}\n`,
      files: await filesFor(git, record, sha, tips.parent),
      date: runtime.clock.now(),
    });
    if (outcome.result === 'written') return { result: 'written', commit: outcome.sha };
    reason = outcome.reason;
    await removeDeadLock(runtime, reason);
  }
  throw new UpstreamError(`The ledger could not be written after ${maxTries} tries: ${reason}`, {
    retryable: true,
    hint: 'Another process keeps the branch "trainyard" busy. Run again; remove a lock file that git names only when no git is running.',
  });
}

function commitOf(record: RunRecord): string {
  const sha = record.commit.built_sha;
  if (sha !== null && isSha(sha) && !record.commit.dirty) return sha;
  throw new ConfigError(`Run ${record.id} is of no commit, so the ledger cannot keep it.`, {
    expected: 'a run of a clean commit',
    hint: 'Commit the changes, then record.',
  });
}

async function pause(runtime: Runtime, tries: number): Promise<void> {
  const longest = Math.min(maxPauseMs, 10 * 2 ** Math.min(tries, 10));
  await runtime.clock.sleep(Math.ceil(runtime.random.fraction() * longest), runtime.signal);
}

/** Builds upon the local branch, or upon the fetched one where that is ahead or the only one. */
async function findTips(git: Git): Promise<Tips> {
  const refs = await git.refs([localRef, remoteRef]);
  const local = refs.find(({ name }) => name === localRef)?.object ?? null;
  const remote = refs.find(({ name }) => name === remoteRef)?.object ?? null;
  const all = [...new Set([local, remote])].filter((tip) => tip !== null);
  if (local === null || remote === null || local === remote) return { parent: local ?? remote, all };
  return { parent: (await git.isAncestor(local, remote)) ? remote : local, all };
}

/** The ledger's commit when it has this record already, also one whose place a newer attempt has taken. */
async function isThere(git: Git, record: RunRecord, sha: string, tips: Tips): Promise<string | null> {
  const tip = tips.parent;
  if (tip === null) return null;
  const records = await readRecords(git, sha, record.model, tips.all);
  if (records.some(({ id }) => id === record.id)) return tip;
  if (records.length === 0) return null;
  for await (const entry of entriesOf(git, record.model, tips.all)) {
    if (entry.id === record.id) return tip;
  }
  return null;
}

type Files = { path: string; text: string }[];

/** What an append changes: the record (unless a newer attempt is there), the index head, a segment now and then. */
async function filesFor(git: Git, record: RunRecord, sha: string, parent: string | null): Promise<Files> {
  const { model } = record;
  const places = parent === null ? [] : [parent];
  const [older] = await readRecords(git, sha, model, places);
  const isNewest = older === undefined || newestFirst(record, older) <= 0;
  return [
    ...(await markerFor(git, parent)),
    ...(isNewest ? [{ path: layout.recordPath(sha, model), text: writeRunRecord(record) }] : []),
    ...(await indexFor(git, record, sha, places)),
  ];
}

async function markerFor(git: Git, parent: string | null): Promise<Files> {
  if (parent === null) return [{ path: layout.markerPath, text: layout.markerText }];
  const [marker] = await git.objectIds([`${parent}:${layout.markerPath}`]);
  if (marker !== null) return [];
  throw new ConfigError(`The branch "${layout.ledgerBranch}" exists and is not a ledger.`, {
    expected: `a file ${layout.markerPath} on it`,
    hint: `Rename that branch ("git branch -m ${layout.ledgerBranch} <other name>"); Trainyard makes its own.`,
  });
}

async function indexFor(git: Git, record: RunRecord, sha: string, places: readonly string[]): Promise<Files> {
  const { model } = record;
  const [file] = await readAt(git, places, layout.headPath(model));
  const head = file ? parseIndex(file.text, file.name) : { segments: 0, entries: [] };
  const { entries, overflow } = layout.addEntry(head, layout.indexEntryOf(record, sha));
  const newest = overflow.length > 0 ? await newestSegment(git, model, head.segments, places) : null;
  const segments = layout.placeOverflow(newest, overflow);
  const count = segments.at(-1)?.number ?? head.segments;
  return [
    ...segments.map((segment) => ({
      path: layout.segmentPath(model, segment.number),
      text: printIndex(segment.entries, null),
    })),
    { path: layout.headPath(model), text: printIndex(entries, count) },
  ];
}

async function newestSegment(
  git: Git,
  model: string,
  number: number,
  places: readonly string[],
): Promise<layout.Segment | null> {
  const [file] = number === 0 ? [] : await readAt(git, places, layout.segmentPath(model, number));
  return file ? { number, entries: parseIndex(file.text, file.name).entries } : null;
}
