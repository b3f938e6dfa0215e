import { randomBytes } from 'node:crypto';
import type { LogStream } from '../node/terminal-log.ts';

const newline = 10;

/** Output of strangers, between marks that make the runner read no workflow command in it. */
export interface Fence {
  /** Writes raw bytes inside the fence, which stays open; `false` when the stream is full. */
  pass(chunk: string | Uint8Array): boolean;
  /** Ends the stranger's line and the fence; what is written next may be a command. */
  close(): void;
}

/** The mark that ends a fence is new for each, and no stranger can know it before it is closed. */
export function createFence(stream: LogStream): Fence {
  let mark: string | null = null;
  let atLineStart = true;
  return {
    pass(chunk) {
      if (chunk.length === 0) return true;
      if (mark === null) {
        mark = randomBytes(16).toString('hex');
        stream.write(`::stop-commands::${mark}\n`);
      }
      atLineStart = chunk.at(-1) === (typeof chunk === 'string' ? '\n' : newline);
      return stream.write(chunk);
    },
    close() {
      if (mark === null) return;
      stream.write(`${atLineStart ? '' : '\n'}::${mark}::\n`);
      mark = null;
      atLineStart = true;
    },
  };
}
