import { join } from 'node:path';
import { type ActionsRuntime, readInputs, setOutput } from '../runtime/actions/index.ts';
import { gateOrSay } from '../verbs/gate.ts';
import { record as recordRuns } from '../verbs/record.ts';
import { gate } from './gate.ts';
import { keepForGood } from './keep.ts';
import { composeOneStep } from './one-step.ts';
import { keepReport, tellOutcome } from './outcome.ts';
import { guarded } from './post.ts';
import { record, tellRecorded } from './record.ts';
import { openSite } from './site.ts';
import { changesNothing, openCheck, start } from './start.ts';
import { train } from './train.ts';
import { sendCandidates } from './travelling-store.ts';
import { createRunnerUploads } from './uploads.ts';

const phases = ['auto', 'start', 'train', 'report', 'record'] as const;

/**
 * The root action: one of the four jobs by `phase`, or (`auto`) all of it in one step, in a job that has a checkout and a
 * token. What the event is about decides: a proposal is judged, a commit of the default branch is recorded.
 */
export async function trainyard(runtime: ActionsRuntime): Promise<number> {
  switch (readInputs().oneOf('phase', phases) ?? 'auto') {
    case 'start':
      return guarded(runtime, 'check', () => start(runtime));
    case 'train':
      return guarded(runtime, 'bundle', () => train(runtime));
    case 'report':
      return guarded(runtime, 'check', () => gate(runtime));
    case 'record':
      return record(runtime);
    default:
      return guarded(runtime, 'check', () => inOneStep(runtime));
  }
}

async function inOneStep(runtime: ActionsRuntime): Promise<number> {
  if (await changesNothing(runtime)) {
    runtime.log.info('The event changes nothing that is judged: the last verdict stays.');
    return 0;
  }
  const site = openSite(runtime);
  const { deps, made } = await composeOneStep(site);
  const context = await site.platform.context();
  if (context.onDefaultBranch) {
    const results = await recordRuns(deps, { model: null, metrics: [], predictions: null });
    await tellRecorded(site, results);
    await sendCandidates(runtime, deps, made);
    await keepForGood(
      site,
      deps,
      context,
      results.map(({ record: written }) => written),
    );
    return 0;
  }
  await openCheck(site, context);
  const published = await gateOrSay(deps, site.runner.repository.split('/').at(-1) as string);
  tellOutcome(runtime, published);
  await sendCandidates(runtime, deps, made);
  setOutput('run-record', join(deps.stateFolder, 'runs'));
  await keepReport(runtime, createRunnerUploads(runtime), join(site.folder, 'report'), site.runner.attempt);
  return published.outcome.exit;
}
