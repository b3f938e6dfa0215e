import type { ModelConfig } from '../config/parse.ts';
import { compareRuns, noRun } from '../core/compare/compare.ts';
import { decide, outcomeOf } from '../core/gate/outcome.ts';
import { diffPolicies, mergeResults } from '../core/gate/policy.ts';
import type { Outcome, Policy, PolicyChange } from '../core/gate/types.ts';
import { holdsCandidate, judgedOn } from '../ledger/judged.ts';
import type { IndexEntry } from '../ledger/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { ModelReport } from '../report/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { type Attempt, atAttempt, attemptAt, attemptNotes } from './attempt.ts';
import type { Candidate, Deps, Side } from './deps.ts';
import { driftNotes, judgeDrift } from './drift.ts';
import { type Gathered, gather } from './gathered.ts';
import { earlierRuns } from './history.ts';
import { hearCancel, type Judged, modelReport } from './judge-sides.ts';
import { provenanceOf } from './provenance.ts';
import type { ScoredBaselines } from './rescore/baselines.ts';
import { judgeScored } from './rescore/judge.ts';
import { isFinal, standingOutcome, standingVerdict } from './standing.ts';
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
  const gathered = await gather(deps, request);
  const { candidate, scored, main, release, runs, key } = gathered;
  const { policy } = base ?? model;
  const standing = key === null ? null : await standingVerdict(deps, key);
  const attempt = await attemptAt(deps, { model: model.name, policy, context, standing });
  const judged = await judgeByBoth(deps, request, gathered, attempt);
  await hearCancel(deps.runtime);
  const outcome = decide(judged.results, {
    policy: judged.policy,
    adoption: base === null,
    hasBaseline: main.side !== null,
    loosened: loosenedBy(judged, scored),
  });
  const { label } = request.candidate;
  const made = modelReport({ label, candidate, main, outcome, runs, ...judged }, deps.runtime.clock.now());
  const report = {
    ...made,
    attempt,
    judgedOnRows: judgedOnRows(candidate, runs, attempt),
    notes: [...made.notes, ...scored.notes, ...driftNotes(release), ...attemptNotes(attempt, policy)],
  };
  return key === null ? { report, verdictKey: null } : withStanding(deps, model.name, report, key, standing);
}

async function judgeByBoth(
  deps: Deps,
  { model, base }: AssessRequest,
  { candidate, scored, release, runs }: Gathered,
  attempt: Attempt | null,
): Promise<Judged> {
  const { name } = model;
  const head = atAttempt(model.policy, attempt);
  const policy = base ? atAttempt(base.policy, attempt) : head;
  const earlier = earlierRuns(deps, runs, candidate.record);
  const judge = async (by: Policy) => {
    const { results, comparison } = await judgeScored(candidate, scored, by, name, earlier);
    return { results: [...results, ...(await judgeDrift(candidate, release, by, name))], comparison };
  };
  const first = await judge(policy);
  const changes = base ? diffPolicies(base.policy, model.policy) : [];
  if (changes.length === 0) return { policy, changes, ...first };
  const second = await judge(head);
  return {
    policy,
    changes,
    comparison: first.comparison,
    results: mergeResults(first.results, second.results),
  };
}

/** What loosens the gate: changes of the policy, and rows that are gone where no rule ends in an error for it anyway. */
function loosenedBy({ changes, results }: Judged, scored: ScoredBaselines): PolicyChange[] {
  const policy = changes.filter(({ effect }) => effect === 'loosened');
  const told = results.some(({ evidence }) => evidence.state === 'rows-changed');
  return told ? policy : [...policy, ...scored.loosened];
}

/** Candidates that the rows have judged: those recorded, the attempts of this pull request before, and this one. */
function judgedOnRows({ record }: Side, runs: readonly IndexEntry[], attempt: Attempt | null): number | null {
  const rows = record?.digests.rows ?? null;
  if (record === null || rows === null) return null;
  const itself = holdsCandidate(record, runs) ? 0 : 1;
  return judgedOn(rows, runs) + itself + (attempt === null ? 0 : attempt.number - 1);
}

async function withStanding(
  deps: Deps,
  model: string,
  report: ModelReport,
  key: string,
  standing: VerdictDocument | null,
): Promise<Assessment> {
  if (standing === null) {
    await keepFirst(deps, key, model, report);
    return { report, verdictKey: key };
  }
  const stood = standingOutcome(standing, report.outcome);
  if (stood === null) return { report, verdictKey: key };
  const notes = [...report.notes, stood.note];
  return { report: { ...report, outcome: stood.outcome, notes }, verdictKey: key };
}

/** A verdict that is the first of its key stands from now on, and is an attempt of its pull request. */
async function keepFirst(deps: Deps, key: string, model: string, report: ModelReport): Promise<void> {
  if (!isFinal(report.outcome)) return;
  await deps.platform.keepVerdict(key, verdictDocument(report.outcome, [{ report, verdictKey: key }]));
  if (report.attempt !== null) await deps.platform.keepAttempt(model);
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
    judgedOnRows: null,
    attempt: null,
    notes: [],
  };
}
