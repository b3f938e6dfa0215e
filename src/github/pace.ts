import type { Runtime } from '../runtime/types.ts';

/**
 * GitHub takes 80 requests a minute that create content, and asks for a second between them. A job writes a handful:
 * these go at once, from then on a second lies between two.
 */
const freeWrites = 10;
const gapMs = 1000;

/** Resolves when the next write may go out. */
export function createPace({ clock, signal }: Pick<Runtime, 'clock' | 'signal'>): () => Promise<void> {
  let writes = 0;
  let next = 0;
  return async () => {
    writes += 1;
    if (writes <= freeWrites) return;
    const now = clock.monotonic();
    const start = Math.max(now, next);
    next = start + gapMs;
    if (start > now) await clock.sleep(start - now, signal);
  };
}
