import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { trainModel } from '../run/train.ts';
import type { RunRecord } from '../schema/run.types.ts';

export interface TrainResult {
  model: string;
  record: RunRecord;
  /** What became of the ledger: `null` when this commit does not write it (dirty, or not the default branch). */
  ledger: 'written' | 'unchanged' | null;
}

/**
 * Runs the pipelines for the work tree (unchanged stages are skipped) and writes their run records, to the ledger
 * too when the tree is a clean commit of the default branch.
 */
export async function train(deps: Deps, options: { model: string | null }): Promise<TrainResult[]> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const results: TrainResult[] = [];
  for (const model of models) {
    const { record } = await trainModel(deps, model, { root: deps.root, context }, config);
    const recorded = context.onDefaultBranch && !context.dirty && context.builtSha !== null;
    const ledger = recorded ? (await deps.ledger.append(record)).result : null;
    results.push({ model: model.name, record, ledger });
  }
  return results;
}
