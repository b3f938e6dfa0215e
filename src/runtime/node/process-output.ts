import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { UpstreamError } from '../../core/errors.ts';

type Consumer = (chunk: Uint8Array) => void | Promise<void>;

/**
 * A process that left the group may hold the pipe open: after the leader's end it is closed when it was silent for
 * this many turns. Turns, not time alone: a busy event loop is no silence.
 */
const silentTurns = 25;
const turnMs = 20;
/** It may also never be silent: what was in the pipe at the leader's end takes less than this many turns and chunks. */
const idleTurns = 200;
const lastChunks = 256;

/** Keeps output in memory, up to `limit` bytes. */
export function collector(command: string, limit: number): { take: Consumer; bytes: () => Uint8Array } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    take(chunk) {
      size += chunk.length;
      if (size > limit) throw new UpstreamError(`"${command}" wrote more than ${limit} bytes of output.`);
      chunks.push(chunk);
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/**
 * Hands what a stream delivers to a consumer, one chunk at a time, reading on when the consumer is done: a slow
 * consumer slows the process down instead of filling memory. After a failure the rest is read and dropped.
 */
export function pump(
  stream: Readable | null,
  consume: Consumer,
  onFailure: (error: unknown) => void,
): { finish(): Promise<void> } {
  if (stream === null) return { finish: async () => {} };
  const change = wakeOnChange(stream);
  let ended = false;
  let busy = false;
  let silent = 0;
  let broken = false;
  let handed = 0;

  const hand = async (chunk: Uint8Array): Promise<void> => {
    busy = true;
    handed += 1;
    try {
      if (!broken) await consume(chunk);
    } catch (error) {
      broken = true;
      onFailure(error);
    } finally {
      busy = false;
      silent = 0;
    }
  };
  const all = (async () => {
    try {
      while (!ended) {
        const chunk: Uint8Array | null = stream.read();
        if (chunk !== null) await hand(chunk);
        else if (stream.readableEnded || stream.destroyed) ended = true;
        else await change();
      }
    } finally {
      ended = true;
    }
  })();

  return {
    async finish() {
      const most = handed + lastChunks;
      silent = 0;
      for (let idle = 0; !ended && silent < silentTurns && idle < idleTurns && handed < most; ) {
        await Promise.race([all, delay(turnMs)]);
        silent += busy ? 0 : 1;
        idle += busy ? 0 : 1;
      }
      stream.destroy();
      await all;
    },
  };
}

/**
 * A function that resolves when the stream next has data, ended, failed or was closed. It listens all the time: when
 * a process ends, Node lets streams nobody listens to flow away.
 */
function wakeOnChange(stream: Readable): () => Promise<void> {
  let wake = (): void => undefined;
  for (const event of ['readable', 'end', 'error', 'close'] as const) stream.on(event, () => wake());
  return () =>
    new Promise((resolve) => {
      wake = resolve;
    });
}
