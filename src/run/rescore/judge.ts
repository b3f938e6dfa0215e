import type { Comparison } from '../../core/compare/types.ts';
import type { EarlierRun } from '../../core/gate/case.ts';
import type { Policy, RuleResult } from '../../core/gate/types.ts';
import type { FoundSide } from '../baselines.ts';
import type { Side } from '../deps.ts';
import { judgeSides } from '../judge-sides.ts';
import type { ScoredBaselines } from './baselines.ts';

const scoredHere = 'The baseline was scored again on these rows.';
const asRecorded = 'On the rows that both have, by what was recorded of the baseline:';

/**
 * Judges against baselines of which some were scored again. What was recorded of these is judged against as well, on
 * the rows both have: a failure there counts, so that easy new rows hide no loss on the old ones, nor a change of the
 * code that scores a worse model.
 */
export async function judgeScored(
  candidate: Side,
  scored: ScoredBaselines,
  policy: Policy,
  model: string,
  earlier: readonly EarlierRun[],
): Promise<{ results: RuleResult[]; comparison: Comparison }> {
  const { results, comparison } = await judgeSides(candidate, scored.baselines, policy, model, earlier);
  const concerned = policy.rules.filter((rule) => isAgainst(rule, policy, scored));
  if (concerned.length === 0) return { results, comparison };
  const sides = new Map(
    [...scored.recorded].map(([mode, side]): [string, FoundSide] => [mode, { side, refusals: [] }]),
  );
  const [first] = scored.recorded.keys();
  const baseline = scored.recorded.has(policy.baseline) ? policy.baseline : (first as string);
  const before = await judgeSides(
    candidate,
    sides,
    { ...policy, rules: concerned, baseline, onRowsChanged: 'shared' },
    model,
    [],
  );
  const recorded = new Map(before.results.map((result) => [result.rule, result]));
  return { results: results.map((result) => worse(result, recorded.get(result.rule))), comparison };
}

function isAgainst(
  { kind, against }: Policy['rules'][number],
  policy: Policy,
  scored: ScoredBaselines,
): boolean {
  return kind.startsWith('max-') && scored.recorded.has(against ?? policy.baseline);
}

function worse(result: RuleResult, recorded: RuleResult | undefined): RuleResult {
  if (recorded === undefined || result.verdict === null) return result;
  const { evidence } = result;
  if (recorded.verdict === 'fail' && (result.verdict === 'pass' || result.verdict === 'inconclusive'))
    return {
      ...recorded,
      evidence: { ...recorded.evidence, sentence: `${asRecorded} ${recorded.evidence.sentence}` },
    };
  return { ...result, evidence: { ...evidence, sentence: `${evidence.sentence} ${scoredHere}` } };
}
