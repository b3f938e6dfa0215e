import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { UpstreamError } from '../../core/errors.ts';

type Consumer = (chunk: Uint8Array) => void | Promise<void>;

/** A process that left the group may hold the pipe open: silence of this long after the leader's end closes it. */
const silenceMs = 500;

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
  let ended = false;
  let busy = false;
  let lastActive = performance.now();
  let broken = false;

  const hand = async (chunk: Uint8Array): Promise<void> => {
    busy = true;
    try {
      if (!broken) await consume(chunk);
    } catch (error) {
      broken = true;
      onFailure(error);
    } finally {
      busy = false;
      lastActive = performance.now();
    }
  };
  const all = (async () => {
    try {
      while (!ended) {
        const chunk: Uint8Array | null = stream.read();
        if (chunk !== null) await hand(chunk);
        else if (stream.readableEnded || stream.destroyed) ended = true;
        else await readable(stream);
      }
    } finally {
      ended = true;
    }
  })();

  return {
    async finish() {
      while (!ended && (busy || performance.now() - lastActive < silenceMs)) {
        await Promise.race([all, delay(20, undefined, { ref: true })]);
      }
      stream.destroy();
      await all;
    },
  };
}

/** Resolves when the stream has data, ended, failed or was closed. */
function readable(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'error', 'close'] as const;
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}
