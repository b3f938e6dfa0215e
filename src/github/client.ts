import { ConfigError } from '../core/errors.ts';
import type { Reply } from '../runtime/node/direct.ts';
import type { Runtime } from '../runtime/types.ts';
import { createExchange, type Sending } from './exchange.ts';
import { readGraphql } from './graphql.ts';
import type { Patience } from './limits.ts';
import { createNetwork } from './network.ts';
import { receiveInto, sendFile, uploadUrl } from './transfer.ts';
import type { Answer, Call, GitHubClient, GraphqlCall, Upload } from './types.ts';

export interface ClientOptions {
  token: string;
  /** `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`. */
  apiUrl: string;
  graphqlUrl: string;
  /** `GITHUB_REPOSITORY`: `owner/name`. */
  repository: string;
  runtime: Runtime;
  /** How long one request is waited for; without it as long as GitHub's own limits may ask. */
  patience?: Patience;
}

/** Largest JSON answer that is read. */
const jsonBytes = 64 * 1024 * 1024;

/** A client of GitHub's APIs for one repository; see `GitHubClient` for what it promises. */
export function createClient(options: ClientOptions): GitHubClient {
  const [owner, repo] = splitRepository(options.repository);
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const network = createNetwork(options.runtime, requireToken(options.token), apiUrl);
  const { exchange, sent } = createExchange(options.runtime, network, options.patience);

  const rest = async <T>(call: Call, url: string): Promise<Answer<T>> => {
    const { headers, value } = await exchange({ ...sendingOf(call, url), maxBytes: jsonBytes, json: true });
    return { data: value as T, next: nextPage(headers, apiUrl) };
  };
  return {
    owner,
    repo,
    sent,
    rest: (call) => rest(call, apiUrl + call.path + queryOf(call)),
    async *pages<T, P>(call: Call, pick: (page: P) => readonly T[], maxPages: number) {
      let url: string | null = apiUrl + call.path + queryOf(call);
      for (let page = 0; url !== null && page < maxPages; page += 1) {
        const answer: Answer<P> = await rest<P>(call, url);
        yield* pick(answer.data);
        url = answer.next;
      }
    },
    async graphql<T>(call: GraphqlCall) {
      const sending = graphqlSending(call, options.graphqlUrl);
      const { value } = await exchange(sending);
      return readGraphql<T>(value, sending.out.what, call.needs);
    },
    async bytes(call, maxBytes) {
      const sending = sendingOf(call, apiUrl + call.path + queryOf(call));
      return (await exchange({ ...sending, maxBytes, json: false })).bytes;
    },
    async download(call, file, maxBytes) {
      const sending = sendingOf(call, apiUrl + call.path + queryOf(call));
      await exchange({ ...sending, maxBytes, json: false, by: receiveInto(file) });
    },
    upload: async <T>(upload: Upload) => (await exchange(uploadSending(upload, apiUrl))).value as T,
  };
}

function sendingOf(call: Call, url: string): Omit<Sending, 'maxBytes' | 'json'> {
  const { method, path, needs, accept } = call;
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  return {
    out: { method, url, body, what: `${method} ${path}`, ...(accept !== undefined && { accept }) },
    needs,
    repeatable: method !== 'POST' && !call.once && !call.fresh,
    writes: method !== 'GET',
    ...(call.fresh && { fresh: true }),
  };
}

function uploadSending({ url, query, file, start, bytes, needs }: Upload, apiUrl: string): Sending {
  const address = uploadUrl(url, apiUrl);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return {
    out: { method: 'POST', url: address.href, body: null, what: `POST ${address.pathname}` },
    needs,
    repeatable: false,
    writes: true,
    maxBytes: jsonBytes,
    json: true,
    by: sendFile(file, bytes, start),
  };
}

function graphqlSending({ text, variables, needs }: GraphqlCall, url: string): Sending {
  const [, kind, name] = /^\s*(query|mutation)\s+(\w+)/.exec(text) ?? [];
  const mutation = kind === 'mutation';
  const body = JSON.stringify({ query: text, variables });
  return {
    out: { method: 'POST', url, body, what: `GraphQL ${name ?? 'query'}` },
    needs,
    repeatable: !mutation,
    writes: mutation,
    maxBytes: jsonBytes,
    json: true,
  };
}

function queryOf({ query }: Call): string {
  const parts = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(
    parts.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return text === '' ? '' : `?${text}`;
}

/** The next page's address, as long as it is one of this API: the token goes nowhere else. */
function nextPage(headers: Reply['headers'], apiUrl: string): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
  if (next === undefined || !URL.canParse(next)) return null;
  return new URL(next).origin === new URL(apiUrl).origin ? next : null;
}

function splitRepository(repository: string): [string, string] {
  const match = /^([A-Za-z0-9_.-]+)\/([A-Za-z0-9_.-]+)$/.exec(repository);
  if (match) return [match[1] as string, match[2] as string];
  throw new ConfigError(`${JSON.stringify(repository.slice(0, 120))} is no repository.`, {
    expected: 'owner/name, as the runner gives it in GITHUB_REPOSITORY',
  });
}

function requireToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ConfigError(
    token === '' ? 'There is no token for GitHub.' : 'The token for GitHub has characters no token has.',
    {
      expected: `the job's own token, \${{ github.token }}`,
      hint: 'Leave the input "github-token" out, or check the secret it is taken from.',
    },
  );
}
