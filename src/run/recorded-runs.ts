import { StageError } from '../core/errors.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { RunSource } from './deps.ts';
import { sideOfRecord } from './side.ts';

/** One recorded run, to be judged where nothing can be trained: by its record and its stored predictions. */
export function recordedRuns(record: RunRecord): RunSource {
  return {
    candidates: async (deps, model) => [
      { label: model.name, side: async () => sideOfRecord(deps, record, 'recorded') },
    ],
    made: async () => [],
    equal: async () => null,
    async computed(_deps, { commit }) {
      throw new StageError(
        'baseline',
        `The commit ${commit.sha.slice(0, 7)}, which the run was to be compared with, has no record.`,
        'Record it (run the workflow of that commit again, or "trainyard record"), then register.',
      );
    },
    rescored: async () => ({ record: null, reason: 'the job that registers runs no code of the project' }),
  };
}
