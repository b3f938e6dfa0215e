import type { ModelConfig } from '../config/parse.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';
import { wholeSets } from './repeats.ts';

/** Folder whose contents decide how runs are made, beside their inputs: one made under another does not stand in. */
const workflows = '.github';

/** Runs that may stand for a commit that is to be recorded. */
export interface StandIns {
  /** One made from the very tree of the commit. */
  sameTree: RunRecord | null;
  /** Otherwise: whether their inputs are equal is for the caller to find out. */
  others: RunRecord[];
}

/**
 * Looks first among the runs made for the change that brought the commit, newest first; where none of them has its tree,
 * the one recorded for the commit before may stand in as well (docs that reach the branch train nothing).
 */
export async function standIns(deps: Deps, model: ModelConfig, context: RunContext): Promise<StandIns> {
  const made = await deps.platform.promotable(model.name, context);
  const kept = wholeSets(
    made.filter(({ status }) => status === 'succeeded'),
    model.policy.seeds,
  );
  const sameTree = kept.find(({ commit }) => !commit.dirty && commit.tree === context.tree) ?? null;
  if (sameTree !== null) return { sameTree, others: [] };
  const before = await recordBefore(deps, model, context);
  return { sameTree, others: before?.status === 'succeeded' ? [...kept, before] : kept };
}

async function recordBefore(
  deps: Deps,
  model: ModelConfig,
  { baseSha, builtSha }: RunContext,
): Promise<RunRecord | null> {
  if (baseSha === null || builtSha === null || baseSha === builtSha) return null;
  const record = await deps.ledger.recordOf(baseSha, model.name);
  if (record === null || !deps.platform.accepts(record.trust)) return null;
  const [there, here] = await Promise.all([
    deps.platform.folderAt(baseSha, workflows),
    deps.platform.folderAt(builtSha, workflows),
  ]);
  return there === here ? record : null;
}

/** Whether a run is one of the commit that a change is made on, or of its very tree. */
export async function isOfBase(
  { platform }: Pick<Deps, 'platform'>,
  { commit: { built_sha, tree, dirty } }: RunRecord,
  { baseSha }: RunContext,
): Promise<boolean> {
  if (baseSha === null || dirty) return false;
  return built_sha === baseSha || (tree !== null && (await platform.commit(baseSha))?.tree === tree);
}
