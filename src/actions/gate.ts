import { join } from 'node:path';
import { type ActionsRuntime, setOutput } from '../runtime/actions/index.ts';
import { gateOrSay } from '../verbs/gate.ts';
import { openBundles } from './bundles.ts';
import { keepReport, tellOutcome } from './outcome.ts';
import { reportable } from './reported-run.ts';
import { openSite } from './site.ts';
import { createRunnerUploads } from './uploads.ts';

/**
 * The job that judges what the jobs that train handed over. It runs none of the project's code: rules and baseline come
 * from the API, and only what had to be computed comes from the bundle. On `workflow_run` it reports for a run whose own
 * token could not, and its exit code says whether that was done; elsewhere the exit code is the verdict's.
 */
export async function gate(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  if (!(await reportable(site))) return 0;
  const { deps, recordPath } = openBundles(site);
  const published = await gateOrSay(deps, site.runner.repository.split('/').at(-1) as string);
  tellOutcome(runtime, published);
  setOutput('run-record', await recordPath());
  await keepReport(runtime, createRunnerUploads(runtime), join(site.folder, 'report'), site.runner.attempt);
  return site.runner.event === 'workflow_run' ? 0 : published.outcome.exit;
}
