import type { Comparison } from '../core/compare/types.ts';
import { ConfigError } from '../core/errors.ts';
import { decide } from '../core/gate/outcome.ts';
import { parseRuleText, slicesToRead } from '../core/gate/rule.ts';
import type { Outcome, Policy, PredictionsPolicy, Verdict } from '../core/gate/types.ts';
import { renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import { renderPage } from '../report/page.ts';
import { renderSummary } from '../report/summary.ts';
import type { Report } from '../report/types.ts';
import type { Baselines, FoundSide } from '../run/baselines.ts';
import type { Deps, Side } from '../run/deps.ts';
import { hearCancel, judgeSides, modelReport } from '../run/judge-sides.ts';
import type { ProjectSides } from '../run/project-sides.ts';
import { rulesFree } from '../run/rules-free.ts';
import { sideOfFile, sidesOfPair } from '../run/source.ts';
import { metricVerdicts, ruleVerdict } from '../run/verdict.ts';
import type { Runtime } from '../runtime/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { version } from '../version.ts';

export interface CompareOptions {
  model: string | null;
  /** A run id, a revision, a run.json, a metrics file or a predictions file; `null`: the work tree. */
  candidate: string | null;
  /** The same; `null`: what the project's `baseline:` finds. */
  baseline: string | null;
  /** A predictions file that holds both sides, instead of them. */
  pair: string | null;
  rules: readonly string[];
  /** How predictions are read; where the project says nothing else. */
  predictions: PredictionsPolicy;
}

export interface CompareDocument {
  verdict: Verdict | null;
  rules: VerdictDocument['models'][number]['rules'];
  metrics: VerdictDocument['models'][number]['metrics'];
  /** Rows left out on each side because something was missing in them; absent where none was. */
  dropped?: NonNullable<Comparison['dropped']>;
}

export interface CompareResult {
  outcome: Outcome;
  document: CompareDocument;
  report: Report;
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
  const given = await givenSides(runtime, compose, options);
  const against = rules.some((rule) => rule.against !== null);
  const bare = given.candidate && given.baseline && options.model === null && !against;
  const project = bare ? null : await openProject(compose, options);
  const candidate = given.candidate ?? (await (project as ProjectSides).candidate(options.candidate));
  const found = await baselineOf(project, given.baseline, options.baseline);
  const policy = withSlices({ ...readingPolicy(project, options), rules, baseline: mode });
  const model = candidate.record?.model ?? found.side?.record?.model ?? project?.model.name ?? '';
  const baselines: Baselines = new Map([...((await project?.against(policy)) ?? []), [mode, found]]);
  const { results, comparison } = await judgeSides(candidate, baselines, policy, model, []);
  await hearCancel(runtime);
  const outcome = decide(results, {
    policy,
    adoption: false,
    hasBaseline: found.side !== null,
    loosened: [],
  });
  const parts = {
    label: model || candidate.label,
    candidate,
    main: found,
    outcome,
    policy,
    results,
    comparison,
    changes: [],
    runs: [],
  };
  const report: Report = {
    project: model || 'comparison',
    models: [modelReport(parts, null)],
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
    ...(comparison.dropped && { dropped: comparison.dropped }),
  };
  return { outcome, document, report, comment, page: renderPage(report, pieces) };
}

/** The sides that are files; `null` for what has to be looked up. */
async function givenSides(
  runtime: Runtime,
  compose: () => Promise<Deps>,
  { candidate, baseline, pair }: CompareOptions,
): Promise<{ candidate: Side | null; baseline: Side | null }> {
  if (pair === null) {
    return {
      candidate: candidate === null ? null : await sideOfFile(runtime, compose, candidate),
      baseline: baseline === null ? null : await sideOfFile(runtime, compose, baseline),
    };
  }
  if (candidate === null && baseline === null) return sidesOfPair(runtime, pair);
  throw new ConfigError('Both sides stand in the predictions file, and one of them was given beside it.', {
    expected: 'one file of predictions that holds both, or a candidate and a baseline',
    hint: 'Leave out the candidate and the baseline, or the file.',
  });
}

/** What a project takes is not loaded for two files. */
async function openProject(compose: () => Promise<Deps>, options: CompareOptions): Promise<ProjectSides> {
  const { openProjectSides } = await import('../run/project-sides.ts');
  return openProjectSides(compose, options);
}

async function baselineOf(
  project: ProjectSides | null,
  file: Side | null,
  name: string | null,
): Promise<FoundSide> {
  return file ? { side: file, refusals: [] } : (project as ProjectSides).baseline(name);
}

/** How both sides are read: the command line's word, else the project's where one is open, else the defaults. */
function readingPolicy(project: ProjectSides | null, { predictions }: CompareOptions): Policy {
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
      onMissing: predictions.onMissing ?? own.onMissing ?? 'error',
    },
  };
}

/** The columns that rules slice by are read although nobody declared them. */
function withSlices(policy: Policy): Policy {
  const slices = slicesToRead(policy.predictions.slices, policy.rules);
  return { ...policy, predictions: { ...policy.predictions, slices } };
}
