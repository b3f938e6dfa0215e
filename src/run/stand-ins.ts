import type { ModelConfig } from '../config/parse.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';

/** Folder whose contents decide how runs are made, beside their inputs: one made under another does not stand in. */
const workflows = '.github';

/**
 * Runs that may stand for a commit that is to be recorded: those made for the change that brought it, newest first, and
 * the one recorded for the commit before it (docs that reach the branch train nothing). Whether their trees or inputs are
 * equal is for the caller to find out.
 */
export async function standIns(deps: Deps, model: ModelConfig, context: RunContext): Promise<RunRecord[]> {
  const kept = await deps.platform.promotable(model.name, context);
  const before = await recordBefore(deps, model, context);
  return [...kept, ...(before === null ? [] : [before])].filter(({ status }) => status === 'succeeded');
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
