import type { Config, ModelConfig } from '../../config/parse.ts';
import type { RunContext } from '../../platform/types.ts';
import type { BundledRescored } from '../../schema/bundle.types.ts';
import type { PlannedBaseline } from '../../schema/job-plan.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { computedAt } from '../computed.ts';
import { readableConfigAt } from '../config-at.ts';
import type { Deps } from '../deps.ts';
import { marginModes } from '../rescore/baselines.ts';
import { scoreAgain } from '../rescore/score.ts';
import type { Content } from './content.ts';
import { failureOf } from './failure.ts';

/** A run of this job, and what it will be judged against. */
export interface RescoringJob {
  model: ModelConfig;
  config: Config;
  context: RunContext;
  candidate: RunRecord;
  /** Recorded runs, of which this job knows what the plan says. */
  planned: readonly PlannedBaseline[];
  /** Runs that this job made. */
  computed: readonly RunRecord[];
}

/**
 * Scores again the baselines that were measured on other rows or by other code than the candidate of this job, unless
 * the base asks for the rows that both have.
 */
export async function rescoredParts(
  deps: Deps,
  job: RescoringJob,
  content: Content,
): Promise<BundledRescored[]> {
  const { candidate, planned, computed } = job;
  const differ = (rows: string | null, evaluator: string | null) =>
    isOther(candidate.digests.rows, rows) || isOther(candidate.digests.evaluator, evaluator);
  const recorded = planned.filter(({ rows, evaluator }) => differ(rows, evaluator));
  const made = computed.filter(({ digests }) => differ(digests.rows, digests.evaluator));
  if (recorded.length + made.length === 0 || !(await asksForIt(deps, job))) return [];
  const parts: BundledRescored[] = [];
  for (const { id, sha } of recorded)
    parts.push(await rescoredPart(deps, job, id, () => recordAt(deps, job, id, sha), content));
  for (const record of made)
    parts.push(await rescoredPart(deps, job, record.id, async () => record, content));
  return parts;
}

function isOther(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

/** Bars need no baseline, and a base may ask for the rows that both have. */
async function asksForIt(deps: Deps, { context, model }: RescoringJob): Promise<boolean> {
  const base = context.baseSha === null ? null : (await readableConfigAt(deps, context.baseSha)).config;
  const before = base?.models.find(({ name }) => name === model.name);
  const policies = [...(before ? [before.policy] : []), model.policy];
  return policies[0]?.onRowsChanged !== 'shared' && marginModes(policies).size > 0;
}

/** The record where the checkout holds the ledger; else that of a run made again at its commit. */
async function recordAt(deps: Deps, job: RescoringJob, id: string, sha: string): Promise<RunRecord | null> {
  const { model, context } = job;
  const recorded = await deps.ledger.recordOf(sha, model.name);
  if (recorded?.id === id) return recorded;
  const commit = await deps.platform.commit(sha);
  const { config } = await readableConfigAt(deps, sha);
  const before = config?.models.find(({ name }) => name === model.name);
  if (commit === null || !config || !before) return null;
  const work = { context, commit, config, model: before, promote: true, refusals: [] };
  return (await computedAt(deps, work)).record;
}

async function rescoredPart(
  deps: Deps,
  job: RescoringJob,
  id: string,
  record: () => Promise<RunRecord | null>,
  content: Content,
): Promise<BundledRescored> {
  const nothing = { baseline: id, record: null, model: [], sources: [], failure: null };
  try {
    const baseline = await record();
    if (baseline === null) return { ...nothing, reason: 'its commit is not in the checkout' };
    const found = await scoreAgain(deps, { ...job, baseline });
    if (found.record === null) return { ...nothing, reason: found.reason.slice(0, 10_000) };
    await content.blob(found.record);
    const model = found.model.map((file) => ({ ...file }));
    return { ...nothing, record: content.record(null, found.record), model, sources: [...found.sources] };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    return failure.kind === 'stage' || failure.kind === 'config'
      ? { ...nothing, reason: failure.message }
      : { ...nothing, failure };
  }
}
