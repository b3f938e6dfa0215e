import type { ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { driftRules } from '../core/gate/drift.ts';
import type { Policy, RuleResult } from '../core/gate/types.ts';
import type { IndexEntry } from '../ledger/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps, Side } from './deps.ts';
import { judgeSides } from './judge-sides.ts';
import { sideOfRecord } from './side.ts';
import { usable } from './usable.ts';

/** The last release that the base contains; `side`: its recorded run, or why there is none that serves. */
export interface Release {
  tag: string;
  side: Side | null;
  reason: string | null;
}

/**
 * The run of the last release, to see where small steps have led since. Only a recorded one: nothing is trained for a
 * warning. `null` where no rule watches, without a release, and where that is what is judged against anyway.
 */
export async function findRelease(
  deps: Deps,
  request: {
    model: ModelConfig;
    policies: readonly Policy[];
    context: RunContext;
    /** Entries of the ledger, newest first. */
    runs: readonly IndexEntry[];
    /** What is judged against. */
    main: RunRecord | null;
  },
): Promise<Release | null> {
  const { model, policies, context, runs, main } = request;
  const sha = context.baseSha ?? context.headSha;
  if (sha === null || policies.every((policy) => driftRules(policy).length === 0)) return null;
  const tag = await latestTag(deps, sha, recordedBefore(runs, sha));
  if (tag === null || tag.sha === main?.commit.built_sha) return null;
  const record = await deps.ledger.recordOf(tag.sha, model.name);
  const refusals: string[] = [];
  if (record === null) return { tag: tag.tag, side: null, reason: 'its run is not recorded.' };
  const serves = await usable(deps, record, 'its run', refusals);
  const side = serves ? sideOfRecord(deps, record, 'recorded') : null;
  return { tag: tag.tag, side, reason: refusals[0] ?? null };
}

/** Too many releases that are no part of the base are no reason to judge nothing. */
async function latestTag(
  { platform }: Deps,
  sha: string,
  known: readonly string[],
): Promise<{ tag: string; sha: string } | null> {
  try {
    return await platform.latestTag(sha, known);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** Commits recorded before this one on its branch: they are part of it, and nobody has to be asked. */
function recordedBefore(runs: readonly IndexEntry[], sha: string): string[] {
  const at = runs.findIndex((entry) => entry.sha === sha);
  const branch = runs[at]?.branch ?? null;
  if (at < 0 || branch === null) return [];
  return runs.slice(at).flatMap((entry) => (entry.branch === branch ? [entry.sha] : []));
}

/** What the reader has to know where a release is there and cannot be judged against. */
export function driftNotes(release: Release | null): string[] {
  if (release === null || release.side !== null) return [];
  return [`Drift since ${release.tag} is not judged: ${release.reason}`];
}

/**
 * The candidate against the last release, on the rows that both have. What cannot be judged there is not judged: a
 * warning that nobody asked for stops nothing.
 */
export async function judgeDrift(
  candidate: Side,
  release: Release | null,
  policy: Policy,
  model: string,
): Promise<RuleResult[]> {
  const rules = driftRules(policy);
  if (!release?.side || rules.length === 0) return [];
  const watching: Policy = { ...policy, rules, baseline: 'tag', onRowsChanged: 'shared' };
  const baselines = new Map([['tag', { side: release.side, refusals: [] }]]);
  const { results } = await judgeSides(candidate, baselines, watching, model, []);
  return results.map((result) => told(result, release.tag));
}

function told(result: RuleResult, tag: string): RuleResult {
  const { evidence } = result;
  const undecided = result.verdict === 'error';
  const sentence = undecided ? `Not judged: ${evidence.sentence}` : evidence.sentence;
  return {
    ...result,
    verdict: undecided ? null : result.verdict,
    evidence: { ...evidence, sentence: `Since the release ${tag}: ${sentence}` },
  };
}
