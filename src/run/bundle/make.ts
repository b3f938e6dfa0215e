import type { Config, ModelConfig } from '../../config/parse.ts';
import type { HandedFile, RunContext } from '../../platform/types.ts';
import type { Bundle, BundledBaseline, BundledFailure, BundledModel } from '../../schema/bundle.types.ts';
import type { PlannedModel } from '../../schema/job-plan.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { computedAt } from '../computed.ts';
import { readableConfigAt } from '../config-at.ts';
import type { Deps } from '../deps.ts';
import { trainSeeds } from '../repeats.ts';
import { planRun, textDigest } from '../train.ts';
import { type Content, createContent } from './content.ts';
import { failureLine, failureOf } from './failure.ts';
import { rescoredParts } from './rescored.ts';

/** A bundle ready to be handed over. */
export interface MadeBundle {
  document: Bundle;
  files: HandedFile[];
  /** Records of the runs that were made here, by model. */
  records: readonly { model: string; record: RunRecord }[];
  failures: readonly { model: string; failure: BundledFailure }[];
}

/** What a bundle is made of: some models of the project, under the plan of the workflow run. */
export interface BundleRequest {
  key: string;
  jobs: number;
  config: Config;
  models: readonly ModelConfig[];
  planned: readonly PlannedModel[];
  context: RunContext;
}

/**
 * Makes the runs of this job: for each model its own (unless one that was made earlier stands for it) and those of the
 * baselines that the plan asks for. What keeps one from being made is part of the bundle, so that whoever judges can say
 * it; only bugs are thrown.
 */
export async function makeBundle(deps: Deps, request: BundleRequest): Promise<MadeBundle> {
  const content = createContent(deps);
  const models: BundledModel[] = [];
  for (const model of request.models) models.push(...(await modelParts(deps, request, model, content)));
  return { ...bundleOf(request, models, content.files), records: content.records };
}

/** The bundle of a job that was ended before it could make one. */
export function cancelledBundle(request: BundleRequest, message: string): MadeBundle {
  const failure: BundledFailure = { kind: 'cancelled', message };
  const models = request.models.map((model) => ({ ...emptyPart(model, model.seed), failure }));
  return bundleOf(request, models, []);
}

function bundleOf({ key, jobs, context }: BundleRequest, models: BundledModel[], files: HandedFile[]) {
  const document: Bundle = {
    schema: 'trainyard/bundle',
    version: 1,
    ...{ key, jobs },
    head_sha: context.headSha,
    built_sha: context.builtSha,
    models,
  };
  const failures = models.flatMap(({ model, failure, baselines, rescored }) =>
    [failure, ...[...baselines, ...rescored].map((baseline) => baseline.failure)]
      .filter((one) => one !== null)
      .map((one) => ({ model, failure: one })),
  );
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return { document, files: [{ path: 'bundle.json', text }, ...files], failures, records: [] };
}

function emptyPart(model: ModelConfig, seed: number | null): BundledModel {
  const nothing = { record: null, metrics: [], predictions: null, equal: null, failure: null };
  return { model: model.name, seed, ...nothing, baselines: [], rescored: [] };
}

/** The part of the model's own seed, then one for each further seed. */
async function modelParts(
  deps: Deps,
  { config, planned, context }: BundleRequest,
  model: ModelConfig,
  content: Content,
): Promise<BundledModel[]> {
  const plan = planned.find((one) => one.model === model.name);
  const part = emptyPart(model, model.seed);
  const others: BundledModel[] = [];
  let candidate: RunRecord | null = null;
  try {
    part.equal = await standIn(deps, model, context, config, plan?.equal ?? []);
    if (part.equal === null) {
      const runs = await trainSeeds(deps, model, { root: deps.root, context }, config);
      candidate = runs.first.record;
      Object.assign(part, content.run(model.name, runs.first));
      for (const run of runs.others)
        others.push({ ...emptyPart(model, run.record.seed), ...content.run(null, run) });
    }
  } catch (error) {
    return [{ ...part, failure: explained(deps, error) }];
  }
  // Of the jobs that share the seeds of a model one makes what all of them are judged by.
  if (model.seed !== (model.policy.seeds[0] ?? model.seed)) return [part, ...others];
  const computed: RunRecord[] = [];
  for (const sha of plan?.compute ?? []) {
    part.baselines.push(await baselinePart(deps, model, context, sha, content, computed));
  }
  if (candidate === null) return [part];
  const job = { model, config, context, candidate, planned: plan?.baselines ?? [], computed };
  return [{ ...part, rescored: await rescoredParts(deps, job, content) }, ...others];
}

/** Id of a run with the inputs and the configuration at hand; nothing is trained then. */
async function standIn(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  config: Config,
  equal: PlannedModel['equal'],
): Promise<string | null> {
  if (equal.length === 0) return null;
  const { runKey } = await planRun(deps, model, { root: deps.root, context }, config.file);
  const digest = textDigest(config.text);
  const found = equal.find((run) => run.run_key === runKey && run.config === digest);
  if (found === undefined) return null;
  deps.runtime.log.info(
    `${model.name}: nothing it is made of changed; run ${found.id} stands for this commit.`,
  );
  return found.id;
}

async function baselinePart(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  sha: string,
  content: Content,
  computed: RunRecord[],
): Promise<BundledBaseline> {
  const nothing = { sha, how: null, record: null, failure: null };
  try {
    const commit = await deps.platform.commit(sha);
    if (commit === null) return { ...nothing, reason: `Commit ${sha.slice(0, 7)} is not in the checkout.` };
    const { config, problem } = await readableConfigAt(deps, sha);
    const before = config?.models.find(({ name }) => name === model.name);
    if (!config || !before)
      return { ...nothing, reason: problem ?? `Commit ${sha.slice(0, 7)} has no model "${model.name}" yet.` };
    const work = { context, commit, config, model: before, promote: true, refusals: [] };
    const found = await computedAt(deps, work);
    computed.push(found.record);
    await content.blob(found.record);
    return { ...nothing, how: found.how, record: content.record(null, found.record) };
  } catch (error) {
    return { ...nothing, failure: explained(deps, error) };
  }
}

function explained(deps: Deps, error: unknown): BundledFailure {
  const failure = failureOf(error);
  if (failure === null) throw error;
  deps.runtime.log.error(failureLine(failure));
  return failure;
}
