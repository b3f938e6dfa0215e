import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** A request as `fetch` takes it; a body that is no text is read as it is sent. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | AsyncIterable<Uint8Array> | undefined;
  signal: AbortSignal;
}

/** What of a `Response` we read. */
export interface Reply {
  status: number;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
}

const mostRedirects = 5;

/**
 * `fetch` without a proxy, as far as GitHub needs it: follows redirects, but sends the token to no other origin, and
 * unpacks gzip. The built-in one loads undici first, which takes twice as long as starting Node. Failures of the network
 * are thrown as they come.
 */
export async function fetchDirectly(address: string, { headers, ...out }: Sent): Promise<Reply> {
  let url = new URL(address);
  let sent: Record<string, string> = { 'accept-encoding': 'gzip', ...headers };
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const message = await exchange(url, { ...out, headers: sent });
    const next = redirectOf(message, url, out);
    if (next === null) return replyOf(message);
    message.resume();
    if (next.origin !== url.origin) {
      const { authorization: _, ...others } = sent;
      sent = others;
    }
    url = next;
  }
  throw new Error(`more than ${mostRedirects} redirects`);
}

/** Sends one request; resolves with the head of its answer. */
async function exchange(url: URL, { method, headers, body, signal }: Sent): Promise<IncomingMessage> {
  const { request } = await (url.protocol === 'http:' ? import('node:http') : import('node:https'));
  const sending = request(url, { method, headers, signal });
  return new Promise((resolve, reject) => {
    sending.on('response', resolve).on('error', reject);
    if (typeof body === 'object') pipeline(body, sending).catch(reject);
    else sending.end(body);
  });
}

/** Where the answer leads to; a body that is gone cannot be sent again, and none may turn into a question. */
function redirectOf(message: IncomingMessage, from: URL, { method, body }: Omit<Sent, 'headers'>) {
  const { statusCode = 0, headers } = message;
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return null;
  const same = statusCode >= 307 && typeof body !== 'object';
  if (method === 'GET' || same) return new URL(location, from);
  message.destroy();
  throw new Error(`a redirect (${statusCode}) of what was sent`);
}

function replyOf(message: IncomingMessage): Reply {
  const packed = message.headers['content-encoding'] === 'gzip';
  return {
    status: message.statusCode ?? 0,
    headers: { get: (name) => [message.headers[name.toLowerCase()] ?? []].flat().join(', ') || null },
    body: packed ? unpacked(message) : message,
  };
}

async function* unpacked(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip();
  const done = pipeline(message, gunzip);
  done.catch(() => undefined);
  yield* gunzip;
  await done;
}
