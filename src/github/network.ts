import { Octokit } from '@octokit/rest';
import { UpstreamError } from '../core/errors.ts';
import { fetchDirectly, type Reply, type Sent } from '../runtime/node/direct.ts';
import type { Runtime } from '../runtime/types.ts';
import { version } from '../version.ts';
import { oneLine, serverError } from './failures.ts';
import { proxyOf } from './proxy.ts';

/** What goes out; the token and what every request says about us is added. */
export interface Asking extends Sent {
  url: string;
}

/** The way to GitHub. */
export interface Network {
  /**
   * The answer, whatever its status, with its body unread. Redirects are followed; the token goes to no other host than
   * the first. A network that fails is thrown as it comes.
   */
  ask(asking: Asking): Promise<Reply>;
  /** The retryable UpstreamError for a network that failed. */
  failure(what: string, error: unknown): UpstreamError;
}

/** Octokit without waiting and repeating of its own, through the proxy that the environment names for the API. */
export function createNetwork(runtime: Runtime, token: string, apiUrl: string): Network {
  const proxy = proxyOf(apiUrl, runtime);
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent: `trainyard/${version}`,
    log: silent,
    request: { log: silent, parseSuccessResponseBody: false },
  });
  return {
    async ask({ method, url, headers, body, signal }) {
      const reached: { reply?: Reply } = {};
      const through = async (address: string, out: Sent) => {
        reached.reply = await (proxy === null ? fetchDirectly : fetchByProxy)(address, out);
        return withoutBody(reached.reply);
      };
      try {
        await octokit.request({
          ...{ method, url: literal(url), data: body, request: { signal, fetch: through } },
          headers: { ...common, authorization: `Bearer ${token}`, ...headers },
        });
      } catch (error) {
        if (reached.reply === undefined) throw error instanceof Error ? (error.cause ?? error) : error;
      }
      return reached.reply as Reply;
    },
    failure: (what, error) =>
      proxy === null ? serverError(what, reasonOf(error)) : proxyError(what, proxy, reasonOf(error)),
  };
}

const common = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Octokit would read the bodies of refusals whole, whatever their size; they are read where that is watched. */
function withoutBody({ status }: Reply) {
  return { status, headers: new Map<string, string>(), text: async () => '' };
}

/** Octokit fills `:name` and `{name}` in addresses; what comes here is complete. */
function literal(url: string): string {
  return url.replace(/:(?=[a-z])|[{}]/g, encodeURIComponent);
}

/** Brings undici, which takes a quarter of a second to load: only runners behind a proxy need it. */
async function fetchByProxy(address: string, out: Sent): Promise<Reply> {
  const { defaults } = await import('@actions/github/lib/utils');
  // What might be sent elsewhere is kept in memory as a whole; a file never is.
  const unbuffered = typeof out.body === 'object' && { redirect: 'error', window: null };
  return defaults.request?.fetch(address, { ...out, ...unbuffered });
}

/** The innermost cause says what happened; of several addresses that failed it only has a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error.cause !== undefined) return reasonOf(error.cause);
  return oneLine(error.message || String((error as { code?: unknown }).code));
}

function proxyError(what: string, { host }: URL, why: string): UpstreamError {
  return new UpstreamError(`GitHub could not be asked through the proxy ${host} (${why}, ${what}).`, {
    retryable: true,
    hint: 'Check https_proxy and what the proxy allows; a host that needs no proxy belongs into no_proxy.',
  });
}
