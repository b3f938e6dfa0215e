import { join, posix } from 'node:path';
import { CancelledError, ConfigError, StageError } from '../../core/errors.ts';
import type { Scoring } from '../../engines/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { inWorktree, trainAt } from '../computed.ts';
import { readableConfigAt } from '../config-at.ts';
import type { Deps, Rescored, Rescoring } from '../deps.ts';
import { keepPredictions } from '../predictions-store.ts';
import { scoredAgain } from '../record.ts';
import { readScores, scoreFiles } from '../scores.ts';
import { engineSpec } from '../spec.ts';
import { copyPath } from './copy-path.ts';

/**
 * The baseline's model scored by the stages of the candidate that score, on the candidate's rows: in a worktree of the
 * candidate's commit, with the environment that all stages get. The model comes from the store of candidates, else from
 * its pipeline, run again at its commit (what ran here before is restored). Where it cannot be, the reason.
 */
export async function scoreAgain(deps: Deps, request: Rescoring): Promise<Rescored> {
  const { model, config, candidate, baseline, context } = request;
  if (baseline.trust.imported) return { record: null, reason: 'it was imported, without its model' };
  if (candidate.trust.imported)
    return { record: null, reason: 'the candidate was imported, without what scored it' };
  if (context.builtSha === null) return { record: null, reason: 'there is no commit to score it at' };
  const engine = await deps.engine(model.engine);
  const scoring = await engine.scoring(engineSpec(deps, model, deps.root, config.file));
  if ('reason' in scoring) return { record: null, reason: scoring.reason };
  const worktree = await deps.worktrees.add(context.builtSha);
  try {
    const folder = join(worktree.path, model.path);
    await worktree.bring(scoring.sources.map((path) => posix.join(model.path, path)));
    await bringOwn(deps, request, scoring, folder);
    const made = await bringModel(deps, request, scoring, folder);
    if ('reason' in made) return { record: null, ...made };
    return await scoreIn(deps, request, scoring, worktree.path, made.model);
  } catch (error) {
    if (error instanceof StageError || error instanceof ConfigError)
      return { record: null, reason: error.message };
    throw error;
  } finally {
    await worktree.remove();
  }
}

/** What the candidate was scored with and its commit does not hold: data its stages made, files that were edited. */
async function bringOwn(
  { root, runtime }: Deps,
  { model, context }: Rescoring,
  { data, sources }: Scoring,
  folder: string,
): Promise<void> {
  const edited = context.dirty ? sources.filter((path) => path !== '.') : [];
  for (const path of [...data, ...edited])
    await copyPath(runtime.files, join(root, model.path, path), join(folder, path));
}

type ModelFiles = { path: string; sha256: string }[];
type Brought = { model: ModelFiles } | { reason: string };

async function bringModel(
  deps: Deps,
  request: Rescoring,
  scoring: Scoring,
  folder: string,
): Promise<Brought> {
  const { baseline } = request;
  const stored = await deps.runtime.files.makeTemporaryFolder('trainyard-model-');
  try {
    const store = await deps.candidates(baseline.model);
    if (await store.get(baseline, stored)) {
      for (const path of scoring.model)
        await copyPath(deps.runtime.files, join(stored, path), join(folder, path));
      return { model: modelOf(baseline, scoring) };
    }
  } finally {
    await deps.runtime.files.remove(stored);
  }
  return trainedAgain(deps, request, scoring, folder);
}

async function trainedAgain(
  deps: Deps,
  { model, baseline, context }: Rescoring,
  scoring: Scoring,
  folder: string,
): Promise<Brought> {
  const sha = baseline.commit.built_sha;
  const commit = sha === null ? null : await deps.platform.commit(sha);
  if (sha === null || commit === null)
    return { reason: 'its model is not stored, and its commit is not in this clone' };
  const { config } = await readableConfigAt(deps, sha);
  const before = config?.models.find(({ name }) => name === model.name);
  if (!config || !before) return { reason: 'its commit has no such model' };
  const work = {
    context,
    commit,
    config,
    model: { ...before, seeds: [before.seed] },
    promote: false,
    refusals: [],
  };
  return inWorktree(deps, work, async (place) => {
    const again = await trainAt(deps, work, place);
    for (const path of scoring.model)
      await copyPath(deps.runtime.files, join(place.root, before.path, path), join(folder, path));
    return { model: modelOf(again, scoring) };
  });
}

function modelOf({ artifacts }: RunRecord, { model }: Scoring): ModelFiles {
  return artifacts.filter(({ path }) => isOf(path, model)).map(({ path, sha256 }) => ({ path, sha256 }));
}

function isOf(path: string, paths: readonly string[]): boolean {
  return paths.some((one) => path === one || path.startsWith(`${one}/`));
}

/** Runs the stages that score, in a folder where all that they read lies. */
async function scoreIn(
  deps: Deps,
  request: Rescoring,
  scoring: Scoring,
  root: string,
  brought: ModelFiles,
): Promise<Rescored> {
  const { model, config, candidate, baseline } = request;
  const engine = await deps.engine(model.engine);
  const spec = engineSpec(deps, { ...model, pipeline: scoring.pipeline }, root, config.file);
  const plan = await engine.plan(spec);
  const known = new Map(candidate.inputs.map(({ path, sha256 }) => [path, sha256]));
  const other = plan.inputs.find(({ path, sha256 }) => known.has(path) && known.get(path) !== sha256);
  if (other) return { record: null, reason: `"${other.path}" is not what the candidate was scored with` };
  const { log } = deps.runtime;
  log.group(`baseline ${model.name}, run ${baseline.id}: scoring its model again, with the candidate's rows`);
  try {
    const outputs = await engine.collect(spec, await engine.submit(spec, plan));
    if (outputs.status === 'cancelled')
      throw new CancelledError(`Scoring ${model.name} again was cancelled.`);
    if (outputs.status === 'failed') return { record: null, reason: outputs.reason ?? 'scoring it failed' };
    const found = scoreFiles(spec.path, plan, outputs.artifacts);
    const { metrics, table } = await readScores(deps.runtime, model.name, found, model.policy);
    if (table === null) return { record: null, reason: 'no predictions came out' };
    const predictions = await keepPredictions(deps, model.name, table);
    if (predictions.rows !== candidate.digests.rows)
      return { record: null, reason: 'other rows came out than those of the candidate' };
    const { artifacts } = outputs;
    const { evaluator } = candidate.digests;
    const hardware = plan.environment?.hardware;
    const measured = { metrics, predictions, artifacts, evaluator, hardware };
    return {
      record: scoredAgain(baseline, measured),
      model: brought,
      sources: scoring.sources,
    };
  } finally {
    log.endGroup();
  }
}
