import type { Runtime } from '../../runtime/types.ts';
import { localRef } from './read.ts';

/** A lock on a ref is held for milliseconds; one of this age was left by a process that was killed. */
const deadAfterMs = 10_000;

/** Removes the lock file on the ledger's ref that git complains about, when whoever made it is long dead. */
export async function removeDeadLock(runtime: Runtime, complaint: string): Promise<void> {
  const lock = /Unable to create '(.+\.lock)': File exists/s.exec(complaint)?.[1];
  if (!lock?.replaceAll('\\', '/').endsWith(`/${localRef}.lock`)) return;
  const info = await runtime.files.info(lock);
  if (info === null || runtime.clock.now().getTime() - info.modifiedMs < deadAfterMs) return;
  runtime.log.warn(`Removing ${lock}: a git that was killed left it behind.`);
  await runtime.files.remove(lock);
}
