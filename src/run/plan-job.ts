import type { Config, ModelConfig } from '../config/parse.ts';
import type { RunContext } from '../platform/types.ts';
import type { JobPlan, PlannedBaseline, PlannedModel } from '../schema/job-plan.types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { findBaselines } from './baselines.ts';
import { readableConfigAt } from './config-at.ts';
import type { Deps } from './deps.ts';
import { marginModes } from './rescore/baselines.ts';
import { isOfBase, standIns } from './stand-ins.ts';

/**
 * What later jobs of a workflow run have to do, found out without running any of the project's code: a proposal is
 * judged, which may take runs of other commits that nobody recorded; a commit of the default branch is recorded, which
 * takes no training where it has a record, or a run made from its tree.
 */
export async function planJob(deps: Deps, config: Config): Promise<JobPlan> {
  const context = await deps.platform.context();
  const recording = context.onDefaultBranch;
  const models: PlannedModel[] = [];
  let train = !recording;
  const base = recording || context.baseSha === null ? null : await readableConfigAt(deps, context.baseSha);
  for (const model of config.models) {
    if (recording) {
      const { needed, equal } = await toRecord(deps, model, context);
      train ||= needed;
      models.push({ model: model.name, compute: [], equal: equal.flatMap(planned), baselines: [] });
    } else models.push(await toJudge(deps, model, base?.config ?? null, context));
  }
  return { schema: 'trainyard/plan', version: 1, mode: recording ? 'record' : 'judge', train, models };
}

/** The plan where nothing is known yet: a configuration that cannot be read is for the job that trains to tell. */
export function blindPlan(context: RunContext): JobPlan {
  const mode = context.onDefaultBranch ? 'record' : 'judge';
  return { schema: 'trainyard/plan', version: 1, mode, train: true, models: [] };
}

/** The plan of an event that changes nothing about what is judged. */
export const nothingToDo: JobPlan = {
  schema: 'trainyard/plan',
  version: 1,
  mode: 'nothing',
  train: false,
  models: [],
};

async function toRecord(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
): Promise<{ needed: boolean; equal: RunRecord[] }> {
  const { builtSha } = context;
  const there = builtSha === null ? null : await deps.ledger.recordOf(builtSha, model.name);
  if (there && deps.platform.accepts(there.trust)) return { needed: false, equal: [] };
  const { sameTree, others } = await standIns(deps, model, context);
  return sameTree ? { needed: false, equal: [] } : { needed: true, equal: others };
}

async function toJudge(
  deps: Deps,
  model: ModelConfig,
  base: Config | null,
  context: RunContext,
): Promise<PlannedModel> {
  const before = base?.models.find(({ name }) => name === model.name) ?? null;
  const compute: string[] = [];
  const looking: Deps = {
    ...deps,
    runs: {
      ...deps.runs,
      async computed(_deps, { commit }) {
        compute.push(commit.sha);
        return { record: null, reason: 'It has to be computed.' };
      },
    },
  };
  const policies = before ? [before.policy, model.policy] : [model.policy];
  const found = await findBaselines(looking, { model: before ?? model, policies, context });
  const equal: PlannedModel['equal'] = [];
  const baselines = new Map<string, PlannedBaseline>();
  const margins = marginModes(policies);
  for (const [mode, { side }] of found) {
    const record = side?.record ?? null;
    const measured = record && margins.has(mode) ? plannedBaseline(record) : null;
    if (measured) baselines.set(measured.id, measured);
    if (record !== null && (await isOfBase(deps, record, context))) equal.push(...planned(record));
  }
  return { model: model.name, compute: [...new Set(compute)], equal, baselines: [...baselines.values()] };
}

/** A run that was imported has no key and stands for nothing else; one with repeats stands for each of its seeds. */
function planned({ id, run_key, digests, repeats = [] }: RunRecord): PlannedModel['equal'] {
  const { config } = digests;
  if (run_key === null || config === null) return [];
  return [run_key, ...repeats.map((one) => one.run_key)].map((key) => ({ id, run_key: key, config }));
}

/** A run that was imported has no model to score again. */
function plannedBaseline({ id, commit, digests, trust }: RunRecord): PlannedBaseline | null {
  const { built_sha: sha } = commit;
  const { rows, evaluator } = digests;
  return sha === null || trust.imported ? null : { id, sha, rows, evaluator };
}
