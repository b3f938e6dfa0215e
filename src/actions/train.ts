import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readJobPlan } from '../formats/job-plan.ts';
import { createHandOff } from '../platform/github/handover.ts';
import { readRunner } from '../platform/github/runner.ts';
import { abandonedRuns, cancelModel } from '../run/abandoned.ts';
import { type BundleRequest, cancelledBundle, type MadeBundle, makeBundle } from '../run/bundle/make.ts';
import type { Deps } from '../run/deps.ts';
import { planJob } from '../run/plan-job.ts';
import { openProject } from '../run/project.ts';
import { type ActionsRuntime, type Inputs, readInputs, setOutput } from '../runtime/actions/index.ts';
import type { JobPlan } from '../schema/job-plan.types.ts';
import { submit } from '../verbs/train.ts';
import { composeCheckout } from './checkout.ts';
import { sendCandidates } from './travelling-store.ts';
import { createRunnerUploads } from './uploads.ts';

/**
 * The job that runs the project's code. It has no token: it works in its checkout, and hands over what it made as a
 * bundle. A pipeline that fails is part of the bundle, so that the job that judges can say so; the step fails as well.
 * Outputs: `run-record`.
 */
export async function train(runtime: ActionsRuntime): Promise<number> {
  const inputs = readInputs();
  const deps = await composeCheckout(runtime);
  if (inputs.boolean('wait') === false) return leaveToEngine(deps, inputs);
  const request = await requestOf(deps, inputs);
  const { models: planned } = await planOf(deps, inputs, request.config);
  const made = await makeBundle(deps, { ...request, planned });
  await handOver(runtime, made);
  await sendCandidates(
    runtime,
    deps,
    made.records.map(({ record }) => record),
  );
  setOutput('run-record', recordPath(deps, made));
  return exitOf(made);
}

/** Submits and waits for nothing: a later job of the same commit, with this action again, finds the runs by their keys. */
async function leaveToEngine(deps: Deps, inputs: Inputs): Promise<number> {
  const submitted = await submit(deps, { model: inputs.text('model') });
  for (const { model, state, url } of submitted)
    deps.runtime.log.info(`${model}: ${state}${url === null ? '' : `, ${url}`}. A later job collects it.`);
  setOutput('run-record', '');
  return 0;
}

/** Ends runs that this job waited for and that would go on without it. */
export async function cancelAbandoned(runtime: ActionsRuntime): Promise<void> {
  const deps = await composeCheckout(runtime);
  for (const run of await abandonedRuns(deps)) {
    runtime.log.info(`Cancelling run ${run.ref.handle} of the engine "${run.ref.engine}".`);
    await cancelModel(deps, run);
  }
}

/** Says in the bundle of this job that it was cancelled, so that whoever judges need not guess. */
export async function handOverCancelled(runtime: ActionsRuntime): Promise<void> {
  const request = await requestOf(await composeCheckout(runtime), readInputs());
  await handOver(runtime, cancelledBundle(request, 'The job was cancelled while it trained.'));
}

async function handOver(runtime: ActionsRuntime, { document, files }: MadeBundle): Promise<void> {
  const { attempt } = readRunner(runtime);
  await createHandOff(createRunnerUploads(runtime), attempt).put(document.key, files);
}

async function requestOf(deps: Deps, inputs: Inputs): Promise<BundleRequest> {
  const { config, models } = await openProject(deps, inputs.text('model'));
  const seed = numberInput(inputs, 'seed');
  const names = models.map(({ name }) => name).join('.');
  return {
    key: inputs.text('key') ?? names.slice(0, 60),
    jobs: numberInput(inputs, 'jobs') ?? 1,
    config,
    models: models.map((model) => (seed === null ? model : { ...model, seed, seeds: [seed] })),
    planned: [],
    context: await deps.platform.context(),
  };
}

/** The plan of the first job; without one it is made from the checkout, which knows no artifacts. */
async function planOf(
  deps: Deps,
  inputs: Inputs,
  config: Awaited<ReturnType<Deps['config']>>,
): Promise<JobPlan> {
  const text = inputs.text('plan');
  return text === null ? planJob(deps, config) : readJobPlan(text, 'the input "plan"');
}

function numberInput(inputs: Inputs, name: string): number | null {
  const text = inputs.text(name);
  if (text === null) return null;
  const value = Number(text);
  if (/^-?\d{1,15}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ConfigError(`The input "${name}" is ${JSON.stringify(text.slice(0, 40))}.`, {
    expected: 'a whole number',
  });
}

/** The record of the one run, or the folder of all. */
function recordPath({ stateFolder }: Deps, { records }: MadeBundle): string {
  const [only] = records;
  const folder = join(stateFolder, 'runs');
  return only !== undefined && records.length === 1 ? join(folder, `${only.record.id}.json`) : folder;
}

function exitOf({ failures }: MadeBundle): number {
  const kinds = new Set(failures.map(({ failure }) => failure.kind));
  if (kinds.has('config') || kinds.has('stage')) return 2;
  if (kinds.has('upstream')) return 3;
  return kinds.has('cancelled') ? 130 : 0;
}
