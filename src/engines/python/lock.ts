import type { ProcessIdentity, Runtime } from '../../runtime/types.ts';

/** Held until released; released twice is fine. */
export interface Lock {
  release(): Promise<void>;
}

const pauseMs = 250;
const takeOverMs = 10_000;

/** The lock, or who holds it. A lock whose process is dead is taken over. */
export async function tryLock(runtime: Runtime, file: string): Promise<Lock | ProcessIdentity> {
  for (;;) {
    const mine = JSON.stringify({
      ...runtime.processes.self(),
      token: Array.from(runtime.random.bytes(8)).join('.'),
    });
    if (await runtime.files.create(file, mine)) {
      return {
        async release() {
          if ((await runtime.files.readText(file)) === mine) await runtime.files.remove(file);
        },
      };
    }
    const text = await runtime.files.readText(file);
    if (text === null) {
      await removeDangling(runtime, file);
      continue;
    }
    const holder = parseHolder(text);
    if (holder !== null && runtime.processes.isRunning(holder)) return holder;
    await removeStale(runtime, file, text);
  }
}

/** A link to nothing is neither made nor read: trying again would never end. */
async function removeDangling(runtime: Runtime, file: string): Promise<void> {
  if ((await runtime.files.info(file))?.kind === 'link') await runtime.files.remove(file);
}

/** Waits for the lock; `onWait` is told once who holds it. Throws CancelledError when `signal` aborts. */
export async function waitForLock(
  runtime: Runtime,
  file: string,
  signal: AbortSignal,
  onWait: (holder: ProcessIdentity) => void,
): Promise<Lock> {
  for (let told = false; ; told = true) {
    const result = await tryLock(runtime, file);
    if ('release' in result) return result;
    if (!told) onWait(result);
    await runtime.clock.sleep(pauseMs, signal);
  }
}

/** Only one process at a time may remove a stale lock, else it could remove the lock of one that was quicker. */
async function removeStale(runtime: Runtime, file: string, text: string): Promise<void> {
  const guard = `${file}.stale`;
  if (!(await runtime.files.create(guard, ''))) {
    const info = await runtime.files.info(guard);
    const abandoned = info !== null && runtime.clock.now().getTime() - info.modifiedMs > takeOverMs;
    if (abandoned) await runtime.files.remove(guard);
    else await runtime.clock.sleep(20);
    return;
  }
  try {
    if ((await runtime.files.readText(file)) === text) await runtime.files.remove(file);
  } finally {
    await runtime.files.remove(guard);
  }
}

function parseHolder(text: string): ProcessIdentity | null {
  try {
    const { pid, host, started } = JSON.parse(text);
    return typeof pid === 'number' && typeof host === 'string'
      ? { pid, host, started: started ?? null }
      : null;
  } catch {
    return null;
  }
}
