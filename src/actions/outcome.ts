import { join } from 'node:path';
import { UpstreamError } from '../core/errors.ts';
import { MissingPermission } from '../github/failures.ts';
import type { ArtifactUploads } from '../platform/github/artifacts.ts';
import type { Published } from '../run/publish.ts';
import { type ActionsRuntime, setOutput } from '../runtime/actions/index.ts';

/**
 * Tells the job what came out: outputs `verdict`, `comment-url` and `report`, an annotation with the verdict's sentence,
 * and what could not be put where it belongs, with the remedy.
 */
export function tellOutcome(runtime: ActionsRuntime, published: Published): void {
  const { outcome, comment, page, undelivered } = published;
  setOutput('verdict', outcome.verdict ?? '');
  setOutput('comment-url', comment ?? '');
  setOutput('report', page);
  for (const problem of undelivered) {
    const remedy = problem.hint === undefined ? '' : ` ${problem.hint}`;
    runtime.log.warn(`${problem.message}${remedy}`, { title: titleOf(problem) });
  }
  const title = `trainyard: ${outcome.kind}`;
  if (outcome.exit === 0) runtime.log.notice(outcome.sentence, { title });
  else runtime.log.error(outcome.sentence, { title });
}

function titleOf(problem: Error): string {
  return problem instanceof MissingPermission ? `Permission missing: ${problem.permission}` : 'Not delivered';
}

/** Keeps the report as an artifact of the run. One that cannot be kept is no reason to fail. */
export async function keepReport(
  runtime: ActionsRuntime,
  uploads: ArtifactUploads,
  reports: string,
  attempt: number,
): Promise<void> {
  const names = (await runtime.files.list(reports)) ?? [];
  const files = names.map((name) => ({ path: name, file: join(reports, name) }));
  if (files.length === 0) return;
  try {
    await uploads.upload(`trainyard-report.${attempt}`, files);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    runtime.log.warn(`The report is not kept as an artifact: ${error.message}`);
  }
}
