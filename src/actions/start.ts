import { ConfigError, UpstreamError } from '../core/errors.ts';
import { readPayload } from '../platform/github/runner.ts';
import type { RunContext } from '../platform/types.ts';
import { configOf } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';
import { localRuns } from '../run/local-runs.ts';
import { blindPlan, nothingToDo, planJob } from '../run/plan-job.ts';
import { aggregateCheck } from '../run/publish.ts';
import type { ActionsRuntime } from '../runtime/actions/index.ts';
import { setOutput } from '../runtime/actions/index.ts';
import type { JobPlan } from '../schema/job-plan.types.ts';
import { createFileBlobStore } from '../stores/index.ts';
import { remoteDeps } from './remote-deps.ts';
import { openSite, type Site } from './site.ts';

/**
 * The first job: opens the aggregate check, closes those that killed runs left open on the same head, and finds out what
 * has to be trained. Outputs: `plan`, `mode`, `train`. A token that may only read opens no check, and the log says so.
 */
export async function start(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  if (await changesNothing(runtime)) return handOn(runtime, nothingToDo);
  const context = await site.platform.context();
  if (!context.onDefaultBranch) await openCheck(site, context);
  const deps: Deps = remoteDeps(
    site,
    { runs: localRuns, config: () => configOf(deps, context) },
    createFileBlobStore(runtime, site.folder),
  );
  return handOn(runtime, await plan(deps, context));
}

async function plan(deps: Deps, context: RunContext): Promise<JobPlan> {
  try {
    return await planJob(deps, await deps.config());
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UpstreamError)) throw error;
    deps.runtime.log.warn(
      `Nothing could be found out beforehand, so everything is trained: ${error.message}`,
    );
    return blindPlan(context);
  }
}

function handOn(runtime: ActionsRuntime, plan: JobPlan): number {
  setOutput('plan', JSON.stringify(plan));
  setOutput('mode', plan.mode);
  setOutput('train', String(plan.train));
  runtime.log.info(saying(plan));
  return 0;
}

function saying({ mode, train, models }: JobPlan): string {
  if (mode === 'nothing') return 'The event changes nothing that is judged: the last verdict stays.';
  const compute = models.flatMap((model) =>
    model.compute.map((sha) => `${model.model} at ${sha.slice(0, 7)}`),
  );
  const baselines = compute.length === 0 ? '' : ` Baselines to compute: ${compute.join(', ')}.`;
  const work = train ? 'Training follows.' : 'Nothing has to be trained: every model has a run of this tree.';
  return `${mode === 'judge' ? 'A proposal, to be judged.' : 'A commit of the default branch, to be recorded.'} ${work}${baselines}`;
}

/** A title or a description that was edited changes no commit. */
export async function changesNothing(runtime: ActionsRuntime): Promise<boolean> {
  if (!runtime.env['GITHUB_EVENT_NAME']?.startsWith('pull_request')) return false;
  const payload = await readPayload(runtime);
  const { action, changes } = payload as { action?: unknown; changes?: { base?: unknown } };
  return action === 'edited' && changes?.base === undefined;
}

/** Opens the aggregate check on the head, as far as the token may. */
export async function openCheck({ platform, runtime }: Site, context: RunContext): Promise<void> {
  const { headSha, runId } = context;
  if (headSha === null) return;
  const summary =
    'The model is trained and compared with the one it would replace. The verdict follows here.';
  try {
    await platform.ensureCheck({
      ...{ name: aggregateCheck, headSha, externalId: runId ?? '', summary },
      ...{ status: 'in_progress', conclusion: null, title: 'Training', text: '', annotations: [] },
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    runtime.log.warn(`No check was opened: ${error.message} ${error.hint ?? ''}`.trim());
  }
}
