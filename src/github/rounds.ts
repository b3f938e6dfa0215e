import { UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';

/** Rounds of looking and writing; together about 20 s of pauses. */
const rounds = 4;

/** Lists of GitHub show what is new a moment later: nobody looks again sooner. */
export const shownAfterMs = 2500;

/**
 * Looks and writes until it is done. `round` looks first, so that it finds what an earlier round wrote without getting an
 * answer. Retryable UpstreamErrors mean another round, the last one's is thrown.
 */
export async function inRounds<T>({ clock, signal, log }: Runtime, round: () => Promise<T>): Promise<T> {
  for (let done = 0; ; done += 1) {
    try {
      return await round();
    } catch (error) {
      if (!(error instanceof UpstreamError && error.retryable) || done + 1 >= rounds) throw error;
      log.debug(`${error.message} Looking again.`);
    }
    await clock.sleep(shownAfterMs * 2 ** done, signal);
  }
}
