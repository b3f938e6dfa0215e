import type { RunStatus } from '../engines/types.ts';
import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { trainSeeds } from '../run/repeats.ts';
import { requireDetached, submitModel } from '../run/submit.ts';

import type { RunRecord, RunRef } from '../schema/run.types.ts';

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
    const { first } = await trainSeeds(deps, model, { root: deps.root, context }, config);
    const { record } = first;
    const recorded = context.onDefaultBranch && !context.dirty && context.builtSha !== null;
    const ledger = recorded ? (await deps.ledger.append(record)).result : null;
    results.push({ model: model.name, record, ledger });
  }
  return results;
}

export interface SubmitResult extends Pick<RunStatus, 'state' | 'url'> {
  model: string;
  ref: RunRef;
}

/**
 * Submits the runs of the work tree and waits for none: a later `train` of the same inputs collects them. ConfigError,
 * and nothing submitted, when one of the models has an engine whose runs end with the job.
 */
export async function submit(deps: Deps, options: { model: string | null }): Promise<SubmitResult[]> {
  const { config, models } = await openProject(deps, options.model);
  for (const model of models) await requireDetached(deps, model, config);
  const context = await deps.platform.context();
  const results: SubmitResult[] = [];
  for (const model of models) {
    for (const seed of model.seeds) {
      const run = await submitModel(deps, { ...model, seed }, { root: deps.root, context }, config);
      results.push({ model: model.name, ref: run.ref, state: run.status.state, url: run.status.url });
    }
  }
  return results;
}
