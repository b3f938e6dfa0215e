import { request } from 'node:http';

/**
 * One HTTP exchange with a server of this machine, on a connection of its own. `cut` is set when the connection broke in
 * the middle of the body; no answer at all is an error, as fetch gives it.
 */
export function exchange(url, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const failed = (cause) => reject(new TypeError('fetch failed', { cause }));
    const outgoing = request(
      url,
      { method, headers: withLength(headers, body), agent: false },
      (incoming) => {
        const chunks = [];
        const answer = (cut) =>
          resolve({
            status: incoming.statusCode,
            headers: new Headers(pairsOf(incoming.rawHeaders)),
            bytes: Buffer.concat(chunks),
            cut,
          });
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('end', () => answer(false));
        incoming.on('error', () => answer(true));
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body ?? undefined);
  });
}

/** As fetch does it: a redirect is followed, to another origin without the token. */
export async function follow(url, init) {
  const answer = await exchange(url, init);
  const location = answer.headers.get('location');
  if (answer.status !== 302 || location === null) return answer;
  const target = new URL(location, url);
  const { authorization, ...others } = init.headers;
  const sameOrigin = target.origin === new URL(url).origin;
  return exchange(target.href, { ...init, headers: sameOrigin ? { authorization, ...others } : others });
}

/** What the client reads of a Response: status, headers, and a body that breaks where the connection did. */
export function responseOf({ status, headers, bytes, cut }) {
  async function* body() {
    yield bytes;
    if (cut) throw new TypeError('terminated', { cause: new Error('other side closed') });
  }
  return { status, headers, body: bytes.length === 0 && !cut ? null : body() };
}

function withLength(headers, body) {
  return body === null || body === undefined
    ? headers
    : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

function pairsOf(raw) {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]]);
}
