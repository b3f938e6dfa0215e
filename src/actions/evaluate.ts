import { join } from 'node:path';
import { renderEvaluation } from '../report/evaluation.ts';
import { type ActionsRuntime, readInputs, setOutput } from '../runtime/actions/index.ts';
import { type Evaluated, evaluateFile, evaluateProject, evaluationDocument } from '../verbs/evaluate.ts';
import { composeCheckout } from './checkout.ts';
import { rowInputs } from './row-inputs.ts';
import { jobFolder } from './site.ts';

/**
 * Computes metrics: of a predictions file, or of the project's models, running what is missing. Writes them into the job
 * summary. It takes no token. Outputs: `metrics`, a JSON file.
 */
export async function evaluate(runtime: ActionsRuntime): Promise<number> {
  const inputs = readInputs();
  const file = inputs.text('predictions');
  const results: Evaluated[] =
    file === null
      ? await evaluateProject(await composeCheckout(runtime), { model: inputs.text('model') })
      : [await evaluateFile(runtime, file, rowInputs(inputs), inputs.list('metrics'))];
  const path = join(jobFolder(runtime), 'metrics.json');
  await runtime.files.write(
    path,
    `${JSON.stringify({ models: results.map(evaluationDocument) }, null, 2)}\n`,
  );
  const summary = runtime.env['GITHUB_STEP_SUMMARY'];
  if (summary) await runtime.files.append(summary, renderEvaluation(results));
  setOutput('metrics', path);
  return 0;
}
