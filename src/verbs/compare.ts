import type { ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { decide } from '../core/gate/outcome.ts';
import { parseRuleText } from '../core/gate/rule.ts';
import type { Outcome, Policy, PredictionsPolicy, Verdict } from '../core/gate/types.ts';
import { parseSlice } from '../core/metrics/slice-name.ts';
import { renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import { renderPage } from '../report/page.ts';
import { renderSummary } from '../report/summary.ts';
import type { Report } from '../report/types.ts';
import { judgeSides, modelReport } from '../run/assess.ts';
import { type Baselines, type FoundSide, findBaselines } from '../run/baselines.ts';
import { candidateOf } from '../run/candidate.ts';
import type { Deps } from '../run/deps.ts';
import { openProject } from '../run/project.ts';
import type { Side } from '../run/side.ts';
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
  const project = lazyProject(compose, options.model);
  const candidate = await candidateSide(runtime, compose, project, options.candidate);
  const found = await baselineSide(runtime, compose, project, options.baseline);
  const policy = withSlices({ ...(await readingPolicy(project, options)), rules, baseline: mode });
  const model = candidate.record?.model ?? found.side?.record?.model ?? '';
  const baselines: Baselines = new Map([
    [mode, found],
    ...rules.flatMap((rule) => (rule.against === null ? [] : [[rule.against, found] as const])),
  ]);
  const { results, comparison } = await judgeSides(candidate, baselines, policy, model);
  const outcome = decide(results, {
    policy,
    adoption: false,
    hasBaseline: found.side !== null,
    loosened: [],
  });
  const parts = {
    model: model || candidate.label,
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

interface LazyProject {
  (): Promise<{ deps: Deps; model: ModelConfig; config: Parameters<typeof candidateOf>[3] }>;
  /** Whether anything asked for the project. */
  opened: boolean;
}

function lazyProject(compose: () => Promise<Deps>, name: string | null): LazyProject {
  let opening: ReturnType<LazyProject> | null = null;
  const open = (async () => {
    open.opened = true;
    opening ??= openOne(await compose(), name);
    return opening;
  }) as LazyProject;
  open.opened = name !== null;
  return open;
}

async function openOne(deps: Deps, name: string | null) {
  const { config, models } = await openProject(deps, name);
  const [model] = models;
  if (model && models.length === 1) return { deps, model, config };
  throw new ConfigError('This project has several models, and a comparison is about one.', {
    expected: `--model with one of ${models.map((candidate) => candidate.name).join(', ')}`,
  });
}

async function candidateSide(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  project: LazyProject,
  name: string | null,
): Promise<Side> {
  if (name !== null) return (await sideOfFile(runtime, compose, name)) ?? givenRun(project, name);
  const { deps, model, config } = await project();
  return candidateOf(deps, model, await deps.platform.context(), config);
}

async function baselineSide(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  project: LazyProject,
  name: string | null,
): Promise<FoundSide> {
  if (name !== null)
    return {
      side: (await sideOfFile(runtime, compose, name)) ?? (await givenRun(project, name)),
      refusals: [],
    };
  const { deps, model } = await project();
  const context = await deps.platform.context();
  const found = await findBaselines(deps, { model, policies: [{ ...model.policy, rules: [] }], context });
  return found.get(model.policy.baseline) as FoundSide;
}

async function givenRun(project: LazyProject, name: string): Promise<Side> {
  const { deps, model } = await project();
  return sideOfRun(deps, model, name);
}

/** How both sides are read: the command line's word, else the project's where one was needed, else the defaults. */
async function readingPolicy(project: LazyProject, options: CompareOptions): Promise<Policy> {
  const { predictions } = options;
  if (!project.opened) return rulesFree(predictions);
  const { model } = await project();
  const own = model.policy.predictions;
  return {
    ...model.policy,
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
  const named = policy.rules.flatMap(({ slice }) => (slice === null ? [] : (parseSlice(slice) ?? [])));
  const slices = [...new Set([...policy.predictions.slices, ...named.map(({ column }) => column)])];
  return { ...policy, predictions: { ...policy.predictions, slices } };
}
