import type { IndexEntry } from './types.ts';

type Candidate = Pick<IndexEntry, 'id' | 'run_key' | 'attempt'>;

/** How many candidates the rows of this digest have judged, as entries (newest first) tell; a promoted run counts once. */
export function judgedOn(rows: string, entries: readonly IndexEntry[]): number {
  const same = entries.filter(({ measured }) => measured?.rows === rows);
  const known = same.find(({ measured }) => measured?.judged !== undefined)?.measured?.judged ?? 0;
  return Math.max(known, new Set(same.map(candidateOf)).size);
}

/** Whether entries hold this candidate, under whatever commit. */
export function holdsCandidate(candidate: Candidate, entries: readonly IndexEntry[]): boolean {
  return entries.some((entry) => candidateOf(entry) === candidateOf(candidate));
}

/** An entry about to be put before others, with the count of its rows carried on. */
export function counted(entry: IndexEntry, before: readonly IndexEntry[]): IndexEntry {
  const { measured } = entry;
  if (measured === null || measured.rows === null) return entry;
  const judged = judgedOn(measured.rows, before) + (holdsCandidate(entry, before) ? 0 : 1);
  return { ...entry, measured: { ...measured, judged } };
}

/** The same for all commits that one attempt at a run stands for. */
function candidateOf({ id, run_key, attempt }: Candidate): string {
  return run_key === null ? id : `${run_key} ${attempt}`;
}
