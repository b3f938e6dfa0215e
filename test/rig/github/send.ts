import type { ServerResponse } from 'node:http';
import type { Answer } from './call.ts';

function payload({ body, headers = {} }: Answer): { bytes: Buffer; headers: Record<string, string> } {
  if (Buffer.isBuffer(body)) return { bytes: body, headers };
  if (body === undefined) return { bytes: Buffer.alloc(0), headers };
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } };
}

export function send(response: ServerResponse, answer: Answer): void {
  const { bytes, headers } = payload(answer);
  response.writeHead(
    answer.status,
    answer.status === 204 ? headers : { ...headers, 'content-length': bytes.length },
  );
  response.end(bytes);
}

/** The connection breaks in the middle of the body. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  const { bytes, headers } = payload(answer);
  response.writeHead(answer.status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}
