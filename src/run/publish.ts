import { ConfigError } from '../core/errors.ts';
import { aggregate } from '../core/gate/outcome.ts';
import type { Outcome } from '../core/gate/types.ts';
import { checkName } from '../platform/names.ts';
import type { RunContext, Written } from '../platform/types.ts';
import { type CheckOutput, renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import { renderPage } from '../report/page.ts';
import { renderSummary } from '../report/summary.ts';
import type { Report } from '../report/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { version } from '../version.ts';
import type { Assessment } from './assess.ts';
import type { Deps } from './deps.ts';
import { verdictDocument } from './verdict.ts';

/** A judgement and where it was put. */
export interface Published {
  outcome: Outcome;
  report: Report;
  document: VerdictDocument;
  /** Where comment, checks, summary and pages lie. */
  written: readonly string[];
  /** Where the comment is; `null` when there is none. */
  comment: string | null;
  /** The file with the whole report for a person. */
  page: string;
  /** Why something could not be put where it belongs: a permission that is missing, a locked conversation. */
  undelivered: readonly ConfigError[];
}

const commentMarker = '<!-- trainyard:report -->';

/** Name of the one check that stands for all models. */
export const aggregateCheck = checkName(null);

/**
 * Puts a judgement where people look: comment, checks, summary, pages. What the other side refuses (the token may only
 * read, the conversation is locked) is given back beside the rest; what fails on the other side is thrown at the end,
 * when everything else is done.
 */
export async function publish(
  deps: Deps,
  assessments: readonly Assessment[],
  configFile: string | null,
  context: RunContext,
): Promise<Published> {
  const report = reportOf(deps, assessments, context);
  const { outcome } = report;
  const document = verdictDocument(outcome, assessments);
  const { platform } = deps;
  const comment = renderComment(report, commentMarker);
  const summary = renderSummary(report);
  const check = renderCheck(report, null, configFile);
  const deliveries = createDeliveries();
  const pages = [
    await platform.writeSummary(summary),
    await platform.writeReport('verdict.json', `${JSON.stringify(document, null, 2)}\n`),
    await platform.writeReport('preview.html', renderPage(report, { comment, summary, check })),
  ];
  const commented = await deliveries.attempt(() =>
    platform.ensureComment({ key: 'trainyard', body: comment }),
  );
  const written: (Written | null)[] = [commented];
  for (const request of checksOf(report, assessments, check, configFile, context)) {
    written.push(await deliveries.attempt(() => platform.ensureCheck(request)));
  }
  deliveries.settle();
  const placed = [...written.filter((one) => one !== null), ...pages];
  return {
    ...{ outcome, report, document },
    written: placed.map(({ url }) => url),
    comment: commented === null || commented.result === 'skipped' ? null : commented.url,
    page: (pages.at(-1) as Written).url,
    undelivered: deliveries.refused,
  };
}

function reportOf(deps: Deps, assessments: readonly Assessment[], context: RunContext): Report {
  return {
    project: ((context.runId && context.repositoryUrl) ?? deps.root).split(/[\\/]/).pop() ?? '',
    models: assessments.map((assessment) => assessment.report),
    outcome: aggregate(assessments.map(({ report }) => ({ model: report.model, outcome: report.outcome }))),
    notes: context.notes,
    links: { run: context.runUrl, report: null, docs: null },
    version,
  };
}

/** The aggregate check, and one for each model when there are several. */
function* checksOf(
  report: Report,
  assessments: readonly Assessment[],
  whole: CheckOutput,
  configFile: string | null,
  { runId, headSha }: RunContext,
) {
  const fixed = { headSha, status: 'completed' } as const;
  const externalId = (assessment: Assessment | undefined) => runId ?? assessment?.verdictKey ?? '';
  yield { name: aggregateCheck, externalId: externalId(assessments[0]), ...fixed, ...whole };
  if (assessments.length < 2) return;
  for (const assessment of assessments) {
    const output = renderCheck(report, assessment.report, configFile);
    const name = checkName(assessment.report.model);
    yield { name, externalId: externalId(assessment), ...fixed, ...output };
  }
}

/** Tries each delivery, whatever became of those before. */
function createDeliveries() {
  const refused: ConfigError[] = [];
  const failed: unknown[] = [];
  return {
    refused,
    async attempt(write: () => Promise<Written>): Promise<Written | null> {
      try {
        return await write();
      } catch (error) {
        if (error instanceof ConfigError) refused.push(error);
        else failed.push(error);
        return null;
      }
    },
    settle() {
      if (failed.length > 0) throw failed[0];
    },
  };
}
