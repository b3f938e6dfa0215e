import { StageError } from '../core/errors.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { RunSource } from './deps.ts';
import { sideOfRecord } from './side.ts';

/**
 * One recorded run, to be judged where nothing can be trained: by its record and its stored predictions. Where the commit
 * `base`, on which it rests, was never recorded, it is compared with the run that was recorded `before` it.
 */
export function recordedRuns(
  record: RunRecord,
  { base, before }: { base: string | null; before: RunRecord | null },
): RunSource {
  return {
    candidates: async (deps, model) => [
      { label: model.name, side: async () => sideOfRecord(deps, record, 'recorded') },
    ],
    made: async () => [],
    equal: async () => null,
    async computed(_deps, { commit: { sha }, refusals }) {
      if (before === null || sha !== base) throw notRecorded(sha);
      refusals.push(`${sha.slice(0, 7)} has no record: what was recorded before it is compared with.`);
      return { record: before, how: 'recorded' };
    },
    rescored: async () => ({ record: null, reason: 'the job that registers runs no code of the project' }),
  };
}

function notRecorded(sha: string): StageError {
  return new StageError(
    'baseline',
    `The commit ${sha.slice(0, 7)}, which the run was to be compared with, has no record.`,
    'Record it (run the workflow of that commit again, or "trainyard record"), then register.',
  );
}
