import { documentOf, leftovers, traffic } from './world.mjs';

/** At any moment, also before anybody has tidied: whoever asks is served by a whole version, once there was one. */
export function alwaysHolds(world, wasLive) {
  const shares = traffic(world);
  const found = [];
  if (wasLive && shares.length === 0) found.push('nobody serves');
  if (shares.some(({ whole }) => !whole))
    found.push('a version serves with other bytes than were registered');
  return found;
}

/** After a reconcile: one version, records that agree with the target and with each other, no lock. */
export function endHolds(world, { lives, mayHold, leaves = null }) {
  const state = documentOf(world, 'state');
  const shares = traffic(world);
  const found = [...alwaysHolds(world, false)];
  if (world.lock.holder !== null) found.push('a lock is left');
  if (state === null)
    return shares.length === 0 ? found : [...found, 'a version serves and no record says so'];
  const open = state.open === null ? null : documentOf(world, state.open);
  if (open !== null && open.state === 'held' && mayHold) return found;
  if (open !== null) return [...found, `deployment ${open.id} is left ${open.state}`];
  const goneBack = leaves !== null && state.live?.version === leaves.to;
  if (goneBack && !state.blocked.some(({ version }) => version === leaves.version))
    found.push(`${leaves.version} was left and is not blocked`);
  return [...found, ...closedHolds(world, state, shares, lives)];
}

function closedHolds(world, state, shares, lives) {
  const found = [];
  const say = (isWrong, what) => {
    if (isWrong) found.push(what);
  };
  const versionOf = (deployment) => documentOf(world, deployment)?.candidate.version ?? 'unknown';
  const served = shares.map(({ deployment }) => versionOf(deployment));
  say(shares.length > 1, `${served.join(' and ')} serve at once`);
  say(
    shares[0]?.deployment !== state.live?.deployment,
    `${served[0]} serves, the state says ${state.live?.version}`,
  );
  say(!lives.includes(state.live?.version ?? null), `${state.live?.version ?? 'nothing'} is live`);
  say(leftovers(world).length > 0, `left in the folder: ${leftovers(world).join(', ')}`);
  const ids = state.recent.map(({ id }) => id);
  say(new Set(ids).size !== ids.length, 'a deployment is listed twice');
  say(state.fence < ids.length, 'two deployments have one fence');
  for (const entry of state.recent) found.push(...recordHolds(world, entry));
  const [newest] = state.recent;
  for (const [where, told] of Object.entries(shown(world)))
    say(
      newest && told.get(newest.id) !== newest.state,
      `the ${where} shows ${newest?.state} as ${told.get(newest?.id)}`,
    );
  say(
    state.live !== null && state.good[0]?.deployment !== state.live.deployment && !isBlocked(state),
    'what is live is not good',
  );
  return found;
}

function shown({ shown: records, checks: check, comments: comment }) {
  const deployment = new Map([...records].map(([id, { state }]) => [id, state]));
  return { deployment, check, comment };
}

/** A version that a failed rollback was to leave is live and blocked. */
function isBlocked({ live, blocked }) {
  return blocked.some(({ version }) => version === live.version);
}

function recordHolds(world, { id, state, finished }) {
  const record = documentOf(world, id);
  if (record === null) return [`the record of ${id} is missing`];
  const found = [];
  if (record.state !== state || record.finished !== finished)
    found.push(`record and list differ about ${id}`);
  if (record.journal.some(({ done }) => done === null)) found.push(`the journal of ${id} is not closed`);
  const steps = record.journal.map(({ step, weight }) => `${step} ${weight}`);
  if (new Set(steps).size !== steps.length) found.push(`the journal of ${id} names a step twice`);
  // What was put there without the ledger has a record, and nobody has seen its steps.
  const seen = record.journal.length > 0 || !record.reason?.startsWith('found on the target');
  if (state === 'succeeded' && seen && record.journal.at(-1)?.step !== 'retire')
    found.push(`${id} succeeded half-way`);
  return found;
}
