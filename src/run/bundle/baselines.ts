import { ConfigError, StageError } from '../../core/errors.ts';
import type { RunContext } from '../../platform/types.ts';
import type { BundledBaseline, BundledRescored } from '../../schema/bundle.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { ComputedRun, Deps, Rescored } from '../deps.ts';
import { measuredOn } from '../record.ts';
import { errorOf } from './failure.ts';
import type { OpenBundle } from './open.ts';

/**
 * The trusted record of a commit whose rows are gone, where the run that was to make them again is one of a fork: it
 * could choose what it is compared with. Rows with the recorded digest were found before this is asked.
 */
export async function recordedAnyway(
  deps: Deps,
  model: string,
  sha: string,
  { event }: RunContext,
): Promise<RunRecord | null> {
  if (event !== 'workflow_run') return null;
  const record = await deps.ledger.recordOf(sha, model);
  return record?.status === 'succeeded' && deps.platform.accepts(record.trust) ? record : null;
}

/** The run of a commit that has no record, as the job that trains made it; one that it did not make is an error. */
export async function baselineOf(
  bundle: OpenBundle,
  made: BundledBaseline,
  model: string,
): Promise<ComputedRun> {
  if (made.failure) throw errorOf(made.failure);
  if (made.record === null || made.how === null) throw noBaseline(made);
  const record = await bundle.record(made.record);
  if (record.model === model && record.status === 'succeeded') return { record, how: made.how };
  throw new ConfigError(`${bundle.name}/${made.record} is no run of ${model} that succeeded.`);
}

/** Only what was measured is taken from the bundle: all else is as recorded. */
export async function rescoredOf(
  bundle: OpenBundle,
  { record: path, model, sources, failure, reason }: BundledRescored,
  baseline: RunRecord,
): Promise<Rescored> {
  if (failure?.kind === 'cancelled' || failure?.kind === 'upstream') throw errorOf(failure);
  if (path === null) return { record: null, reason: failure?.message ?? reason ?? 'no reason was given' };
  const { metrics, predictions, artifacts, digests, environment } = await bundle.record(path);
  const { rows, labels, evaluator } = digests;
  const { repeats: _ofOtherRows, ...rest } = baseline;
  const record = {
    ...rest,
    ...{ metrics, predictions, artifacts },
    digests: { ...baseline.digests, rows, labels, evaluator },
    environment: measuredOn(baseline.environment, environment?.hardware),
  };
  return { record, model, sources };
}

/** Whether the commit has such a model is known here already: a baseline that was not made switches no rule off. */
function noBaseline({ sha, reason }: BundledBaseline): StageError {
  const why = reason === undefined ? '' : `: ${reason}`;
  return new StageError(
    'baseline',
    `The baseline at ${sha.slice(0, 7)} was not made by the job that trains${why}`,
    'Check out with "fetch-depth: 0" and run again, or record the baseline on the default branch.',
  );
}
