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

/** The index of a model as it was at a commit; `text: null` where it has none. */
export interface ReadIndex {
  commit: string | null;
  text: string | null;
}

/** The record of a commit at the tip, with the index, which most jobs ask for next, from the same commit. */
export async function readRecord(
  client: GitHubClient,
  sha: string,
  model: string,
): Promise<{ record: RunRecord | null; index: ReadIndex }> {
  const path = recordPath(sha, model);
  const { commit, texts } = await readTip(client, [path, headPath(model)]);
  const [text = null, index = null] = texts;
  const record = text === null ? null : parseRecord(text, fileName(path), sha, model);
  return { record, index: { commit, text: index } };
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

/** The index of a model at the tip. */
export async function readIndex(client: GitHubClient, model: string): Promise<ReadIndex> {
  const { commit, texts } = await readTip(client, [headPath(model)]);
  return { commit, text: texts[0] ?? null };
}

/** All entries of a model, newest first; segments are read only as far as the caller goes. */
export async function* entriesOf(
  client: GitHubClient,
  model: string,
  { commit, text }: ReadIndex,
): AsyncGenerator<IndexEntry> {
  const path = headPath(model);
  if (commit === null || text === null) return;
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
