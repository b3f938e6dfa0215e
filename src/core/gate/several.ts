import { holm } from '../stats/holm.ts';
import type { RuleResult } from './types.ts';

/**
 * Failures of several blocking rules judged at once, adjusted by Holm over all of them that have an interval: one that
 * is no failure at α any more is inconclusive. All rules must hold, so `pass` needs no adjustment; intervals stay as
 * they are. Rules of level `warn`, plain values and identical models are not part of it.
 */
export function adjustForSeveral(results: readonly RuleResult[], alpha: number): RuleResult[] {
  const family = results.filter(inFamily);
  // A rule whose rows cannot carry a failure cannot fail by chance either.
  const adjusted = holm(family.map(({ evidence }) => evidence.pFail ?? 1));
  return results.map((result) => {
    const at = family.indexOf(result);
    if (at < 0 || result.evidence.pFail === undefined) return result;
    return adjustedResult(result, adjusted[at] as number, family.length, alpha);
  });
}

function inFamily({ rule, evidence }: RuleResult): boolean {
  return rule.level === 'fail' && evidence.interval !== null && evidence.method !== 'identical';
}

function adjustedResult(result: RuleResult, chance: number, rules: number, alpha: number): RuleResult {
  const evidence = { ...result.evidence, pFailAdjusted: chance };
  if (result.verdict !== 'fail' || chance <= alpha) return { ...result, evidence };
  const sentence =
    `${evidence.sentence} Of ${rules} rules judged at once one may look so by chance ` +
    `(p ${short(evidence.pFail as number)}, among ${rules} ${short(chance)}): likely worse, but not surely.`;
  return { ...result, verdict: 'inconclusive', evidence: { ...evidence, sentence } };
}

function short(chance: number): string {
  return String(Number(chance.toPrecision(2)));
}
