import { CancelledError } from '../../core/errors.ts';
import type { Clock } from '../types.ts';

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new CancelledError('Cancelled while waiting.'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }, milliseconds);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now(), sleep };
