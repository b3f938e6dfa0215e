import type { IndexEntry } from '../ledger/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { AssessRequest } from './assess.ts';
import type { FoundSide } from './baselines.ts';
import { findBaselines } from './baselines.ts';
import type { Deps, Side } from './deps.ts';
import { findRelease, type Release } from './drift.ts';
import { lastRuns } from './history.ts';
import { verdictKey } from './keys.ts';
import { marginModes, type ScoredBaselines, scoreBaselines } from './rescore/baselines.ts';
import { requireSeeds } from './seed-tables.ts';

/** Everything that one model is judged by, found or made. */
export interface Gathered {
  candidate: Side;
  scored: ScoredBaselines;
  /** What the leading policy judges against. */
  main: FoundSide;
  release: Release | null;
  /** The default branch's last runs, newest first. */
  runs: readonly IndexEntry[];
  /** What the verdict will be about; `null` when there is no run. */
  key: string | null;
}

/** The candidate's run (made when missing), the baselines that the rules ask for, scored again where need be, the release. */
export async function gather(deps: Deps, request: AssessRequest): Promise<Gathered> {
  const { model, base, context } = request;
  const candidate = await request.candidate.side();
  const policies = base ? [base.policy, model.policy] : [model.policy];
  requireSeeds(candidate, policies);
  const { policy } = base ?? model;
  const baselines = await findBaselines(deps, { model: base ?? model, policies, context });
  const margins = marginModes(policies);
  const scored = await scoreBaselines(deps, { model, context, candidate, baselines, policy, margins });
  const main = scored.baselines.get(policy.baseline) as FoundSide;
  const runs = await lastRuns(deps, model.name);
  const looked = { model, policies, context, runs, main: main.side?.record ?? null };
  const release = await findRelease(deps, looked);
  const sides = { candidate, scored, main, release, runs };
  return { ...sides, key: keyOf(request, sides) };
}

function keyOf(
  { context, base, model }: AssessRequest,
  { candidate, scored, main, release }: Omit<Gathered, 'key'>,
): string | null {
  if (candidate.record === null) return null;
  const sides = [...scored.baselines].map(([mode, { side }]) => [mode, side] as const);
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
