import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A server with the V2 repository API: it serves what it found in its folder when it was told to load. */
export interface RepositoryServer {
  url: string;
  /** Text of the loaded model; `null` when none is. */
  loaded(): string | null;
  /** Answers loads with this status. */
  failWith(status: number | null): void;
  close(): Promise<void>;
}

/** Starts one for the model `churn` at a free port of this machine. */
export async function startRepositoryServer(folder: string): Promise<RepositoryServer> {
  let model: string | null = null;
  let failure: number | null = null;
  const answers: Record<string, () => [number, unknown]> = {
    'POST /v2/repository/models/churn/load': () => {
      if (failure !== null) return [failure, { error: 'cannot load' }];
      model = readFileSync(join(folder, 'churn/model.bin'), 'utf8');
      return [200, {}];
    },
    'POST /v2/repository/models/churn/unload': () => {
      const there = model !== null;
      model = null;
      return there ? [200, {}] : [404, { error: 'Model churn not found' }];
    },
    'GET /v2/health/ready': () => [200, {}],
    'GET /v2/models/churn/ready': () => [model === null ? 404 : 200, {}],
    'POST /v2/models/churn/infer': () => [200, { outputs: [{ name: 'predict', data: [1] }] }],
  };
  const server = createServer((request, response) => {
    const answer =
      answers[`${request.method} ${request.url}`] ?? (() => [404, { error: 'Not Found' }] as const);
    const [status, body] = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    loaded: () => model,
    failWith: (status) => {
      failure = status;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
