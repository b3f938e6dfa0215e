import { CancelledError } from '../core/errors.ts';
import type { Reply } from '../runtime/node/direct.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Network } from './network.ts';

/** One request as it goes out. */
export interface Outgoing {
  method: string;
  url: string;
  body: string | null;
  /** Media type asked for, where it is not GitHub's JSON. */
  accept?: string;
  /** How messages name it; no query, no secret. */
  what: string;
}

export interface Incoming {
  status: number;
  headers: Reply['headers'];
  bytes: Uint8Array;
}

/** A request without an answer after this many milliseconds has none. */
const longestMs = 30_000;

/**
 * Sends one request and reads the whole answer, at most `maxBytes`, for no longer than `leftMs`. A network that fails, an answer cut short, one that
 * is too large or too slow: UpstreamError.
 */
export async function send(
  runtime: Runtime,
  network: Network,
  { method, url, body, accept, what }: Outgoing,
  maxBytes: number,
  leftMs: number,
): Promise<Incoming> {
  const timeoutMs = Math.max(1, Math.ceil(Math.min(longestMs, leftMs)));
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([runtime.signal, timeout]);
  const headers = {
    ...(body !== null && { 'content-type': 'application/json' }),
    ...(accept !== undefined && { accept }),
  };
  try {
    const answer = await network.ask({ method, url, headers, body: body ?? undefined, signal });
    return { status: answer.status, headers: answer.headers, bytes: await readAll(answer, maxBytes) };
  } catch (error) {
    if (runtime.signal.aborted) throw new CancelledError('Cancelled while waiting for GitHub.');
    const slow = timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error;
    throw network.failure(what, slow);
  }
}

async function readAll(answer: Reply, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (answer.body === null) return new Uint8Array();
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
