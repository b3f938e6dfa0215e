import type { IncomingMessage, ServerResponse } from 'node:http';
import { commitOn } from './build-commits.ts';
import { refreshPulls } from './build-pulls.ts';
import type { Answer, Call } from './call.ts';
import { bodyOf, exchange, serverError } from './exchange.ts';
import type { Fault } from './faults.ts';
import { answerGraphql, graphqlOperation } from './graphql.ts';
import { countRequest, exhaust, limitHeaders, primaryLimit, secondaryLimit } from './limits.ts';
import { badCredentials, Refusal } from './refusals.ts';
import { breakOff } from './releases.ts';
import { answerRest, imitated } from './rest.ts';
import type { Rig } from './server.ts';
import { answerProblem, findOperation, type Match } from './spec.ts';
import { repositoryNamed, type Token } from './state.ts';

/** A request that has been read and routed. */
interface Asked extends Call {
  method: string;
  /** Operation id, `graphql/<field>`, or `unknown`. */
  operation: string;
  match: Match | null;
}

/** Answers one request of the APIs: reads, routes, strikes with the planned fault, logs. */
export async function handle(rig: Rig, request: IncomingMessage, response: ServerResponse) {
  const asked = route(rig, request, await bodyOf(request));
  const { operation, method } = asked;
  if (!request.complete) {
    if (operation === 'repos/upload-release-asset') breakOff(asked);
    response.destroy();
    return;
  }
  const path = new URL(asked.address).pathname;
  const logged = { operation, method, path, user: asked.token?.user.login ?? null };
  const log = (status: number) => void rig.requests.all.push({ ...logged, status });
  await exchange(rig, { operation, log, answer: (fault) => answerOf(rig, asked, fault) }, response);
}

function route(rig: Rig, request: IncomingMessage, bytes: Buffer): Asked {
  const { method = 'GET', headers } = request;
  const address = `${new URL(rig.places.api).origin}${request.url}`;
  const { pathname, searchParams } = new URL(address);
  const isGraphql = method === 'POST' && pathname === rig.graphqlPath;
  const body = headers['content-type']?.includes('json') ? parsed(bytes) : undefined;
  const uploads = new URL(rig.places.uploads).pathname;
  const isUpload = pathname.startsWith(`${uploads}/`);
  const path = pathname.slice(isUpload ? uploads.length : rig.prefix.length);
  const inside = isUpload || pathname.startsWith(rig.prefix);
  const found = isGraphql || !inside ? null : findOperation(method, path);
  const match = found && (found.id === 'repos/upload-release-asset') === isUpload ? found : null;
  return {
    ...{ state: rig.state, places: rig.places, address, body, bytes, method, match },
    token: tokenOf(rig, headers.authorization),
    path: match?.parameters ?? {},
    query: Object.fromEntries(searchParams),
    headers: headers as Record<string, string | undefined>,
    operation: isGraphql ? graphqlOperation(body) : (match?.id ?? 'unknown'),
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** `null` for nobody; a token this GitHub does not know is kept as expired. */
function tokenOf(rig: Rig, header: string | undefined): Token | null {
  if (header === undefined) return null;
  const text = header.replace(/^(bearer|token) /i, '');
  const user = { id: 0, login: '', type: 'User' as const };
  const unknown = { text, user, installation: false, permissions: {}, scopes: null, repositories: [] };
  return rig.state.tokens.get(text) ?? { ...unknown, expired: true, used: 0, windowEnds: 0 };
}

async function answerOf(rig: Rig, asked: Asked, fault: Fault | null): Promise<Answer> {
  const isGraphql = asked.operation.startsWith('graphql/');
  let answer: Answer;
  try {
    if (asked.token?.expired) throw badCredentials();
    countRequest(rig.state, asked.token);
    strikeBefore(rig, asked, fault);
    answer = isGraphql ? await graphql(rig, asked) : rest(rig, asked);
    if (asked.method !== 'GET') refreshPulls(rig.state);
    if (fault?.fault === 'status') answer = serverError(fault.status);
  } catch (error) {
    answer = refused(rig, error, isGraphql);
  }
  const limits = limitHeaders(rig.state, asked.token, isGraphql ? 'graphql' : 'core');
  const version: Record<string, string> =
    rig.prefix === '' ? {} : { 'x-github-enterprise-version': '3.17.0' };
  const scopes: Record<string, string> = asked.token?.scopes
    ? { 'x-oauth-scopes': asked.token.scopes.join(', ') }
    : {};
  return {
    ...answer,
    headers: { ...limits, ...version, ...scopes, date: rig.state.now().toUTCString(), ...answer.headers },
  };
}

function strikeBefore(rig: Rig, asked: Asked, fault: Fault | null): void {
  if (fault?.fault === 'primary-limit') {
    exhaust(rig.state, asked.token, fault.resetInSeconds ?? 60);
    throw primaryLimit(asked.token);
  }
  if (fault?.fault === 'secondary-limit')
    throw secondaryLimit(fault.retryAfter === undefined ? 60 : fault.retryAfter);
  if (fault?.fault === 'status' && !fault.afterWrite)
    throw Object.assign(new Refusal(fault.status, 'Server Error'), { body: serverError(fault.status).body });
  if (fault?.fault === 'ref-moved') {
    const repository = repositoryNamed(rig.state, fault.repository);
    if (!repository) throw new Error(`no repository ${fault.repository}`);
    const orphan = !repository.refs.has(`refs/heads/${fault.ref}`);
    const path = `moved/${rig.state.id()}.txt`;
    commitOn(rig.state, repository, {
      branch: fault.ref,
      files: { [path]: 'moved\n' },
      message: 'Moved',
      orphan,
    });
  }
}

function rest(rig: Rig, asked: Asked): Answer {
  const { match } = asked;
  if (!match || !imitated.includes(match.id)) {
    rig.failures.push(`not imitated: ${asked.method} ${asked.address}`);
    return {
      status: 501,
      body: { message: `not imitated: ${asked.method} ${new URL(asked.address).pathname}` },
    };
  }
  const answer = answerRest(match, asked);
  const body = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
  const problem = Buffer.isBuffer(answer.body) ? null : answerProblem(match.id, answer.status, body);
  if (problem !== null) throw new Error(problem);
  return Buffer.isBuffer(answer.body) ? answer : { ...answer, body };
}

async function graphql(rig: Rig, asked: Asked): Promise<Answer> {
  if (!asked.token) throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  return { status: 200, body: await answerGraphql({ ...asked, failures: rig.failures }, rig.missing) };
}

function refused(rig: Rig, error: unknown, isGraphql: boolean): Answer {
  if (!(error instanceof Refusal)) {
    rig.failures.push(String((error as Error).stack));
    return { status: 500, body: { message: (error as Error).message } };
  }
  const { status, body, headers, message } = error;
  if (isGraphql && message.startsWith('API rate limit'))
    return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message }] } };
  return { status, body, headers };
}
