import { CancelledError, UpstreamError } from '../core/errors.ts';
import type { Holder, LockSeen } from '../platform/deployments.ts';
import type { ReleaseDeps } from './types.ts';

type Place = Pick<ReleaseDeps, 'runtime' | 'locks' | 'environment' | 'token' | 'by'>;

/** Changes of a lock that are tried while others get in between. */
const maxTries = 60;

/**
 * Does `work` while this process holds the environment's lock. Waits for another holder that lives, as long as the
 * environment allows; one that does not is taken over from. A process that is being cancelled keeps the lock: who tidies
 * after it needs it still.
 */
export async function withLock<T>(place: Place, purpose: string, work: () => Promise<T>): Promise<T> {
  await take(place, purpose);
  const result = await work().catch(async (error: unknown) => {
    if (!(error instanceof CancelledError)) await giveBack(place);
    throw error;
  });
  await giveBack(place);
  return result;
}

async function take(place: Place, purpose: string): Promise<void> {
  const { runtime, locks, environment, token, by } = place;
  const until = runtime.clock.monotonic() + environment.lockWait * 1000;
  const since = runtime.clock.now().toISOString();
  const own: Holder = { token, purpose, since, life: locks.life(), url: by.url };
  let told: string | null = null;
  for (let claims = 0; claims < maxTries; ) {
    const seen = await locks.see(environment.name);
    const other = await otherHolder(place, seen);
    if (other === null) {
      if (await claim(place, seen, own)) return;
      claims += 1;
      continue;
    }
    if (runtime.clock.monotonic() >= until) throw busy(environment.name, other);
    if (told !== other.token) runtime.log.info(`Waiting for ${who(other)}.`);
    told = other.token;
    await runtime.clock.sleep(locks.lookEveryMs, runtime.signal);
  }
  throw new UpstreamError(`The lock of "${environment.name}" could not be taken in ${maxTries} tries.`, {
    retryable: true,
    hint: 'Run it again: other runs got in between, or the lock cannot be written.',
  });
}

/** Whoever holds the lock, lives and is not this process. */
async function otherHolder({ locks, token }: Place, { holder }: LockSeen): Promise<Holder | null> {
  if (holder === null || holder.token === token) return null;
  return (await locks.lives(holder)) ? holder : null;
}

/** Takes a lock that is free, or whose holder is dead; false when somebody was quicker. */
async function claim(place: Place, seen: LockSeen, own: Holder): Promise<boolean> {
  const { runtime, locks, environment } = place;
  if (seen.holder?.token === own.token) return true;
  if (seen.holder !== null)
    runtime.log.warn(`The lock of ${who(seen.holder)} is taken over: that run has ended.`);
  if ((await locks.change(environment.name, seen, own)) === 'changed') return true;
  await pause(place);
  return false;
}

/** Frees the lock if this process holds it. One that cannot be freed is taken over from once this run has ended. */
async function giveBack(place: Place): Promise<void> {
  const { runtime, locks, environment, token } = place;
  try {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const seen: LockSeen = await locks.see(environment.name);
      if (seen.holder?.token !== token) return;
      if ((await locks.change(environment.name, seen, null)) === 'changed') return;
      await pause(place);
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    runtime.log.warn(
      `The lock of ${environment.name} could not be freed; the next run finds it dead. ${error.message}`,
    );
  }
}

function pause({ runtime, locks }: Place): Promise<void> {
  return runtime.clock.sleep(Math.ceil(runtime.random.fraction() * locks.lookEveryMs), runtime.signal);
}

function who({ purpose, since, url }: Holder): string {
  return `"${purpose}", since ${since}${url === null ? '' : ` (${url})`}`;
}

function busy(environment: string, holder: Holder): UpstreamError {
  return new UpstreamError(`The environment "${environment}" is locked by ${who(holder)}.`, {
    retryable: true,
    hint: 'Wait for it to end, or give a longer "lock-wait"; a lock of a run that died is taken over by itself.',
  });
}
