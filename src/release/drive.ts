import { join } from 'node:path';
import { CancelledError, UpstreamError } from '../core/errors.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import { TakenOver } from '../targets/fence.ts';
import type { Placement, TargetState } from '../targets/types.ts';
import { finish, hold, turnBack } from './ending.ts';
import { type Journal, placementOf } from './journal.ts';
import { recover } from './recover.ts';
import { show } from './show.ts';
import * as state from './state.ts';
import { steadily } from './steady.ts';
import { remainingSteps, stepsOf } from './steps.ts';
import type { DeployResult, ReleaseDeps, RolloutStep } from './types.ts';
import { type Observed, observe } from './watch.ts';

/**
 * Takes a deployment from where its journal stands to its end: each step is in the journal before it is begun and after
 * it is done. What is found bad is turned back and inconclusive is held; whatever fails is finished or turned back, as
 * the target says it stands, and thrown.
 */
export async function drive(
  deps: ReleaseDeps,
  journal: Journal,
  manifest: ModelManifest,
): Promise<DeployResult> {
  const { record } = journal.books;
  const steps = stepsOf(record.kind, deps.environment, deps.target.capabilities);
  try {
    await show(deps, journal);
    for (const step of remainingSteps(steps, record.journal)) {
      await enter(deps, journal, step);
      const seen = await perform(deps, journal, manifest, step);
      if (seen.phase !== 'good') return await settle(deps, journal, seen);
    }
    return await finish(deps, journal);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CancelledError || error instanceof TakenOver)
      throw error;
    const result = await recover(deps, journal, error.message).catch((second: unknown) => {
      deps.runtime.log.warn(`It stays as it is until "trainyard reconcile": ${String(second)}`);
      return null;
    });
    if (result?.result === 'succeeded') return result;
    throw error;
  } finally {
    await deps.runtime.files.remove(folderOf(deps, journal));
  }
}

async function enter(
  { runtime }: ReleaseDeps,
  journal: Journal,
  { step, weight }: RolloutStep,
): Promise<void> {
  const now = runtime.clock.now().toISOString();
  const shown = weight === null ? step : `${step} ${weight} %`;
  runtime.log.info(`${now.slice(11, 19)}  ${shown}`);
  await journal.write(shown, (books) => state.begun(books, step, weight, now));
}

const good: Observed = { phase: 'good', reason: '' };

async function perform(
  deps: ReleaseDeps,
  journal: Journal,
  manifest: ModelManifest,
  { step, weight, bake }: RolloutStep,
): Promise<Observed> {
  const { runtime, target, registry } = deps;
  const placement = placementOf(journal);
  const folder = folderOf(deps, journal);
  const steady = (what: string, call: () => Promise<void>) => steadily(runtime, what, call);
  switch (step) {
    case 'prepare':
      await steady('Fetching the files', () => registry.fetch(manifest, folder));
      return good;
    case 'stage':
      await steady('Staging', () => target.stage(placement, manifest, folder));
      return good;
    case 'shift':
      await steady('Shifting traffic', () => target.shift(placement, weight ?? 100));
      return observe(deps, journal, placement, { weight: weight ?? 100, bake });
    case 'verify':
      return verified(placement, await steadily(runtime, 'Looking at the target', () => target.current()));
    case 'promote':
      await steady('Promoting', () => target.promote(placement));
      return good;
    case 'retire':
      await tidy(deps, placement);
      return good;
  }
}

/** All traffic must go to the version that was staged, by its digest. */
function verified(placement: Placement, { candidate, stable }: TargetState): Observed {
  const there = candidate ?? (stable && { ...stable, weight: 100 });
  if (there?.deployment === placement.deployment && there.digest === placement.digest && there.weight === 100)
    return good;
  const found =
    there === null ? 'nothing' : `${there.version} of deployment ${there.deployment} at ${there.weight} %`;
  return { phase: 'error', reason: `the target serves ${found} instead of ${placement.version}` };
}

/** What is left over does no harm: the next deployment removes it. */
async function tidy({ runtime, target }: ReleaseDeps, placement: Placement): Promise<void> {
  try {
    await steadily(runtime, 'Removing old versions', () => target.retire(placement));
  } catch (error) {
    if (!(error instanceof UpstreamError) || error instanceof TakenOver) throw error;
    runtime.log.warn(`Old versions stay for now: ${error.message}`);
  }
}

function settle(deps: ReleaseDeps, journal: Journal, { phase, reason }: Observed): Promise<DeployResult> {
  if (phase === 'failed') return turnBack(deps, journal, 'rolled-back', reason);
  return phase === 'error' ? turnBack(deps, journal, 'failed', reason) : hold(deps, journal, reason);
}

function folderOf({ workspace }: ReleaseDeps, { books }: Journal): string {
  return join(workspace, books.record.id);
}
