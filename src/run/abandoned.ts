import type { Deps } from './deps.ts';
import { forgetRef, type KeptRef, keptRefs } from './refs.ts';

/**
 * Runs that a job waited for when it was cancelled or killed, and that may go on without anyone: what a clean-up step
 * cancels. Runs that were left on purpose, or because their service gave no answer, are not among them.
 */
export async function abandonedRuns(deps: Deps): Promise<KeptRef[]> {
  const kept = await keptRefs(deps);
  return kept.filter(({ waiting }) => waiting !== null && !deps.runtime.processes.isRunning(waiting));
}

/** Asks the engine to cancel a run and forgets it. One that ended stays as it ended. */
export async function cancelModel(deps: Deps, { ref }: Pick<KeptRef, 'ref'>): Promise<void> {
  const engine = await deps.engine(ref.engine);
  await engine.cancel(ref);
  await forgetRef(deps, ref);
}
