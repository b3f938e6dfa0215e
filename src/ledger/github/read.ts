import type { GitHubClient } from '../../github/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { broken, parseIndex } from '../index-file.ts';
import { headPath, type IndexHead, recordPath, segmentPath } from '../layout.ts';
import { parseRecord } from '../record-file.ts';
import type { IndexEntry } from '../types.ts';
import { existAtTip, fileName, readAtCommit, readTip } from './files.ts';

/** Segments read by one request: 2 MB at most. */
const segmentsAtOnce = 8;

/** Paths looked up by one request. */
const pathsAtOnce = 100;

/** The record of a commit at the tip. */
export async function readRecord(
  client: GitHubClient,
  sha: string,
  model: string,
): Promise<RunRecord | null> {
  const path = recordPath(sha, model);
  const [text] = (await readTip(client, [path])).texts;
  return typeof text === 'string' ? parseRecord(text, fileName(path), sha, model) : null;
}

/** Which of the commits have a record at the tip. */
export async function recordedAmong(
  client: GitHubClient,
  shas: readonly string[],
  model: string,
): Promise<string[]> {
  const found: string[] = [];
  for (let start = 0; start < shas.length; start += pathsAtOnce) {
    const some = shas.slice(start, start + pathsAtOnce);
    const there = await existAtTip(
      client,
      some.map((sha) => recordPath(sha, model)),
    );
    found.push(...some.filter((_, i) => there[i]));
  }
  return found;
}

/** All entries of a model, newest first; segments are read only as far as the caller goes. */
export async function* entriesAtTip(client: GitHubClient, model: string): AsyncGenerator<IndexEntry> {
  const path = headPath(model);
  const { commit, texts } = await readTip(client, [path]);
  const [text] = texts;
  if (commit === null || typeof text !== 'string') return;
  yield* entriesFrom(client, model, commit, parseIndex(text, fileName(path)));
}

/** The entries of a head read at that commit and of the segments behind it. */
export async function* entriesFrom(
  client: GitHubClient,
  model: string,
  commit: string,
  head: IndexHead,
): AsyncGenerator<IndexEntry> {
  yield* head.entries;
  for (let last = head.segments; last > 0; last -= segmentsAtOnce) {
    const numbers = Array.from({ length: Math.min(segmentsAtOnce, last) }, (_, i) => last - i);
    const paths = numbers.map((number) => segmentPath(model, number));
    const texts = await readAtCommit(client, commit, paths);
    for (const [i, path] of paths.entries()) yield* segmentEntries(texts[i] ?? null, path);
  }
}

/** Entries of a segment's text; one that is missing is damage. */
export function segmentEntries(text: string | null, path: string): readonly IndexEntry[] {
  if (text === null) throw broken(fileName(path), 'this segment of the index is missing');
  return parseIndex(text, fileName(path)).entries;
}
