import type { ModelConfig } from '../config/parse.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';
import { withRepeats } from './record.ts';
import type { ScoreFile, ScoreFiles } from './scores.ts';
import type { Place } from './submit.ts';
import { type TrainedRun, trainModel } from './train.ts';

/** The run of a model's own seed, and those of its further seeds. */
export interface RepeatedRuns {
  /** Its record names the others. */
  first: TrainedRun;
  others: readonly TrainedRun[];
}

/**
 * Runs a model's pipeline once for each of its seeds, its own last, so that the work tree holds what is judged and
 * released. Files that the next run replaces are copied.
 */
export async function trainSeeds(
  deps: Deps,
  model: ModelConfig,
  place: Place,
  config: { file: string; text: string },
): Promise<RepeatedRuns> {
  const others: TrainedRun[] = [];
  for (const seed of model.seeds.slice(1)) {
    deps.runtime.log.info(`${model.name}: training seed ${seed}`);
    const { record, files } = await trainModel(deps, { ...model, seed }, place, config);
    others.push({ record, files: await copied(deps, files) });
  }
  const records = others.map(({ record }) => record);
  return { first: await trainModel(deps, model, place, config, records), others };
}

async function copied({ runtime }: Deps, { metrics, predictions, side }: ScoreFiles): Promise<ScoreFiles> {
  const folder = await runtime.files.makeTemporaryFolder('trainyard-seed-');
  const copy = async (file: ScoreFile, at: number): Promise<ScoreFile> => {
    const path = `${folder}/${at}`;
    await runtime.files.copy(file.path, path);
    return { ...file, path };
  };
  return {
    metrics: await Promise.all(metrics.map(copy)),
    predictions: predictions && (await copy(predictions, metrics.length)),
    ...(side !== undefined && { side }),
  };
}

/**
 * The runs of a model's own seed that come with all further seeds asked for: by themselves, or by runs of the same tree
 * and configuration beside them, as the jobs of a matrix make them. Where no repeats are asked for, all runs.
 */
export function wholeSets(records: readonly RunRecord[], seeds: readonly number[]): RunRecord[] {
  const [first, ...further] = seeds;
  if (first === undefined) return [...records];
  return records.flatMap((record) => {
    if (record.seed !== first) return [];
    if (further.every((seed) => record.repeats?.some((one) => one.seed === seed))) return [record];
    const beside = further.map((seed) =>
      records.find((other) => other.seed === seed && areOneSet(record, other)),
    );
    const found = beside.filter((one) => one !== undefined);
    return found.length === further.length ? [withRepeats(record, found)] : [];
  });
}

function areOneSet(a: RunRecord, b: RunRecord): boolean {
  return (
    a.status === b.status &&
    a.commit.built_sha === b.commit.built_sha &&
    a.commit.dirty === b.commit.dirty &&
    a.digests.inputs === b.digests.inputs &&
    a.digests.config === b.digests.config
  );
}
