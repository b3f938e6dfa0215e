import { CancelledError, type UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { version } from '../version.ts';
import { oneLine, serverError } from './failures.ts';

/** One request as it goes out. */
export interface Outgoing {
  method: string;
  url: string;
  body: string | null;
  /** How messages name it; no query, no secret. */
  what: string;
}

export interface Incoming {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

/** A request without an answer after this many milliseconds has none. */
const timeoutMs = 30_000;

/** Headers of every request. */
export function headersFor(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': `trainyard/${version}`,
  };
}

/**
 * Sends one request and reads the whole answer, at most `maxBytes`. A network that fails, an answer cut short, one that
 * is too large or too slow: UpstreamError. The token goes to no other host: redirects to one drop it (as fetch does).
 */
export async function send(
  runtime: Runtime,
  headers: Readonly<Record<string, string>>,
  out: Outgoing,
  maxBytes: number,
): Promise<Incoming> {
  const signal = AbortSignal.any([runtime.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await fetch(out.url, {
      method: out.method,
      headers: out.body === null ? headers : { ...headers, 'content-type': 'application/json' },
      body: out.body,
      signal,
    });
    return { status: answer.status, headers: answer.headers, bytes: await readAll(answer, maxBytes) };
  } catch (error) {
    if (runtime.signal.aborted) throw new CancelledError('Cancelled while waiting for GitHub.');
    throw networkError(out.what, error);
  }
}

async function readAll(answer: Response, maxBytes: number): Promise<Uint8Array> {
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

function networkError(what: string, error: unknown): UpstreamError {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  if (name === 'TimeoutError') return serverError(what, `no answer within ${timeoutMs / 1000} s`);
  return serverError(what, oneLine(cause instanceof Error && cause.message !== '' ? cause.message : message));
}
