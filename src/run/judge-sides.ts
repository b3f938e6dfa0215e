import { compareRuns } from '../core/compare/compare.ts';
import type { Comparison } from '../core/compare/types.ts';
import type { EarlierRun, JudgedSide } from '../core/gate/case.ts';
import { judgeRules } from '../core/gate/judge.ts';
import type { Outcome, Policy, PolicyChange, RuleResult } from '../core/gate/types.ts';
import type { IndexEntry } from '../ledger/types.ts';
import type { ModelReport } from '../report/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Baselines, FoundSide } from './baselines.ts';
import type { Side } from './deps.ts';
import { judgedSide, runFacts } from './facts.ts';
import { valuesByMetric } from './history.ts';
import { provenanceOf } from './provenance.ts';
import type { Scores } from './scores.ts';
import { seedTables } from './seed-tables.ts';

/** Judging is one long computation: a cancel that came meanwhile is heard here, as a CancelledError. */
export async function hearCancel({ clock, signal }: Runtime): Promise<void> {
  await clock.sleep(1, signal);
}

/** Two sides judged under one policy, `earlier` runs beside them, without a project's standing verdicts. */
export async function judgeSides(
  candidate: Side,
  baselines: Baselines,
  policy: Policy,
  model: string,
  earlier: readonly EarlierRun[],
): Promise<{ results: RuleResult[]; comparison: Comparison }> {
  const scores = new Map<Side, Scores>();
  for (const side of [candidate, ...[...baselines.values()].map((found) => found.side)]) {
    if (side && !scores.has(side)) scores.set(side, await side.scores(policy, model));
  }
  const of = (side: Side) => scores.get(side) as Scores;
  const main = baselines.get(policy.baseline)?.side ?? null;
  const comparison = compareRuns({
    candidate: runFacts(candidate, of(candidate)),
    baseline: main && runFacts(main, of(main)),
  });
  const judged = new Map<Side, JudgedSide>();
  for (const [side, read] of scores) {
    const seeds = await seedTables(side, read, policy, model, side === candidate);
    judged.set(side, judgedSide(side, read, seeds));
  }
  const results = judgeRules({
    policy,
    candidate: judged.get(candidate) as JudgedSide,
    baselines: new Map(
      [...baselines].map(([mode, found]) => [
        mode,
        found.side ? { side: judged.get(found.side) as JudgedSide } : { side: null, reason: found.reason },
      ]),
    ),
    earlier,
  });
  return { results, comparison };
}

/** What judging came to. */
export interface Judged {
  /** The policy that leads: the base's, in adoption the head's. */
  policy: Policy;
  results: readonly RuleResult[];
  comparison: Comparison;
  changes: readonly PolicyChange[];
}

interface ReportParts extends Judged {
  /** What the report calls it. */
  label: string;
  candidate: Side;
  main: FoundSide;
  outcome: Outcome;
  /** The default branch's last runs, newest first. */
  runs: readonly IndexEntry[];
}

/** The report of one model from what was judged; `now` dates the runs, `null` leaves their age open. */
export function modelReport(parts: ReportParts, now: Date | null): ModelReport {
  const { label, candidate, main, outcome, policy, results, comparison, changes } = parts;
  return {
    model: label,
    outcome,
    comparison,
    rules: results,
    policy,
    policyChanges: changes,
    candidate: provenanceOf(candidate, now),
    baseline: main.side && provenanceOf(main.side, now),
    refusals: main.side ? main.refusals : [main.reason, ...main.refusals],
    history: valuesByMetric(parts.runs),
    stages: (candidate.record?.stages ?? []).map(({ name, result, seconds }) => ({ name, result, seconds })),
    judgedOnRows: null,
    attempt: null,
    notes: [...(candidate.note === undefined ? [] : [candidate.note]), ...comparison.warnings],
  };
}
