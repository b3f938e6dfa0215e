import type { Config, ModelConfig } from '../config/parse.ts';
import { CancelledError, ConfigError, formatPlace, StageError, UpstreamError } from '../core/errors.ts';
import { aggregate, outcomeOf } from '../core/gate/outcome.ts';
import type { Outcome } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import { renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import { renderPage } from '../report/page.ts';
import { renderSummary } from '../report/summary.ts';
import type { ModelReport, Report } from '../report/types.ts';
import { type Assessment, assessModel, failedAssessment, removedModel } from '../run/assess.ts';
import { readableConfigAt } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { verdictDocument } from '../run/verdict.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { version } from '../version.ts';

export interface GateResult {
  outcome: Outcome;
  report: Report;
  document: VerdictDocument;
  /** Where comment, check, summary and preview lie. */
  written: readonly string[];
}

/**
 * Judges the work tree's models by the rules of the base commit (changed rules judge too, the worse verdict counts)
 * and writes comment, checks, summary and preview. Failures of the input, of a stage or of the other side become
 * outcomes with a report of their own; only what prevents a report is thrown.
 */
export async function gate(deps: Deps, options: { model: string | null }): Promise<GateResult> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const base = await basePolicy(deps, context);
  const assessments: Assessment[] = [];
  for (const model of models) assessments.push(await assessed(deps, model, config, base, context));
  if (options.model === null) assessments.push(...removedModels(config, base.config));
  return publish(deps, assessments, config.file, context);
}

interface BasePolicy {
  config: Config | null;
  /** Why the base's configuration cannot be used although there is one. */
  problem: string | null;
}

/** The base commit's configuration; one that cannot be read counts as none (the head adopts anew) and is said so. */
async function basePolicy(deps: Deps, context: RunContext): Promise<BasePolicy> {
  if (context.baseSha === null) return { config: null, problem: null };
  return readableConfigAt(deps, context.baseSha);
}

async function assessed(
  deps: Deps,
  model: ModelConfig,
  config: Config,
  base: BasePolicy,
  context: RunContext,
): Promise<Assessment> {
  const before = base.config?.models.find((candidate) => candidate.name === model.name) ?? null;
  try {
    const made = await assessModel(deps, { model, config, base: before, context });
    return base.problem === null
      ? made
      : withNote(made, `The base's configuration cannot be read: ${base.problem}`);
  } catch (error) {
    const outcome = outcomeOfFailure(error);
    if (outcome === null) throw error;
    return failedAssessment(model.name, outcome);
  }
}

function outcomeOfFailure(error: unknown): Outcome | null {
  if (error instanceof ConfigError) return outcomeOf('error', sentenceOf(error));
  if (error instanceof StageError) return outcomeOf('error', withRemedy(error.message, error.hint));
  if (error instanceof UpstreamError)
    return outcomeOf('upstream', `${error.message} This is no verdict on the model.`);
  if (error instanceof CancelledError) return outcomeOf('cancelled', error.message);
  return null;
}

/** A reviewer sees the comment alone: the line and the remedy belong into the sentence. */
function sentenceOf({ place, message, expected, hint }: ConfigError): string {
  const at = place?.line === undefined ? '' : `${formatPlace(place)}: `;
  return withRemedy(`${at}${message}${expected === undefined ? '' : ` Expected: ${expected}.`}`, hint);
}

function withRemedy(sentence: string, hint: string | undefined): string {
  return hint === undefined || sentence.includes(hint) ? sentence : `${sentence} ${hint}`;
}

function withNote(assessment: Assessment, note: string): Assessment {
  const { report } = assessment;
  return { ...assessment, report: { ...report, notes: [...report.notes, note] } };
}

/** Models that the base gates and this change drops: their rules would be gone with them. */
function removedModels(head: Config, base: Config | null): Assessment[] {
  const names = new Set(head.models.map((model) => model.name));
  return (base?.models ?? []).filter((model) => !names.has(model.name)).map(removedModel);
}

async function publish(
  deps: Deps,
  assessments: readonly Assessment[],
  configFile: string,
  context: RunContext,
): Promise<GateResult> {
  const outcome = aggregate(
    assessments.map(({ report }) => ({ model: report.model, outcome: report.outcome })),
  );
  const report: Report = {
    project: deps.root.split(/[\\/]/).pop() ?? '',
    models: assessments.map((assessment) => assessment.report),
    outcome,
    links: { run: null, report: null, docs: null },
    version,
  };
  const document = verdictDocument(outcome, assessments);
  const { platform } = deps;
  const comment = renderComment(report, commentMarker);
  const summary = renderSummary(report);
  const check = renderCheck(report, null, configFile);
  const externalId = assessments[0]?.verdictKey ?? '';
  const written = [
    await platform.ensureComment({ key: 'trainyard', body: comment }),
    await platform.ensureCheck({
      name: 'trainyard',
      headSha: context.headSha,
      externalId,
      status: 'completed',
      ...check,
    }),
  ];
  for (const assessment of assessments.length > 1 ? assessments : []) {
    await ensureModelCheck(deps, report, assessment, configFile, context);
  }
  written.push(await platform.writeSummary(summary));
  written.push(await platform.writeReport('verdict.json', `${JSON.stringify(document, null, 2)}\n`));
  written.push(await platform.writeReport('preview.html', renderPage(report, { comment, summary, check })));
  return { outcome, report, document, written: written.map(({ url }) => url) };
}

const commentMarker = '<!-- trainyard:report -->';

async function ensureModelCheck(
  deps: Deps,
  report: Report,
  assessment: Assessment,
  configFile: string,
  context: RunContext,
): Promise<void> {
  const model: ModelReport = assessment.report;
  await deps.platform.ensureCheck({
    name: `trainyard / ${model.model}`,
    headSha: context.headSha,
    externalId: assessment.verdictKey ?? '',
    status: 'completed',
    ...renderCheck(report, model, configFile),
  });
}
