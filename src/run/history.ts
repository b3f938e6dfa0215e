import type { Deps } from './deps.ts';

/** Runs that a sparkline shows. */
const SHOWN = 50;

/** Values of the default branch's last runs by metric, oldest first; values that were no numbers are left out. */
export async function historyOf(deps: Deps, model: string): Promise<Record<string, number[]>> {
  const history: Record<string, number[]> = Object.create(null) as Record<string, number[]>;
  const entries = await deps.ledger.recent(model, SHOWN);
  for (const entry of entries.reverse()) {
    for (const [name, value] of Object.entries(entry.metrics)) {
      if (value === null) continue;
      history[name] ??= [];
      history[name].push(value);
    }
  }
  return history;
}
