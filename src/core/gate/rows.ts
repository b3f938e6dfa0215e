import { slicing } from '../metrics/slicing.ts';
import type { RuleCase } from './case.ts';
import type { RowPair } from './pair.ts';
import { type JudgedSlice, sliceFamily } from './slice-family.ts';
import type { Policy, RuleResult } from './types.ts';
import { undecidable } from './unjudged.ts';
import { type RowView, type Views, viewsOf } from './view.ts';
import { judgeView, type ViewResult } from './view-rules.ts';

/**
 * Judges rules on the rows of one pair of sides, all rules about the same slice together, and every rule about all
 * rows on each declared slice besides. What is not defined on these rows is an error with its state.
 */
export function judgeOnRows(cases: readonly RuleCase[], pair: RowPair, policy: Policy): RuleResult[] {
  const viewOf = viewsOf(pair);
  const bySlice = new Map<string | null, RuleCase[]>();
  const results: RuleResult[] = [];
  for (const asked of cases) {
    const { slice } = asked.subject;
    if (viewOf(slice) === null)
      results.push(undecidable(asked, policy, 'candidate', { value: null, state: 'missing' }));
    else bySlice.set(slice, [...(bySlice.get(slice) ?? []), asked]);
  }
  for (const [slice, those] of bySlice) {
    const judged = judgeView(those, viewOf(slice) as RowView, policy, true);
    results.push(...(slice === null ? withSlices(judged, pair, viewOf, policy) : judged.map(resultOf)));
  }
  return results;
}

function resultOf({ result }: ViewResult): RuleResult {
  return result;
}

/** Results on all rows with what each came to on every declared slice that is large enough. */
function withSlices(
  judged: readonly ViewResult[],
  pair: RowPair,
  viewOf: Views,
  policy: Policy,
): RuleResult[] {
  const { slices, minSliceRows } = policy.predictions;
  const wanted = judged.filter(
    ({ judgement }) => judgement !== null && judgement.evidence.method !== 'point',
  );
  const found = new Map<RuleCase, JudgedSlice[]>(wanted.map(({ asked }) => [asked, []]));
  const declared = wanted.length > 0 ? slicing(pair.candidate, slices, minSliceRows) : null;
  for (const [index, { slice }] of declared?.slices.entries() ?? []) {
    const within = wanted.map(({ asked }) => ({ ...asked, subject: { ...asked.subject, slice } }));
    const view = viewOf(slice, declared?.rowsOf(index)) as RowView;
    for (const [at, { judgement, result }] of judgeView(within, view, policy, false).entries()) {
      if (judgement === null) continue;
      const values = { candidate: result.candidate as number, baseline: result.baseline };
      found.get(wanted[at]?.asked as RuleCase)?.push({ slice, values, judgement });
    }
  }
  return judged.map(({ asked, result }) => {
    const family = sliceFamily(asked, found.get(asked) ?? [], policy.alpha);
    return family === null ? result : { ...result, slices: family };
  });
}
