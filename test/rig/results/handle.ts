import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../github/call.ts';
import { bodyOf, exchange, serverError } from '../github/exchange.ts';
import type { Fault } from '../github/faults.ts';
import type { Rig } from '../github/server.ts';
import { type BlobRequest, blobOperation, serveBlob } from './blobs.ts';
import { serveArtifacts } from './service.ts';
import { readToken } from './tokens.ts';
import { isMethod, readMessage, TwirpError } from './twirp.ts';

const service = '/twirp/github.actions.results.api.v1.ArtifactService/';

/** Answers one request to the artifact service. */
export async function handleResults(rig: Rig, request: IncomingMessage, response: ServerResponse) {
  const bytes = await bodyOf(request);
  const { method = '', url = '' } = request;
  const name = url.startsWith(service) ? url.slice(service.length) : '';
  const known = method === 'POST' && isMethod(name);
  if (!known) rig.failures.push(`not imitated: ${method} ${url} of the artifact service`);
  const answer = () => {
    if (!known) throw new TwirpError('bad_route', `no handler for path ${JSON.stringify(url)}`);
    const bearer = readToken(rig.state, request.headers.authorization);
    const message = readMessage(name, parsed(bytes));
    return {
      status: 200,
      body: serveArtifacts(name, { state: rig.state, places: rig.places, bearer, message }),
    };
  };
  const operation = `results/${known ? name : 'unknown'}`;
  await store(rig, { operation, method, path: url, answer: () => twirp(answer) }, response);
}

/** Answers one request to the blob storage. */
export async function handleBlob(rig: Rig, request: IncomingMessage, response: ServerResponse) {
  const address = new URL(request.url ?? '', rig.places.blobs);
  const headers = request.headers as BlobRequest['headers'];
  const blob: BlobRequest = { method: request.method ?? '', address, headers, bytes: await bodyOf(request) };
  const operation = blobOperation(blob);
  const asked = { operation, method: blob.method, path: address.pathname };
  await store(rig, { ...asked, answer: () => serveBlob(rig.state, blob) }, response);
}

interface Asked {
  operation: string;
  method: string;
  path: string;
  answer(): Answer;
}

async function store(rig: Rig, asked: Asked, response: ServerResponse): Promise<void> {
  const { operation, method, path } = asked;
  const log = (status: number) =>
    void rig.requests.storage.push({ operation, method, path, status, user: null });
  await exchange(rig, { operation, log, answer: (fault) => struck(fault, asked.answer) }, response);
}

function struck(fault: Fault | null, answer: () => Answer): Answer {
  if (fault?.fault !== 'status') return answer();
  if (fault.afterWrite) answer();
  return serverError(fault.status);
}

function twirp(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    return { status: error.status, body: { code: error.code, msg: error.message } };
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
