import type { DeploymentRecord, PlacedVersion } from '../schema/deployment.types.ts';
import type { DeploymentEntry, EnvironmentState, LiveVersion } from '../schema/environment.types.ts';
import type { Books, Step } from './types.ts';

/** Versions to go back to that are remembered, and deployments listed before older ones are sealed away. */
const goodKept = 20;

/** The state of an environment that nothing was deployed to. */
export function emptyState(environment: string, model: string): EnvironmentState {
  return {
    ...{ schema: 'trainyard/environment', version: 1, environment, model },
    ...{ fence: 0, open: null, live: null, good: [], blocked: [], recent: [], segments: 0 },
  };
}

/**
 * Opens a deployment: its fence is above all that came before. A rollback takes the version it leaves off the good ones
 * and blocks it.
 */
export function opened(state: EnvironmentState, record: DeploymentRecord): Books {
  const { from } = record;
  const leaving = record.kind === 'rollback' ? from : null;
  const next: EnvironmentState = {
    ...state,
    fence: record.fence,
    open: record.id,
    ...(leaving !== null && {
      good: state.good.filter(({ version }) => version !== leaving.version),
      blocked: blocking(state, leaving, record.reason ?? 'rolled back', record.created),
    }),
  };
  return { state: next, record };
}

/** A ledger that knows nothing of the environment takes what the target serves as live. */
export function takenAsLive(state: EnvironmentState, stable: PlacedVersion, since: string): EnvironmentState {
  const live = foundLive(stable, since);
  return { ...state, live, good: [live] };
}

/** A deployment that was made without the ledger, and ended; one that is open beside it stays so. */
export function foundServing(state: EnvironmentState, record: DeploymentRecord, now: string): Books {
  const books = succeeded(opened(state, record), now);
  return { ...books, state: { ...books.state, open: state.open } };
}

/** What serves now is what to go back to, whatever did when the deployment began. */
export function comesFrom({ state, record }: Books, from: DeploymentRecord['from']): Books {
  return { state, record: { ...record, from } };
}

/** Another run goes on with it, under a higher fence. */
export function adopted({ state, record }: Books, fence: number): Books {
  return { state: { ...state, fence }, record: { ...record, fence } };
}

/** The step at hand is done and another begins; with `retire` the candidate has become what is live. */
export function begun({ state, record }: Books, step: Step, weight: number | null, now: string): Books {
  const journal = [...allDone(record, now), { step, weight, begun: now, done: null }];
  const next = step === 'retire' ? { ...state, live: liveOf(record, now) } : state;
  return { state: next, record: { ...record, journal } };
}

/** Turns back: from here on a deployment only ends as `ending`. */
export function turnedBack(
  books: Books,
  ending: NonNullable<DeploymentRecord['ending']>,
  reason: string,
  now: string,
): Books {
  if (books.record.ending !== null) return books;
  const { state, record } = books;
  const journal = [...record.journal, { step: 'back-out' as const, weight: null, begun: now, done: null }];
  return { state, record: { ...record, state: 'running', ending, reason, journal } };
}

/** Stops where it is until somebody decides. */
export function held({ state, record }: Books, reason: string): Books {
  return { state, record: { ...record, state: 'held', reason } };
}

/** With what was measured so far, the last 200. */
export function measured({ state, record }: Books, measurements: DeploymentRecord['measurements']): Books {
  return { state, record: { ...record, measurements: measurements.slice(-200) } };
}

/** Goes on after a hold: the step it stopped at counts as done. */
export function resumed({ state, record }: Books, now: string): Books {
  return { state, record: { ...record, state: 'running', reason: null, journal: allDone(record, now) } };
}

/** The deployment has ended, and its version is live. */
export function succeeded({ state, record }: Books, now: string): Books {
  const live = state.live?.deployment === record.id ? state.live : liveOf(record, now);
  const others = state.good.filter(({ version }) => version !== live.version);
  const done: DeploymentRecord = {
    ...record,
    state: 'succeeded',
    finished: now,
    journal: allDone(record, now),
  };
  const next = { ...state, live, good: [live, ...others].slice(0, goodKept) };
  return closed(next, done, now);
}

/** The deployment has ended, and what was live before is live again. A version that was found bad is blocked. */
export function backedOut({ state, record }: Books, now: string): Books {
  const { from, candidate } = record;
  const ending = record.ending ?? 'failed';
  const live = state.live?.deployment === from?.deployment ? state.live : from && foundLive(from, now);
  const blocked =
    ending === 'rolled-back' && record.kind === 'deploy'
      ? blocking(state, candidate, record.reason ?? 'rolled back', now)
      : state.blocked;
  const done: DeploymentRecord = { ...record, state: ending, finished: now, journal: allDone(record, now) };
  return closed({ ...state, live, blocked }, done, now);
}

function closed(state: EnvironmentState, record: DeploymentRecord, now: string): Books {
  const { id, kind, candidate, from, reason, created } = record;
  const entry: DeploymentEntry = {
    ...{ id, kind, version: candidate.version, from: from?.version ?? null },
    ...{ state: record.state as DeploymentEntry['state'], reason, created, finished: now },
  };
  return { state: { ...state, open: null, recent: [entry, ...state.recent] }, record };
}

function allDone(record: DeploymentRecord, now: string): DeploymentRecord['journal'] {
  return record.journal.map((entry) => ({ ...entry, done: entry.done ?? now }));
}

function liveOf({ id, candidate }: DeploymentRecord, since: string): LiveVersion {
  const { version, digest, commit, verdict } = candidate;
  return { deployment: id, version, digest, commit, verdict, since };
}

/** What a target was found to serve although no record says so. */
function foundLive(from: PlacedVersion, since: string): LiveVersion {
  return { ...from, commit: null, verdict: null, since };
}

function blocking(
  { blocked }: EnvironmentState,
  { version, digest }: { version: string; digest: string },
  reason: string,
  since: string,
): EnvironmentState['blocked'] {
  const others = blocked.filter((one) => one.version !== version);
  return [{ version, digest, reason: reason.slice(0, 500), since }, ...others];
}
