import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { writeRunRecord } from '../formats/run-record.ts';
import { type ActionsRuntime, setOutput } from '../runtime/actions/index.ts';
import { type RecordResult, record as recordRuns } from '../verbs/record.ts';
import { openBundles } from './bundles.ts';
import { keepForGood } from './keep.ts';
import { openSite, type Site } from './site.ts';

/**
 * The job that writes the ledger: the run of this commit is promoted from the pull request that brought it, or taken
 * from the job that trained, or imported from files made elsewhere. It runs none of the project's code, and never for a
 * proposal.
 */
export async function record(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  const { deps } = openBundles(site);
  await requireNoProposal(site, 'record');
  const results = await recordRuns(deps, {
    model: site.inputs.text('model'),
    metrics: site.inputs.list('metrics'),
    predictions: site.inputs.text('predictions'),
  });
  await tellRecorded(site, results);
  const records = results.map(({ record: made }) => made);
  await keepForGood(site, deps, await site.platform.context(), records);
  return 0;
}

/** Output `run-record`, and what was done for each model. */
export async function tellRecorded(
  { runtime, folder }: Site,
  results: readonly RecordResult[],
): Promise<void> {
  const paths: string[] = [];
  for (const { model, record: made, how, ledger } of results) {
    const path = join(folder, 'records', `${made.id}.json`);
    await runtime.files.write(path, writeRunRecord(made));
    paths.push(path);
    runtime.log.notice(`${model}: run ${made.id} ${how}, ledger ${ledger}.`, {
      title: 'trainyard: recorded',
    });
  }
  setOutput('run-record', paths.length === 1 ? (paths[0] as string) : join(folder, 'records'));
}

/** A proposal chooses what it reports of itself: it never writes what others are judged against. */
export async function requireNoProposal({ platform, runner }: Site, verb: string): Promise<void> {
  const { trust } = await platform.context();
  if (trust.level !== 'pull_request') return;
  throw new ConfigError(`"${verb}" does not run for the event "${runner.event}".`, {
    expected: 'a push to the default branch, a release, a dispatch or a schedule',
    hint: 'Add "if: github.event_name == \'push\'" to the job.',
  });
}
