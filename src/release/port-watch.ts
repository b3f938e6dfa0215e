import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { Clock } from '../runtime/types.ts';

/** Failures in a row after which a port is asked no more, and milliseconds of waiting for them: whichever comes first. */
const patience = { failures: 3, waitedMs: 8000 };

/** A port that is watched until it is given up. */
export interface Watch {
  isGone(): boolean;
  giveUp(reason: string): void;
  /** A change that began then failed: one too many in a row gives the port up, however well it can be read in between. */
  failed(reason: string, began: number): void;
  /** A change was answered. */
  answered(): void;
  /** Asks until there is an answer; `null` once the port is given up, at once where what it has cannot be used. */
  ask<T>(call: () => Promise<T>): Promise<T | null>;
}

/** Watches a port; `tell` hears why it is given up. */
export function createWatch(clock: Clock, tell: (reason: string) => void): Watch {
  let gone = false;
  let changes = createStreak(clock);
  const watch: Watch = {
    isGone: () => gone,
    giveUp(reason) {
      gone = true;
      tell(reason);
    },
    failed(reason, began) {
      if (changes.isTooLong(began)) watch.giveUp(reason);
    },
    answered() {
      changes = createStreak(clock);
    },
    async ask(call) {
      const reads = createStreak(clock);
      while (!gone) {
        const began = clock.monotonic();
        try {
          return await call();
        } catch (error) {
          const reason = error instanceof ConfigError ? error.message : reasonOf(error);
          if (error instanceof ConfigError || reads.isTooLong(began)) watch.giveUp(reason);
        }
      }
      return null;
    },
  };
  return watch;
}

/** Counts failures in a row, and how long was waited for them. */
function createStreak(clock: Clock): { isTooLong(began: number): boolean } {
  let [failures, waited] = [0, 0];
  return {
    isTooLong(began) {
      failures += 1;
      waited += clock.monotonic() - began;
      return failures >= patience.failures || waited >= patience.waitedMs;
    },
  };
}

/** The reason of a failure of the other side; what is none goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof UpstreamError) return error.message;
  throw error;
}
