import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { decide } from '../core/gate/outcome.ts';
import { parseRuleText, sliceColumns } from '../core/gate/rule.ts';
import type { Outcome, Policy, PredictionsPolicy, Rule, Verdict } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import { renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import { renderPage } from '../report/page.ts';
import { renderSummary } from '../report/summary.ts';
import type { Report } from '../report/types.ts';
import { hearCancel, judgeSides, modelReport } from '../run/assess.ts';
import { type Baselines, type FoundSide, findBaselines } from '../run/baselines.ts';
import { candidateOf } from '../run/candidate.ts';
import type { Deps, Side } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import { sideOfFile, sideOfRun } from '../run/source.ts';
import { metricVerdicts, ruleVerdict } from '../run/verdict.ts';
import type { Runtime } from '../runtime/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { version } from '../version.ts';
import { rulesFree } from './evaluate.ts';

export interface CompareOptions {
  model: string | null;
  /** A run id, a revision, a run.json, a metrics file or a predictions file; `null`: the work tree. */
  candidate: string | null;
  /** The same; `null`: what the project's `baseline:` finds. */
  baseline: string | null;
  rules: readonly string[];
  /** How predictions are read; where the project says nothing else. */
  predictions: PredictionsPolicy;
}

export interface CompareDocument {
  verdict: Verdict | null;
  rules: VerdictDocument['models'][number]['rules'];
  metrics: VerdictDocument['models'][number]['metrics'];
}

export interface CompareResult {
  outcome: Outcome;
  document: CompareDocument;
  comment: string;
  page: string;
}

/** Marker of a comparison asked for by hand. */
const marker = '<!-- trainyard:compare -->';
/** The single baseline of a comparison, whatever it is called elsewhere. */
const mode = 'given';

/**
 * Compares two runs or files and judges them by the rules given here and no others. Without rules the verdict is
 * null. Two files need neither a project nor a repository: `compose` is only called for what does.
 */
export async function compare(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  options: CompareOptions,
): Promise<CompareResult> {
  const rules = options.rules.map(parseRuleText);
  const given = {
    candidate: options.candidate === null ? null : await sideOfFile(runtime, compose, options.candidate),
    baseline: options.baseline === null ? null : await sideOfFile(runtime, compose, options.baseline),
  };
  const bare = given.candidate && given.baseline && options.model === null && !rules.some(hasOwnBaseline);
  const project = bare ? null : await openOne(compose, options);
  const candidate = given.candidate ?? (await candidateIn(project as OpenProject, options.candidate));
  const found = await baselineIn(project, given.baseline, options.baseline);
  const policy = withSlices({ ...readingPolicy(project, options), rules, baseline: mode });
  const model = candidate.record?.model ?? found.side?.record?.model ?? project?.model.name ?? '';
  const baselines: Baselines = new Map([...(await ownBaselines(project, policy)), [mode, found]]);
  const { results, comparison } = await judgeSides(candidate, baselines, policy, model);
  await hearCancel(runtime);
  const outcome = decide(results, {
    policy,
    adoption: false,
    hasBaseline: found.side !== null,
    loosened: [],
  });
  const parts = {
    model,
    label: model || candidate.label,
    candidate,
    main: found,
    outcome,
    policy,
    results,
    comparison,
    changes: [],
  };
  const report: Report = {
    project: model || 'comparison',
    models: [await modelReport(null, parts)],
    outcome,
    notes: [],
    links: { run: null, report: null, docs: null },
    version,
  };
  const comment = renderComment(report, marker);
  const pieces = { comment, summary: renderSummary(report), check: renderCheck(report, null, null) };
  const document = {
    verdict: rules.length === 0 ? null : outcome.verdict,
    rules: results.map(ruleVerdict),
    metrics: metricVerdicts(comparison),
  };
  return { outcome, document, comment, page: renderPage(report, pieces) };
}

interface OpenProject {
  deps: Deps;
  model: ModelConfig;
  config: Config;
  context: RunContext;
}

/** The project that a side, a model or a rule's own baseline needs; names that are no files are part of the message. */
async function openOne(compose: () => Promise<Deps>, options: CompareOptions): Promise<OpenProject> {
  const deps = await compose().catch((error: unknown) => {
    const names = [options.candidate, options.baseline].filter((name) => name !== null);
    if (!(error instanceof ConfigError) || names.length < 2) throw error;
    throw new ConfigError(`${error.message} Outside of a repository only files can be compared.`, {
      expected: `${names.join(' and ')} to be files`,
      cause: error,
    });
  });
  const { config, models } = await openProject(deps, options.model);
  const [model] = models;
  if (model && models.length === 1) return { deps, model, config, context: await deps.platform.context() };
  throw new ConfigError('This project has several models, and a comparison is about one.', {
    expected: `--model with one of ${models.map((candidate) => candidate.name).join(', ')}`,
  });
}

async function candidateIn(
  { deps, model, config, context }: OpenProject,
  name: string | null,
): Promise<Side> {
  if (name !== null) return sideOfRun(deps, model, context, name);
  return candidateOf(deps, model, context, config);
}

async function baselineIn(
  project: OpenProject | null,
  file: Side | null,
  name: string | null,
): Promise<FoundSide> {
  if (file) return { side: file, refusals: [] };
  const { deps, model, context } = project as OpenProject;
  if (name !== null) return { side: await sideOfRun(deps, model, context, name), refusals: [] };
  const found = await findBaselines(deps, { model, policies: [{ ...model.policy, rules: [] }], context });
  return found.get(model.policy.baseline) as FoundSide;
}

function hasOwnBaseline(rule: Rule): boolean {
  return rule.against !== null;
}

/** Baselines that rules name with `against=`. */
async function ownBaselines(project: OpenProject | null, policy: Policy): Promise<Baselines> {
  const rules = policy.rules.filter(hasOwnBaseline);
  const [first] = rules;
  if (project === null || first === undefined) return new Map();
  const { deps, model, context } = project;
  return findBaselines(deps, {
    model,
    policies: [{ ...policy, rules, baseline: first.against as string }],
    context,
  });
}

/** How both sides are read: the command line's word, else the project's where one is open, else the defaults. */
function readingPolicy(project: OpenProject | null, { predictions }: CompareOptions): Policy {
  if (project === null) return rulesFree(predictions);
  const own = project.model.policy.predictions;
  return {
    ...project.model.policy,
    dryRun: false,
    predictions: {
      task: predictions.task ?? own.task,
      columns: { ...own.columns, ...predictions.columns },
      positiveLabel: predictions.positiveLabel ?? own.positiveLabel,
      slices: predictions.slices.length > 0 ? predictions.slices : own.slices,
      minSliceRows: predictions.slices.length > 0 ? predictions.minSliceRows : own.minSliceRows,
    },
  };
}

/** The columns that rules slice by are read although nobody declared them. */
function withSlices(policy: Policy): Policy {
  const slices = [...new Set([...policy.predictions.slices, ...sliceColumns(policy.rules)])];
  return { ...policy, predictions: { ...policy.predictions, slices } };
}
