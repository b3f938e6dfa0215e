import type { ModelConfig } from '../config/parse.ts';
import { compareRuns, noRun } from '../core/compare/compare.ts';
import type { EarlierRun } from '../core/gate/case.ts';
import { decide, outcomeOf } from '../core/gate/outcome.ts';
import { diffPolicies, mergeResults } from '../core/gate/policy.ts';
import type { Outcome, Policy, PolicyChange } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { ModelReport } from '../report/types.ts';
import { type Baselines, type FoundSide, findBaselines } from './baselines.ts';
import type { Candidate, Deps, Side } from './deps.ts';
import { driftNotes, findRelease, judgeDrift, type Release } from './drift.ts';
import { earlierRuns, lastRuns } from './history.ts';
import { hearCancel, type Judged, modelReport } from './judge-sides.ts';
import { verdictKey } from './keys.ts';
import { provenanceOf } from './provenance.ts';
import { type ScoredBaselines, scoreBaselines } from './rescore/baselines.ts';
import { judgeScored } from './rescore/judge.ts';
import { standingOutcome } from './standing.ts';
import { verdictDocument } from './verdict.ts';

/** One model judged: its report and what identifies the verdict. */
export interface Assessment {
  report: ModelReport;
  /** `null` when nothing was judged. */
  verdictKey: string | null;
}

export interface AssessRequest {
  /** The model as the head's configuration has it. */
  model: ModelConfig;
  candidate: Candidate;
  /** The same model on the base commit; `null` = adoption: the head's policy, not blocking. */
  base: ModelConfig | null;
  context: RunContext;
}

/**
 * Judges one model of the work tree: its run (made when missing), the baselines its rules ask for, the base's policy
 * and, where the change touches it, the head's as well; the worse verdict counts.
 */
export async function assessModel(deps: Deps, request: AssessRequest): Promise<Assessment> {
  const { model, base, context } = request;
  const candidate = await request.candidate.side();
  const policies = base ? [base.policy, model.policy] : [model.policy];
  const found = await findBaselines(deps, { model: base ?? model, policies, context });
  const policy = (base ?? model).policy;
  const scored = await scoreBaselines(deps, { model, context, candidate, baselines: found, policy });
  const { baselines } = scored;
  const main = baselines.get(policy.baseline) as FoundSide;
  const runs = await lastRuns(deps, model.name);
  const release = await findRelease(deps, {
    model,
    policies,
    context,
    runs,
    main: main.side?.record ?? null,
  });
  const judged = await judgeByBoth({
    name: model.name,
    candidate,
    scored,
    earlier: earlierRuns(deps, runs, candidate.record),
    release,
    base: base?.policy ?? null,
    head: model.policy,
  });
  await hearCancel(deps.runtime);
  const outcome = decide(judged.results, {
    policy: judged.policy,
    adoption: base === null,
    hasBaseline: main.side !== null,
    loosened: judged.changes.filter((change) => change.effect === 'loosened'),
  });
  const { label } = request.candidate;
  const parts = { label, candidate, main, outcome, runs, ...judged };
  const made = modelReport(parts, deps.runtime.clock.now());
  const report = { ...made, notes: [...made.notes, ...scored.notes, ...driftNotes(release)] };
  return withStanding(deps, report, keyOf(request, candidate, main, baselines, release));
}

async function judgeByBoth(request: {
  name: string;
  candidate: Side;
  scored: ScoredBaselines;
  earlier: readonly EarlierRun[];
  release: Release | null;
  base: Policy | null;
  head: Policy;
}): Promise<Judged> {
  const { name, candidate, scored, earlier, release, base, head } = request;
  const policy = base ?? head;
  const judge = async (by: Policy) => {
    const { results, comparison } = await judgeScored(candidate, scored, by, name, earlier);
    return { results: [...results, ...(await judgeDrift(candidate, release, by, name))], comparison };
  };
  const first = await judge(policy);
  const policyChanges = base ? diffPolicies(base, head) : [];
  const changes = [...policyChanges, ...scored.loosened];
  if (policyChanges.length === 0) return { policy, changes, ...first };
  const second = await judge(head);
  return {
    policy,
    changes,
    comparison: first.comparison,
    results: mergeResults(first.results, second.results),
  };
}

function keyOf(
  { context, base, model }: AssessRequest,
  candidate: Side,
  main: FoundSide,
  baselines: Baselines,
  release: Release | null,
): string | null {
  if (candidate.record === null) return null;
  const sides = [...baselines].map(([mode, { side }]) => [mode, side] as const);
  const against = [...sides, ...(release?.side ? [['drift', release.side] as const] : [])].map(
    ([mode, side]) => [mode, side?.record?.id ?? null] as const,
  );
  return verdictKey({
    candidate: candidate.record,
    baseline: main.side?.record ?? null,
    against: [...against, ...ownWord(context)],
    policies: base ? [base.policy, model.policy] : [model.policy],
  });
}

/** A change from elsewhere chooses its run key: its verdict stands for itself, not in the way of another. */
function ownWord({ event, pullRequest }: RunContext): (readonly [string, string | null])[] {
  return event === 'workflow_run' ? [['pull request', String(pullRequest)]] : [];
}

async function withStanding(deps: Deps, report: ModelReport, key: string | null): Promise<Assessment> {
  if (key === null) return { report, verdictKey: null };
  const document = verdictDocument(report.outcome, [{ report, verdictKey: key }]);
  const stood = await standingOutcome(deps, key, { outcome: report.outcome, document });
  if (stood === null) return { report, verdictKey: key };
  return {
    report: { ...report, outcome: stood.outcome, notes: [...report.notes, stood.note] },
    verdictKey: key,
  };
}

/** A model that could not be judged: its outcome says why, nothing is compared. */
export function failedAssessment(model: string, outcome: Outcome): Assessment {
  return { report: { ...emptyReport(model), outcome }, verdictKey: null };
}

/** A model that the base gates and the head no longer has: its rules are gone with it, which loosens the gate. */
export function removedModel(model: ModelConfig): Assessment {
  const sentence = `This change removes the model "${model.name}" and with it the rules that gate it.`;
  const change: PolicyChange = {
    what: `model ${model.name}`,
    base: `${model.policy.rules.length} rules`,
    head: null,
    effect: 'loosened',
  };
  const report = {
    ...emptyReport(model.name),
    outcome: outcomeOf('fail', sentence),
    policy: model.policy,
    policyChanges: [change],
  };
  return { report, verdictKey: null };
}

function emptyReport(model: string): Omit<ModelReport, 'outcome'> {
  return {
    model,
    comparison: compareRuns({ candidate: noRun, baseline: null }),
    rules: [],
    policy: null,
    policyChanges: [],
    candidate: provenanceOf({ how: 'work tree', record: null, label: 'no run' }, null),
    baseline: null,
    refusals: [],
    history: {},
    stages: [],
    notes: [],
  };
}
