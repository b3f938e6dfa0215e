import { posix } from 'node:path';
import { StageError } from '../core/errors.ts';
import type { CommitInfo, RunContext, Worktree } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Computation, Deps } from './deps.ts';
import { trainSeeds, wholeSets } from './repeats.ts';
import { engineSpec } from './spec.ts';
import type { Place } from './submit.ts';
import { planRun, textDigest } from './train.ts';
import { usable } from './usable.ts';

/**
 * The baseline of a commit by way of a worktree: promoted from a run with equal inputs under an equal configuration,
 * else computed. Inputs that no commit holds (data that git ignores) are taken from the user's work tree, and said so.
 */
export async function computedAt(
  deps: Deps,
  work: Computation,
): Promise<{ record: RunRecord; how: 'promoted' | 'computed' }> {
  return inWorktree(deps, work, async (place) => {
    if (work.promote) {
      const equal = await promotedByInputs(deps, work, place);
      if (equal) return { record: equal, how: 'promoted' };
    }
    return { record: await trainAt(deps, work, place), how: 'computed' };
  });
}

/**
 * Does something in a worktree of a commit, with the inputs that no commit holds; gone afterwards. `describe` says what a
 * failure there means.
 */
export async function inWorktree<T>(
  deps: Deps,
  work: Computation,
  use: (place: Place) => Promise<T>,
  describe: (error: unknown, sha: string) => unknown = describedFailure,
): Promise<T> {
  const { commit, refusals } = work;
  const worktree = await deps.worktrees.add(commit.sha);
  try {
    refusals.push(...(await bringSources(deps, work, worktree)));
    return await use({ root: worktree.path, context: contextAt(work.context, commit) });
  } catch (error) {
    throw describe(error, commit.sha);
  } finally {
    await worktree.remove();
  }
}

/** Runs the pipeline of a commit in its worktree; stages that ran before are restored. */
export async function trainAt(
  deps: Deps,
  { commit, config, model }: Computation,
  place: Place,
): Promise<RunRecord> {
  deps.runtime.log.group(`baseline ${model.name} at ${short(commit.sha)}: computing it in a worktree`);
  try {
    return (await trainSeeds(deps, model, place, config)).first.record;
  } finally {
    deps.runtime.log.endGroup();
  }
}

/** Copies untracked inputs into the worktree; a sentence when there were any. */
async function bringSources(
  deps: Deps,
  { model, config }: Computation,
  worktree: Worktree,
): Promise<string[]> {
  const engine = await deps.engine(model.engine);
  const sources = await engine.sources(engineSpec(deps, model, worktree.path, config.file));
  const below = sources.map((path) => posix.join(model.path, path)).filter((path) => path !== '.');
  const brought = await worktree.bring(below);
  if (brought.length === 0) return [];
  const more = brought.length > 3 ? ` and ${brought.length - 3} more` : '';
  return [`Inputs in no commit were taken from the work tree: ${brought.slice(0, 3).join(', ')}${more}.`];
}

async function promotedByInputs(deps: Deps, work: Computation, place: Place): Promise<RunRecord | null> {
  const { model, config, refusals } = work;
  const plan = await planRun(deps, model, place, config.file);
  const digest = textDigest(config.text);
  const kept = await deps.platform.promotable(model.name, null);
  for (const record of wholeSets(kept, model.policy.seeds)) {
    if (record.run_key !== plan.runKey || record.digests.config !== digest) continue;
    if (await usable(deps, record, `Run ${record.id}, made from equal inputs,`, refusals)) return record;
  }
  const entry = await deps.ledger.find(model.name, (candidate) => candidate.run_key === plan.runKey);
  const record = entry && (await deps.ledger.recordOf(entry.sha, model.name));
  if (record?.run_key !== plan.runKey || record.digests.config !== digest) return null;
  return (await usable(deps, record, `Run ${record.id}, made from equal inputs,`, refusals)) ? record : null;
}

function contextAt(context: RunContext, commit: CommitInfo): RunContext {
  return {
    ...context,
    headSha: commit.sha,
    builtSha: commit.sha,
    tree: commit.tree,
    baseSha: commit.parents[0] ?? null,
    pullRequest: null,
    branch: null,
    dirty: false,
    onDefaultBranch: false,
  };
}

function describedFailure(error: unknown, sha: string): unknown {
  if (!(error instanceof StageError)) return error;
  return new StageError(
    error.stage,
    `The baseline could not be computed at ${short(sha)}: ${error.message}`,
    'Record the baseline on the default branch with "trainyard record", or mend the pipeline there.',
  );
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
