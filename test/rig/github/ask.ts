import type { FakeGitHub } from './server.ts';

/** An answer of the fake GitHub. */
export interface Said {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at parts of any answer
  body: any;
}

export interface Question {
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request to the REST API: `ask(github, 'GET /repos/octo/flights', { token })`. */
export async function ask(github: FakeGitHub, what: string, question: Question = {}): Promise<Said> {
  const [method = '', path = ''] = what.split(' ');
  const url = path.startsWith('http') ? path : github.url + path;
  return send(url, { method, ...question });
}

/** One query; the answer's body is GraphQL's `{ data, errors }`. */
export function askGraphql(
  github: FakeGitHub,
  query: string,
  { token, variables = {} }: { token: string; variables?: object },
): Promise<Said> {
  return send(github.graphqlUrl, { method: 'POST', token, body: { query, variables } });
}

async function send(
  url: string,
  { token, body, headers, method }: Question & { method: string },
): Promise<Said> {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
