import { ConfigError } from '../core/errors.ts';
import { type ActionsRuntime, setOutput } from '../runtime/actions/index.ts';
import { type CompareResult, compare as compareRuns } from '../verbs/compare.ts';
import { rowInputs } from './row-inputs.ts';
import { openSite, type Site } from './site.ts';

/**
 * Compares two files, runs or revisions, judges by the rules given as input and no others, and comments on the pull
 * request. The exit code is the verdict's. Outputs: `verdict`, `comment-url`, `report`.
 */
export async function compare(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  const { inputs } = site;
  const compose = async () => (await (await import('./one-step.ts')).composeOneStep(site)).deps;
  const result = await compareRuns(runtime, compose, {
    model: inputs.text('model'),
    candidate: inputs.text('candidate'),
    baseline: inputs.text('baseline'),
    pair: inputs.text('predictions'),
    rules: inputs.list('rules'),
    predictions: rowInputs(inputs),
  });
  const report = await writePages(site, result);
  const url = (inputs.boolean('comment') ?? true) ? await comment(site, result) : null;
  setOutput('verdict', result.document.verdict ?? '');
  setOutput('comment-url', url ?? '');
  setOutput('report', report);
  const { outcome } = result;
  if (outcome.exit === 0) runtime.log.notice(outcome.sentence, { title: `trainyard: ${outcome.kind}` });
  else runtime.log.error(outcome.sentence, { title: `trainyard: ${outcome.kind}` });
  return outcome.exit;
}

async function writePages(
  { platform }: Site,
  { comment: text, document, page }: CompareResult,
): Promise<string> {
  await platform.writeSummary(text);
  await platform.writeReport('comparison.json', `${JSON.stringify(document, null, 2)}\n`);
  return (await platform.writeReport('comparison.html', page)).url;
}

/** A comment that cannot be written (a read-only token, a locked conversation) is said and does not fail the step. */
async function comment({ platform, inputs, runtime }: Site, result: CompareResult): Promise<string | null> {
  const key = `compare ${inputs.text('key') ?? 'default'}`;
  try {
    const { result: done, url } = await platform.ensureComment({ key, body: result.comment });
    return done === 'skipped' ? null : url;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    runtime.log.warn(`${error.message} ${error.hint ?? ''}`.trim(), { title: 'Not commented' });
    return null;
  }
}
