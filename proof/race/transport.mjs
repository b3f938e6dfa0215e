import { EventEmitter } from 'node:events';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';

const { request } = http;

/**
 * Every request that this process makes by node:http from now on is given to `take(url, options, body)`, which gives
 * what `exchange` gives, or an error to be thrown where the network failed; nothing at all leaves the caller waiting.
 */
export function takeRequests(take) {
  http.request = (url, options) => {
    const outgoing = new EventEmitter();
    outgoing.end = (body) => {
      take(url.href, options, body)
        .then((answer) => answer && outgoing.emit('response', messageOf(answer)))
        .catch((error) => outgoing.emit('error', error));
    };
    return outgoing;
  };
  syncBuiltinESMExports();
}

/**
 * One real HTTP exchange with a server of this machine, on a connection of its own; `cut` is set when the connection broke
 * in the middle of the body. No answer is an error.
 */
export function exchange(url, { method, headers }, body) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = { method, headers: { ...headers, ...length }, agent: false };
    const outgoing = request(url, sent, (incoming) => {
      const chunks = [];
      const answer = (cut) => {
        const { statusCode, headers: received } = incoming;
        resolve({ status: statusCode, headers: received, bytes: Buffer.concat(chunks), cut });
      };
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () => answer(false));
      incoming.on('error', () => answer(true));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The answer as node:http hands it over. */
function messageOf({ status, headers, bytes, cut }) {
  async function* body() {
    yield bytes;
    if (cut) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  }
  return Object.assign(Readable.from(body()), { statusCode: status, headers });
}
