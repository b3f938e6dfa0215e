import type { ModelConfig } from '../config/parse.ts';
import type { Policy } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import { findBaseline } from './baseline.ts';
import type { Deps, Side } from './deps.ts';
import { sideOfRecord } from './side.ts';

/** What one baseline mode led to: a side, or the reason why there is none. */
export type FoundSide =
  | { side: Side; refusals: readonly string[] }
  | { side: null; reason: string; refusals: readonly string[] };

/** The baselines that the rules of all judging policies ask for, by mode (`auto`, `tag`, a run …). */
export type Baselines = ReadonlyMap<string, FoundSide>;

/** Finds each baseline once, however many rules ask for it; `best` looks at the first rule that asks for it. */
export async function findBaselines(
  deps: Deps,
  request: { model: ModelConfig; policies: readonly Policy[]; context: RunContext },
): Promise<Baselines> {
  const asked = new Map<string, string | null>();
  for (const policy of request.policies) {
    asked.set(policy.baseline, asked.get(policy.baseline) ?? policy.rules[0]?.metric ?? null);
    for (const rule of policy.rules) {
      const mode = rule.against ?? policy.baseline;
      if (!asked.has(mode)) asked.set(mode, rule.metric);
    }
  }
  const found = new Map<string, FoundSide>();
  for (const [mode, metric] of asked) {
    const { model, context } = request;
    const baseline = await findBaseline(deps, { model, mode, metric, context });
    const { refusals } = baseline;
    found.set(
      mode,
      baseline.record
        ? { side: sideOfRecord(deps, baseline.record, baseline.how), refusals }
        : { side: null, reason: baseline.reason, refusals },
    );
  }
  return found;
}
