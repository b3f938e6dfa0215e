import { setMaxListeners } from 'node:events';
import { killAllGroups } from './process-group.ts';

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

export interface Interruption {
  signal: AbortSignal;
  /** Takes our listeners away again. */
  release(): void;
}

/**
 * An AbortSignal that aborts on SIGINT or SIGTERM. A second SIGINT ends all process groups and this process at once;
 * SIGTERM after SIGINT does not: runners send both and mean one cancel.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const onInterrupt = () => {
    if (controller.signal.aborted) {
      killAllGroups();
      process.exit(128 + signalNumbers.SIGINT);
    }
    controller.abort();
  };
  const onTerminate = () => controller.abort();
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}

let shared: Interruption | null = null;

/** The one interruption of this process, listened for from the first call on. */
export function processInterruption(): Interruption {
  shared ??= listenForInterruption();
  return shared;
}
