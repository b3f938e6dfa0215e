import type { Git, GitObject } from '../../git/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { broken, parseIndex } from '../index-file.ts';
import { headPath, type IndexHead, ledgerBranch, recordPath, segmentPath } from '../layout.ts';
import { newestFirst, parseRecord } from '../record-file.ts';
import type { IndexEntry } from '../types.ts';

/** The ledger of this clone, and what was last fetched of the shared one; where they differ both are read. */
export const localRef = `refs/heads/${ledgerBranch}`;
export const remoteRef = `refs/remotes/origin/${ledgerBranch}`;
const refs = [localRef, remoteRef];

/** Segments read by one git process. */
const segmentsAtOnce = 8;

interface Found {
  /** `refs/heads/trainyard:index/churn/head.json`: how messages name it. */
  name: string;
  /** Ref or commit it was read from. */
  at: string;
  id: string;
  text: string;
}

/** Files of that path at each ref or commit, those with equal bytes once. */
export async function readAt(git: Git, places: readonly string[], path: string): Promise<Found[]> {
  const names = places.map((at) => `${at}:${path}`);
  const found: Found[] = [];
  (await git.readObjects(names)).forEach((object, i) => {
    const name = names[i] as string;
    if (object === null || found.some(({ id }) => id === object.id)) return;
    found.push({ name, at: places[i] as string, id: object.id, text: textOf(object, name) });
  });
  return found;
}

/** Text of a file of the ledger; a folder in its place is damage. */
export function textOf(object: GitObject, name: string): string {
  if (object.type !== 'blob') throw broken(name, `it is a ${object.type}, not a file`);
  return Buffer.from(object.bytes).toString('utf8');
}

/** The records of a commit at both refs, newest first. */
export async function readRecords(git: Git, sha: string, model: string): Promise<RunRecord[]> {
  const found = await readAt(git, refs, recordPath(sha, model));
  return found.map(({ text, name }) => parseRecord(text, name, sha, model)).sort(newestFirst);
}

/** Which of the commits have a record at either ref. */
export async function recordedAmong(git: Git, shas: readonly string[], model: string): Promise<string[]> {
  const ids = await git.objectIds(
    shas.flatMap((sha) => refs.map((ref) => `${ref}:${recordPath(sha, model)}`)),
  );
  return shas.filter((_, i) => refs.some((_ref, j) => ids[i * refs.length + j] !== null));
}

/** All entries of a model, newest first, each id once; segments are read only as far as the caller goes. */
export async function* entriesOf(
  git: Git,
  model: string,
  places: readonly string[] = refs,
): AsyncGenerator<IndexEntry> {
  const heads = await readAt(git, places, headPath(model));
  const chains = heads.map(({ at, text, name }) => chain(git, model, at, parseIndex(text, name)));
  const seen = new Set<string>();
  for await (const entry of merged(chains)) {
    if (seen.has(entry.id)) continue;
    seen.add(entry.id);
    yield entry;
  }
}

async function* chain(git: Git, model: string, at: string, head: IndexHead): AsyncGenerator<IndexEntry> {
  yield* head.entries;
  for (let last = head.segments; last > 0; last -= segmentsAtOnce) {
    const numbers = Array.from({ length: Math.min(segmentsAtOnce, last) }, (_, i) => last - i);
    const names = numbers.map((number) => `${at}:${segmentPath(model, number)}`);
    const objects = await git.readObjects(names);
    for (const [i, object] of objects.entries()) {
      const name = names[i] as string;
      if (!object) throw broken(name, 'this segment of the index is missing');
      yield* parseIndex(textOf(object, name), name).entries;
    }
  }
}

/** Two chains that grew apart are told in the order in which their runs finished. */
async function* merged(chains: AsyncGenerator<IndexEntry>[]): AsyncGenerator<IndexEntry> {
  const waiting = await Promise.all(chains.map(async (source) => ({ source, next: await source.next() })));
  for (;;) {
    const live = waiting.filter(({ next }) => !next.done);
    const first = live[0];
    if (first === undefined) return;
    const newest = live.reduce(
      (best, other) => (newestFirst(best.next.value, other.next.value) <= 0 ? best : other),
      first,
    );
    yield newest.next.value;
    newest.next = await newest.source.next();
  }
}
