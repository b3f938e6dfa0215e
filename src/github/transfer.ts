import { CancelledError, ConfigError, UpstreamError } from '../core/errors.ts';
import type { Reply } from '../runtime/node/direct.ts';
import type { Runtime } from '../runtime/types.ts';
import { writeChunks } from '../runtime/write-chunks.ts';
import type { Send } from './exchange.ts';
import { oneLine } from './failures.ts';
import type { Network } from './network.ts';
import type { Incoming } from './transport.ts';

/** A transfer in which nothing moves for this long is dead; its whole length does not matter. */
const stallMs = 120_000;

/** Bytes that are read of a file at once. */
const pieceBytes = 1 << 20;

/** Largest answer that tells of an error. */
const errorBytes = 1 << 20;

/** Sends that bring an answer's bytes to a new file; `Incoming` has none then. An answer of 400 and more is read. */
export function receiveInto(file: string): Send {
  return (runtime, network, { method, url, accept, what }, maxBytes) =>
    watched(runtime, network, what, async (signal, moved) => {
      const headers = accept === undefined ? {} : { accept };
      const answer = await network.ask({ method, url, headers, signal });
      if (answer.status >= 400) return incoming(answer, await readSome(answer));
      const body = limited(answer.body ?? [], maxBytes, what);
      await writeChunks(runtime.files, file, noticed(body, moved));
      return incoming(answer, new Uint8Array());
    });
}

/** Sends a file of `bytes` bytes as it is read from disk; with `start` that many from there on. */
export function sendFile(file: string, bytes: number, start?: number): Send {
  return (runtime, network, { method, url, what }) =>
    watched(runtime, network, what, async (signal, moved) => {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(bytes) };
      // What was written to a socket is let go of when the next but one is asked for.
      const buffers = [new Uint8Array(pieceBytes), new Uint8Array(pieceBytes)];
      const read = runtime.files.stream(file, pieceBytes, start, buffers);
      const piece = start === undefined ? read : first(bytes, read);
      const body = noticed(exactly(bytes, piece, file), moved);
      const answer = await network.ask({ method, url, headers, body, signal });
      return incoming(answer, await readSome(answer));
    });
}

/**
 * Where GitHub takes uploads. The token goes along, so the host must be the API's, or one beside it below the same
 * name (`uploads.github.com` for `api.github.com`); another is a ConfigError.
 */
export function uploadUrl(told: string, apiUrl: string): URL {
  const [address = ''] = told.split('{', 1);
  const api = new URL(apiUrl);
  const home = api.hostname.replace(/^api\./, '');
  if (URL.canParse(address)) {
    const url = new URL(address);
    const near = url.hostname === home || url.hostname.endsWith(`.${home}`);
    if (near && url.protocol === api.protocol) return url;
  }
  throw new ConfigError(`GitHub names ${JSON.stringify(oneLine(told))} as the place for uploads.`, {
    expected: `an address of ${home}, over ${api.protocol}`,
    hint: 'Check GITHUB_API_URL: the token is sent to no other server.',
  });
}

function incoming({ status, headers }: Reply, bytes: Uint8Array): Incoming {
  return { status, headers, bytes };
}

/** Does a transfer and ends it when nothing moves. Network failures: a retryable UpstreamError. */
async function watched(
  runtime: Runtime,
  network: Network,
  what: string,
  transfer: (signal: AbortSignal, moved: () => void) => Promise<Incoming>,
): Promise<Incoming> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallMs);
  try {
    return await transfer(AbortSignal.any([runtime.signal, stall.signal]), () => void timer.refresh());
  } catch (error) {
    if (runtime.signal.aborted) throw new CancelledError('Cancelled while waiting for GitHub.');
    if (error instanceof UpstreamError || error instanceof ConfigError) throw error;
    const stalled = new Error(`nothing moved for ${stallMs / 1000} s`);
    throw network.failure(what, stall.signal.aborted ? stalled : error);
  } finally {
    clearTimeout(timer);
  }
}

async function* noticed(chunks: AsyncIterable<Uint8Array>, moved: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    moved();
    yield chunk;
  }
}

/** The length was promised: less would leave the other side waiting, more would be taken for the next request. */
async function* exactly(
  bytes: number,
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new Error(`${file} changed while it was sent`);
}

/** At most so many bytes of a stream. */
async function* first(bytes: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}

async function* limited(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new UpstreamError(`GitHub sends more than ${maxBytes} bytes (${what}).`);
    yield chunk;
  }
}

async function readSome(answer: Reply): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > errorBytes) break;
  }
  return Buffer.concat(chunks);
}
