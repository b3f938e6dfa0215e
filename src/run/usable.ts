import type { RunRecord } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';

/** Whether a record may be judged against; a sentence for the reader when not. */
export async function usable(
  deps: Deps,
  record: RunRecord,
  what: string,
  refusals: string[],
): Promise<boolean> {
  const problem = await refusal(deps, record);
  if (problem) refusals.push(`${what} was refused: ${problem}.`);
  return problem === null;
}

async function refusal(deps: Deps, record: RunRecord): Promise<string | null> {
  if (record.status !== 'succeeded') return `it ${record.status}`;
  if (!deps.platform.accepts(record.trust))
    return `it comes from an untrusted place (${placeOf(record.trust)})`;
  if (record.predictions && !(await deps.blobs(record.model).has(record.predictions.sha256)))
    return 'its predictions are no longer in the store, or never were';
  return null;
}

function placeOf({ level, event }: RunRecord['trust']): string {
  return level === 'protected' ? `not a push, but the event "${event}"` : level;
}
