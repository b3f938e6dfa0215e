import { differingOutputs, type RowChanges, rowChanges } from '../../core/gate/row-changes.ts';
import type { PolicyChange } from '../../core/gate/types.ts';
import type { PredictionTable } from '../../core/metrics/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { Deps, Rescored, Side } from '../deps.ts';
import { sideOfRecord } from '../side.ts';
import type { ScoringRequest } from './baselines.ts';
import { type Again, goneRows, rowsNote, scoredNote, unscoredNote } from './words.ts';

/** A baseline that was measured otherwise than the candidate. */
export interface Scored {
  /** What to judge against instead; `null` where it could not be scored again, or not faithfully. */
  side: Side | null;
  notes: readonly string[];
  /** Rows that are no longer judged. */
  loosened: readonly PolicyChange[];
}

/**
 * Has one baseline scored again, where a margin is judged against it, and looks whether that can be believed: where model
 * and code are the recorded ones, so must be what comes out for rows that were there before.
 */
export async function scoreOne(
  deps: Deps,
  request: ScoringRequest,
  mode: string,
  baseline: Side,
  why: Again,
): Promise<Scored> {
  const record = baseline.record as RunRecord;
  const before = await tableOf(request, baseline);
  const changes = why.rows ? await changesOf(request, before) : null;
  const about = changes === null ? [] : [rowsNote(changes)];
  const loosened = changes === null ? [] : goneRows(changes);
  if (!request.margins.has(mode)) return { side: null, notes: about, loosened };
  const refused = (reason: string): Scored => ({
    side: null,
    notes: [unscoredNote(record, why, reason), ...about],
    loosened,
  });
  const found = await rescored(deps, request, record);
  if (found.record === null) return refused(found.reason);
  const side = sideOfRecord(deps, found.record, 'scored again');
  const files = codeChanged(request.candidate.record as RunRecord, record, found.sources);
  const again = { ...why, code: why.code || files.length > 0, files };
  const sameModel = isModelOf(record, found.model);
  const now = await tableOf(request, side);
  const differing = before && now && differingOutputs(now, before);
  if (sameModel && !again.code && differing && differing.rows > 0) return refused(unfaithful(differing));
  const note = scoredNote(record, again, sameModel, differing);
  return { side, notes: [note, ...about], loosened };
}

async function rescored(deps: Deps, request: ScoringRequest, baseline: RunRecord): Promise<Rescored> {
  const { model, context, candidate } = request;
  const { file, text } = await deps.config();
  const config = { file, text };
  return deps.runs.rescored(deps, {
    ...{ context, config, model, baseline },
    candidate: candidate.record as RunRecord,
  });
}

async function tableOf({ policy, model }: ScoringRequest, side: Side): Promise<PredictionTable | null> {
  return (await side.scores(policy, model.name)).table;
}

async function changesOf(
  request: ScoringRequest,
  before: PredictionTable | null,
): Promise<RowChanges | null> {
  const now = before && (await tableOf(request, request.candidate));
  return before && now && rowChanges(before, now, request.policy);
}

function unfaithful({ rows, of }: { rows: number; of: number }): string {
  return (
    `${rows} of the ${of} rows that both have come out otherwise than recorded, although model and code are the same: ` +
    'what the model reads of them changed too, or the pipeline is not deterministic'
  );
}

function isModelOf({ artifacts }: RunRecord, files: readonly { path: string; sha256: string }[]): boolean {
  const recorded = new Map(artifacts.map(({ path, sha256 }) => [path, sha256]));
  return files.every(({ path, sha256 }) => recorded.get(path) === sha256);
}

const codeFile = /\.(?:py|ipynb|sh|bash|r|jl|js|ts|sql|pyx|c|cc|cpp|java|scala|go|rs|so)$/i;

/** Files of code among what scores that differ between two runs. */
function codeChanged(ours: RunRecord, theirs: RunRecord, sources: readonly string[]): string[] {
  const within = (path: string) =>
    codeFile.test(path) && sources.some((one) => one === '.' || path === one || path.startsWith(`${one}/`));
  const of = ({ inputs }: RunRecord) =>
    new Map(inputs.filter(({ path }) => within(path)).map(({ path, sha256 }) => [path, sha256]));
  const [now, before] = [of(ours), of(theirs)];
  const paths = [...new Set([...now.keys(), ...before.keys()])];
  return paths.filter((path) => now.get(path) !== before.get(path)).sort();
}
