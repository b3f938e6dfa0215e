import { UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { TakenOver } from '../targets/fence.ts';

/** Attempts at a call that may be repeated. */
const attempts = 3;
const firstPauseMs = 1000;

/** Makes a call of the other side up to three times, with longer pauses each time. What it does must be idempotent. */
export async function steadily<T>(
  { clock, log, signal }: Runtime,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof UpstreamError) || error instanceof TakenOver || tries === attempts) throw error;
      log.warn(`${what} failed and is tried again: ${error.message}`);
      await clock.sleep(firstPauseMs * 2 ** (tries - 1), signal);
    }
  }
}
