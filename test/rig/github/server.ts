import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleBlob, handleResults } from '../results/handle.ts';
import { runtimeToken } from '../results/tokens.ts';
import { type Builders, makeBuilders } from './builders.ts';
import type { Places } from './call.ts';
import { type FaultPlan, makeFaultPlan, type Switches } from './faults.ts';
import { handle } from './handle.ts';
import type { WorkflowRun } from './records.ts';
import { makeRequests, type Requests } from './requests.ts';
import { makeState, type State } from './state.ts';

export interface GitHubOptions {
  /** An Enterprise Server: `/api/v3`, `/api/graphql`; `missing` names GraphQL fields (`Type.field`) it does not have. */
  ghes?: { missing?: readonly string[] };
  now?: () => Date;
  /** Requests a token may make in an hour; GitHub gives GITHUB_TOKEN 1,000 for each repository. */
  rateLimit?: number;
}

export interface FakeGitHub {
  /** For GITHUB_API_URL. */
  url: string;
  /** For GITHUB_GRAPHQL_URL. */
  graphqlUrl: string;
  /** For GITHUB_SERVER_URL. */
  serverUrl: string;
  /** For ACTIONS_RESULTS_URL: the service that keeps artifacts. */
  resultsUrl: string;
  /** An ACTIONS_RUNTIME_TOKEN: lets a job of the run's current attempt keep artifacts. */
  runtimeToken(run: WorkflowRun, job?: string): string;
  state: Builders;
  switches: Switches;
  requests: Requests;
  /** Operations it does not know, answers of its own against the description, errors of its own. */
  failures: string[];
  /** Throws when there were failures. */
  close(): Promise<void>;
}

/** All that one server is made of. */
export interface Rig {
  state: State;
  places: Places;
  /** What precedes a path of the REST API. */
  prefix: string;
  graphqlPath: string;
  missing: readonly string[];
  plan: FaultPlan;
  requests: Requests;
  failures: string[];
  /** A test is over: those who hang let go. */
  closing: AbortSignal;
}

/** Starts a GitHub of its own on a free port of this machine. */
export async function startGitHub(options: GitHubOptions = {}): Promise<FakeGitHub> {
  const state = makeState(options.now ?? (() => new Date()), options.rateLimit ?? 5000);
  const ending = new AbortController();
  const prefix = options.ghes ? '/api/v3' : '';
  const graphqlPath = options.ghes ? '/api/graphql' : '/graphql';
  const places: Places = { api: '', html: '', uploads: '', blobs: '' };
  const rig: Rig = {
    ...{ state, places, prefix, graphqlPath },
    missing: options.ghes?.missing ?? [],
    plan: makeFaultPlan(),
    requests: makeRequests(),
    failures: [],
    closing: ending.signal,
  };
  const [main, blobs, results] = [
    serverOf(rig, handle),
    serverOf(rig, handleBlob),
    serverOf(rig, handleResults),
  ];
  const [origin, blobOrigin, resultsUrl] = (await Promise.all([main, blobs, results].map(listen))) as [
    string,
    string,
    string,
  ];
  const uploads = options.ghes ? `${origin}/api/uploads` : `${origin}/uploads`;
  // On other hosts `@actions/artifact` refuses to work, as on an Enterprise Server; nothing is fetched from there.
  const html = options.ghes ? origin : origin.replace('127.0.0.1', 'github.localhost');
  Object.assign(places, { api: `${origin}${prefix}`, html, uploads, blobs: blobOrigin });
  return {
    url: places.api,
    graphqlUrl: `${origin}${graphqlPath}`,
    serverUrl: html,
    resultsUrl,
    runtimeToken: (run, job = 'job') => runtimeToken(run, job),
    state: makeBuilders(state),
    switches: switchesOf(rig),
    requests: rig.requests,
    failures: rig.failures,
    async close() {
      ending.abort();
      await Promise.all([main, blobs, results].map(stop));
      if (rig.failures.length > 0) throw new Error(`the fake GitHub failed:\n${rig.failures.join('\n')}`);
    },
  };
}

type Handle = (rig: Rig, request: IncomingMessage, response: ServerResponse) => Promise<void>;

function serverOf(rig: Rig, handler: Handle): Server {
  return createServer((request, response) => void serve(rig, handler, request, response));
}

async function serve(rig: Rig, handler: Handle, request: IncomingMessage, response: ServerResponse) {
  try {
    await handler(rig, request, response);
  } catch (error) {
    if (!rig.closing.aborted) rig.failures.push(String((error as Error).stack));
    response.destroy();
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

function switchesOf({ plan, state }: Rig): Switches {
  const token = (text: string) => {
    const found = state.tokens.get(text);
    if (!found) throw new Error('no such token');
    return found;
  };
  return {
    plan: (...faults) => void plan.planned.push(...faults.map((fault) => ({ ...fault }))),
    lag(lists) {
      state.visibility.lag = lists;
    },
    expire(text) {
      token(text).expired = true;
    },
    makeReadOnly(text) {
      const found = token(text);
      const read = Object.entries(found.permissions).map(([name, level]) => [
        name,
        level === 'none' ? level : 'read',
      ]);
      found.permissions = Object.fromEntries(read);
    },
    pending: () => plan.planned.length,
    clear() {
      plan.planned.splice(0);
      state.visibility.lag = 0;
    },
  };
}
