import type { ModelConfig } from '../../config/parse.ts';
import { isBar } from '../../core/gate/rule.ts';
import type { Policy, PolicyChange } from '../../core/gate/types.ts';
import type { RunContext } from '../../platform/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { Baselines, FoundSide } from '../baselines.ts';
import type { Deps, Side } from '../deps.ts';
import { type Scored, scoreOne } from './one.ts';
import type { Again } from './words.ts';

/** Baselines as they are judged against: those measured on other rows or by other code are scored again where that can be. */
export interface ScoredBaselines {
  baselines: Baselines;
  /** By mode, the side as it was recorded, of those that were scored again. */
  recorded: ReadonlyMap<string, Side>;
  /** Rows that this change takes out of what is judged, which loosens the gate. */
  loosened: readonly PolicyChange[];
  /** For the reader, each once. */
  notes: readonly string[];
}

export interface ScoringRequest {
  /** The model as the candidate's configuration has it. */
  model: ModelConfig;
  context: RunContext;
  candidate: Side;
  baselines: Baselines;
  /** The policy that leads. */
  policy: Policy;
  /** Modes that margins are judged against: bars need no baseline. */
  margins: ReadonlySet<string>;
}

/** Modes that the margins of these policies are judged against. */
export function marginModes(policies: readonly Policy[]): Set<string> {
  const modes = policies.flatMap(({ rules, baseline }) =>
    rules.filter(({ kind }) => !isBar(kind)).map(({ against }) => against ?? baseline),
  );
  return new Set(modes);
}

/**
 * Looks at each baseline whether it was measured on the candidate's rows, by its code, and has it scored again where it
 * was not. What cannot be stays as it is: rules on other rows end in an error then. `on-rows-changed: shared` asks for
 * the rows both have and for nothing else.
 */
export async function scoreBaselines(deps: Deps, request: ScoringRequest): Promise<ScoredBaselines> {
  const baselines = new Map<string, FoundSide>();
  const recorded = new Map<string, Side>();
  const notes = new Set<string>();
  const loosened: PolicyChange[] = [];
  const known = new Map<string, Scored>();
  for (const [mode, found] of request.baselines) {
    baselines.set(mode, found);
    const record = found.side?.record ?? null;
    const why = found.side && differenceOf(request, record);
    if (!found.side || record === null || why === null) continue;
    const key = `${record.id} ${request.margins.has(mode)}`;
    const scored = known.get(key) ?? (await scoreOne(deps, request, mode, found.side, why));
    known.set(key, scored);
    for (const note of scored.notes) notes.add(note);
    if (mode === request.policy.baseline) loosened.push(...(await ownDoing(deps, request, record, scored)));
    if (scored.side === null) continue;
    baselines.set(mode, { ...found, side: scored.side });
    recorded.set(mode, found.side);
  }
  return { baselines, recorded, loosened, notes: [...notes] };
}

/** What of the measurement is not as it was; `null` where nothing is, or nobody knows. */
function differenceOf({ candidate, policy }: ScoringRequest, baseline: RunRecord | null): Again | null {
  const own = candidate.record?.digests;
  const other = baseline?.digests;
  const differ = (field: 'rows' | 'evaluator') => {
    const [a, b] = [own?.[field] ?? null, other?.[field] ?? null];
    return a !== null && b !== null && a !== b;
  };
  const rows = differ('rows');
  if (policy.onRowsChanged === 'shared' || (!rows && !differ('evaluator'))) return null;
  // A file of test rows is among the digested sources of what scores: only equal rows tell that the code changed.
  return { rows, code: !rows, files: [] };
}

/** Rows that an earlier change took away are not laid to this one: the base's own run tells. */
async function ownDoing(
  deps: Deps,
  { model, context: { baseSha }, candidate }: ScoringRequest,
  baseline: RunRecord,
  { loosened }: Scored,
): Promise<readonly PolicyChange[]> {
  if (loosened.length === 0 || baseSha === null || baseline.commit.built_sha === baseSha) return loosened;
  const base = await deps.ledger.recordOf(baseSha, model.name);
  return base !== null && base.digests.rows === candidate.record?.digests.rows ? [] : loosened;
}
