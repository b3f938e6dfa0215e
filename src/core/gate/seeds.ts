import { type JoinedTables, joinTables } from '../compare/join.ts';
import type { PredictionTable } from '../metrics/types.ts';
import type { JudgedSide } from './case.ts';

/** Fewer training seeds on a side do not tell how far seeds move a metric. */
export const FEWEST_SEEDS = 5;

/** Tables of further seeds in the order of the joined rows, or why they cannot be judged. */
export interface OtherSeeds {
  candidate: readonly PredictionTable[];
  baseline: readonly PredictionTable[];
  refusal: string | null;
}

/** Whether what is judged is the mean over seeds, and not one artefact: enough of them on every side there is. */
export function judgesSeeds(candidate: JudgedSide, baseline: JudgedSide | null): boolean {
  return [candidate, ...(baseline ? [baseline] : [])].every(
    ({ seeds }) => (seeds?.length ?? 0) >= FEWEST_SEEDS,
  );
}

/** Brings the tables of further seeds to the joined rows; none where one artefact is judged. */
export function otherSeeds(
  candidate: JudgedSide,
  baseline: JudgedSide | null,
  joined: JoinedTables,
): OtherSeeds {
  if (!judgesSeeds(candidate, baseline)) return { candidate: [], baseline: [], refusal: null };
  const ours = alignedSeeds(candidate, joined.candidate);
  const theirs = baseline ? alignedSeeds(baseline, joined.candidate) : [];
  const side = ours === null ? 'candidate' : 'baseline';
  if (ours !== null && theirs !== null) return { candidate: ours, baseline: theirs, refusal: null };
  const refusal = `The training seeds of the ${side} were measured on different rows, so they have no mean. Train all of them on the same test rows.`;
  return { candidate: [], baseline: [], refusal };
}

/** `null` where a seed has other rows or labels than the first. */
function alignedSeeds({ table, seeds = [] }: JudgedSide, rows: PredictionTable): PredictionTable[] | null {
  const aligned: PredictionTable[] = [];
  for (const other of seeds.slice(1)) {
    const joined = joinTables(rows, other);
    if (other.n !== table?.n || joined.onlyCandidate > 0 || joined.labelsDiffer > 0) return null;
    aligned.push(joined.baseline);
  }
  return aligned;
}
