import type { Config, ModelConfig } from '../config/parse.ts';
import { CancelledError, ConfigError, formatPlace, StageError, UpstreamError } from '../core/errors.ts';
import { outcomeOf } from '../core/gate/outcome.ts';
import { type GatePlan, planRules } from '../core/gate/power.ts';
import type { Outcome } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { ModelReport } from '../report/types.ts';
import { type Assessment, assessModel, failedAssessment, removedModel } from '../run/assess.ts';
import { readableConfigAt } from '../run/config-at.ts';
import type { Candidate, Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { type Published, publish } from '../run/publish.ts';

/** Models judged, and the file that the rules stand in. */
interface Judgement {
  assessments: Assessment[];
  configFile: string | null;
  context: RunContext;
}

/**
 * Judges the models at hand by the rules of the base commit (changed rules judge too, the worse verdict counts) and
 * writes comment, checks, summary and preview. Failures of the input, of a stage or of the other side become outcomes
 * with a report of their own; only what prevents a report is thrown.
 */
export async function gate(deps: Deps, options: { model: string | null }): Promise<Published> {
  const { assessments, configFile, context } = await judged(deps, options);
  return publish(deps, assessments, configFile, context);
}

/** How many rows a model's rules need. */
export interface ModelPlan {
  model: string;
  /** `null` when nothing could be judged; `outcome` says why. */
  plan: GatePlan | null;
  outcome: Outcome;
}

/** Judges as `gate` does, publishes nothing, and tells how many rows the margins need. */
export async function planGate(deps: Deps, options: { model: string | null }): Promise<ModelPlan[]> {
  const { assessments } = await judged(deps, options);
  return assessments.map(({ report }) => modelPlan(report));
}

function modelPlan({ model, outcome, rules, policy, comparison }: ModelReport): ModelPlan {
  const whole = comparison.metrics.filter((row) => row.slice === null && row.class === null);
  const rows = Math.max(0, ...whole.map((row) => row.candidate?.n ?? 0));
  const plan = policy === null || rules.length === 0 ? null : planRules(rules, policy, rows);
  return { model, plan, outcome };
}

/**
 * Like `gate`, for a job whose check somebody waits for: what keeps every model from being judged (a configuration that
 * cannot be read, a server that is down) is published as the outcome of `subject`.
 */
export async function gateOrSay(deps: Deps, subject: string): Promise<Published> {
  const context = await deps.platform.context();
  const { assessments, configFile } = await judged(deps, { model: null }).catch(
    (error: unknown): Judgement => {
      const outcome = outcomeOfFailure(error);
      if (outcome === null) throw error;
      return { assessments: [failedAssessment(subject, outcome)], configFile: null, context };
    },
  );
  return publish(deps, assessments, configFile, context);
}

async function judged(deps: Deps, options: { model: string | null }): Promise<Judgement> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const base = await basePolicy(deps, context);
  const assessments: Assessment[] = [];
  for (const model of models) {
    for (const candidate of await candidatesOf(deps, model, config, context)) {
      assessments.push(await assessed(deps, model, candidate, base, context));
    }
  }
  if (options.model === null) assessments.push(...removedModels(config, base.config));
  return { assessments, configFile: config.file, context };
}

/** What keeps a model's runs from being found is its outcome, not that of the others. */
async function candidatesOf(
  deps: Deps,
  model: ModelConfig,
  config: Config,
  context: RunContext,
): Promise<readonly Candidate[]> {
  try {
    return await deps.runs.candidates(deps, model, context, config);
  } catch (error) {
    return [{ label: model.name, side: () => Promise.reject(error) }];
  }
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
  candidate: Candidate,
  base: BasePolicy,
  context: RunContext,
): Promise<Assessment> {
  const before = base.config?.models.find(({ name }) => name === model.name) ?? null;
  try {
    const made = await assessModel(deps, { model, candidate, base: before, context });
    return base.problem === null
      ? made
      : withNote(made, `The base's configuration cannot be read: ${base.problem}`);
  } catch (error) {
    const outcome = outcomeOfFailure(error);
    if (outcome === null) throw error;
    return failedAssessment(candidate.label, outcome);
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
