import { join } from 'node:path';
import type { ModelConfig } from '../../config/parse.ts';
import { CancelledError, ConfigError, StageError } from '../../core/errors.ts';
import type { RunContext } from '../../platform/types.ts';
import type { BundledFile, BundledModel } from '../../schema/bundle.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { Candidate, Deps, RunSource, Side } from '../deps.ts';
import { adopted } from '../record.ts';
import type { ScoreFile } from '../scores.ts';
import { sideOfFiles, sideOfRecord } from '../side.ts';
import { isOfBase } from '../stand-ins.ts';
import { textDigest } from '../train.ts';
import { baselineOf, recordedAnyway, rescoredOf } from './baselines.ts';
import { errorOf } from './failure.ts';
import type { OpenBundle } from './open.ts';
import { recordedSets, sideOfSet } from './seeds.ts';

/** How the jobs that train ended, as the workflow tells it. */
export type TrainResult = 'success' | 'failure' | 'cancelled' | 'skipped';

interface Part {
  bundle: OpenBundle;
  part: BundledModel;
}

/**
 * Runs as earlier jobs of this workflow run handed them over; none of the project's code runs here. A job that left
 * nothing, and a baseline that should have been made and was not, are errors and never "none".
 */
export function bundledRuns(open: () => Promise<readonly OpenBundle[]>, trained: TrainResult): RunSource {
  const partsOf = async (model: string): Promise<Part[]> =>
    (await open()).flatMap((bundle) =>
      bundle.document.models.filter((part) => part.model === model).map((part) => ({ bundle, part })),
    );
  return {
    async candidates(deps, model, context) {
      const parts = await partsOf(model.name);
      const missing = await lostJobs(await open());
      if (parts.length === 0) return [lost(model.name, trained)];
      if (model.policy.seeds.length > 0)
        return [missing > 0 ? lost(model.name, trained) : setOf(deps, model, parts, context)];
      const named = parts.length > 1 || missing > 0;
      const candidates = parts.map((one): Candidate => {
        const { seed } = one.part;
        return {
          label: named && seed !== null ? `${model.name} (seed ${seed})` : model.name,
          side: () => sideOf(deps, one, context),
        };
      });
      return missing === 0
        ? candidates
        : [...candidates, lost(`${model.name} (a job without results)`, trained)];
    },

    async made(_deps, model, context) {
      const parts = await partsOf(model.name);
      if (parts.length === 0) throw lostError(trained);
      const records: RunRecord[] = [];
      for (const { bundle, part } of parts) {
        if (part.failure) throw errorOf(part.failure);
        if (part.record !== null) records.push(adopted(await recordOf(bundle, part, context), context));
      }
      if (records.length > 0) return recordedSets(model, records);
      throw new ConfigError(`No run of ${model.name} can be recorded: the run that stood for it is gone.`, {
        hint: 'Run the workflow again; it trains then.',
      });
    },

    async equal(_deps, model, _context, _config, kept) {
      const ids = (await partsOf(model.name)).map(({ part }) => part.equal);
      return kept.find(({ id }) => ids.includes(id)) ?? null;
    },

    async computed(deps, { model, commit, context, refusals }) {
      const recorded = await recordedAnyway(deps, model.name, commit.sha, context);
      if (recorded !== null) {
        refusals.push(
          'A change from elsewhere brings no rows of a recorded run: its recorded values are compared with.',
        );
        return { record: recorded, how: 'recorded' };
      }
      for (const { bundle, part } of await partsOf(model.name)) {
        const made = part.baselines.find(({ sha }) => sha === commit.sha);
        if (made !== undefined) return baselineOf(bundle, made, model.name);
      }
      throw new StageError(
        'baseline',
        `The baseline at ${commit.sha.slice(0, 7)} has no record, and the job that trains made none.`,
        'Run the whole workflow again, or record the baseline on the default branch.',
      );
    },

    async rescored(_deps, request) {
      if (request.context.event === 'workflow_run')
        return { record: null, reason: 'a change from elsewhere does not choose what it is compared with' };
      for (const { bundle, part } of await partsOf(request.model.name)) {
        const made = part.rescored.find(({ baseline }) => baseline === request.baseline.id);
        if (made !== undefined) return rescoredOf(bundle, made, request.baseline);
      }
      return { record: null, reason: 'the job that trains did not do it' };
    },
  };
}

/** The runs of all seeds as one candidate. */
function setOf(
  deps: Deps,
  { name, policy }: ModelConfig,
  parts: readonly Part[],
  context: RunContext,
): Candidate {
  const side = async (): Promise<Side> => {
    const sides: Side[] = [];
    for (const one of parts) sides.push(await sideOf(deps, one, context));
    return sideOfSet(sides, policy.seeds);
  };
  return { label: name, side };
}

async function sideOf(deps: Deps, { bundle, part }: Part, context: RunContext): Promise<Side> {
  if (part.failure) throw errorOf(part.failure);
  if (part.equal !== null) return standIn(deps, part.model, part.equal, context);
  const record = await recordOf(bundle, part, context);
  const at = ({ path, label, sha256 }: BundledFile): ScoreFile => ({
    path: join(bundle.folder, path),
    label,
    sha256,
  });
  const files = { metrics: part.metrics.map(at), predictions: part.predictions && at(part.predictions) };
  return { ...sideOfFiles(deps, record, files), how: 'trained' };
}

/** The record of a run made in this workflow run, for this commit and no other. */
async function recordOf(bundle: OpenBundle, part: BundledModel, context: RunContext): Promise<RunRecord> {
  if (part.record === null) throw new ConfigError(`${bundle.name} has no run of ${part.model}.`);
  const record = await bundle.record(part.record);
  const { head_sha, built_sha } = record.commit;
  const own = head_sha === context.headSha && (context.builtSha === null || built_sha === context.builtSha);
  if (own && record.model === part.model && record.status === 'succeeded') return record;
  throw new ConfigError(`${bundle.name}/${part.record} is no record of ${part.model} at this commit.`, {
    expected: `a run of ${context.headSha?.slice(0, 7) ?? 'this commit'} that succeeded`,
    hint: 'Run the whole workflow again.',
  });
}

/** The run of the base that stands for a change that touches nothing of the model. */
async function standIn(deps: Deps, model: string, id: string, context: RunContext): Promise<Side> {
  const base = context.baseSha === null ? null : await deps.ledger.recordOf(context.baseSha, model);
  const record = base?.id === id ? base : await deps.platform.runById(id);
  const known = record !== null && record.model === model && deps.platform.accepts(record.trust);
  const { text } = await deps.config();
  if (!known || record.digests.config !== textDigest(text) || !(await isOfBase(deps, record, context))) {
    throw new ConfigError(
      `Run ${id}, which should stand for this change, is none of its base, or not to be found.`,
      {
        hint: 'Run the whole workflow again; it trains then.',
      },
    );
  }
  const note = `Not affected: nothing that ${model} is made of changed, so run ${id} of the base stands for it.`;
  return { ...sideOfRecord(deps, record, 'unchanged'), note };
}

/** Jobs of the matrix that left no bundle. */
async function lostJobs(bundles: readonly OpenBundle[]): Promise<number> {
  const jobs = Math.max(0, ...bundles.map(({ document }) => document.jobs));
  return Math.max(0, jobs - bundles.length);
}

function lost(label: string, trained: TrainResult): Candidate {
  return { label, side: () => Promise.reject(lostError(trained)) };
}

function lostError(trained: TrainResult): Error {
  switch (trained) {
    case 'cancelled':
      return new CancelledError('The run was cancelled before there were results.');
    case 'skipped':
      return new ConfigError('The job that trains was skipped, so there is nothing to judge.', {
        hint: 'Let it run: the step before it failed, or an "if:" of the workflow left it out.',
      });
    default:
      return new StageError(
        'train',
        'The job that trains ended without results: it was killed, timed out, or failed before the pipeline began.',
        'Its log says more.',
      );
  }
}
