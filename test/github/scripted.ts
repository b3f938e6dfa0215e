import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientOptions, createClient } from '../../src/github/client.ts';
import type { GitHubClient } from '../../src/github/types.ts';
import type { Clock, Runtime } from '../../src/runtime/types.ts';
import { makeRuntime } from '../git/repository.ts';

/** One answer; `cut` sends half of the body and ends the connection. */
export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  cut?: boolean;
}

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface ScriptedServer {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** A server that gives the answers in order, the last one again and again. */
export async function startScripted(answers: readonly Scripted[]): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    const type = { 'content-type': 'application/json' };
    response.writeHead(answer.status ?? 200, { ...type, ...answer.headers });
    if (!answer.cut) return response.end(text);
    response.write(text.slice(0, text.length / 2));
    return setTimeout(() => response.destroy(), 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A clock that never waits and remembers how long it would have; its time moves with the waits. */
export function quickClock(start = Date.UTC(2026, 2, 1)): Clock & { slept: number[] } {
  const slept: number[] = [];
  const passed = () => slept.reduce((sum, ms) => sum + ms, 0);
  return {
    slept,
    now: () => new Date(start + passed()),
    monotonic: passed,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
  };
}

export const secret = 'ghs_notForAnybodysEyes';

export function clientOf(
  url: string,
  changes: Partial<Runtime> = {},
  options: Partial<ClientOptions> = {},
): GitHubClient {
  const runtime = makeRuntime({
    clock: quickClock(),
    random: { bytes: (n) => new Uint8Array(n), fraction: () => 0.5 },
    ...changes,
  });
  return createClient({
    token: secret,
    apiUrl: url,
    graphqlUrl: `${url}/graphql`,
    repository: 'octo/flights',
    runtime,
    ...options,
  });
}
