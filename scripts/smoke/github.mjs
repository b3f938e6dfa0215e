/** GitHub as one account sees it: Octokit, with refusals that say what is missing and every answer heard. */
import { Octokit } from '@octokit/rest';
import { Problem } from './problem.mjs';

const quiet = () => {};
const tries = 3;
const pauseMs = 2000;

/** What waiting for GitHub to do something costs at most, and how often it is asked. */
const patience = { minutes: 20, everyMs: 5000 };

/**
 * @param {object} options `token`, `apiUrl`, and `hear(method, template, status, body)`
 * @returns {Octokit}
 */
export function openGitHub({ token, apiUrl, hear }) {
  const octokit = new Octokit({
    ...{ auth: token, baseUrl: apiUrl, userAgent: 'trainyard-smoke' },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  octokit.hook.wrap('request', async (request, options) => {
    for (let turn = 1; ; turn += 1) {
      try {
        const answer = await request(options);
        if (!options.url.startsWith('http')) hear(options.method, options.url, answer.status, answer.data);
        return answer;
      } catch (error) {
        if (error.status < 500 || options.method !== 'GET' || turn === tries) throw error;
        await sleep(pauseMs);
      }
    }
  });
  return octokit;
}

/** A refusal by GitHub as a Problem that names the scope or permission; anything else as it is. */
export function explained(error) {
  if (error.name !== 'HttpError') return error;
  const { status, request, response, message } = error;
  const what = `${request.method} ${new URL(request.url).pathname}: ${status} ${message}`;
  if (status === 401)
    return new Problem(`${what}\nGitHub does not know the token: is it whole, and still valid?`);
  const { 'x-accepted-oauth-scopes': accepted, 'x-oauth-scopes': has } = response?.headers ?? {};
  const wanted = listOf(accepted).filter((scope) => !listOf(has).includes(scope));
  if (has !== undefined && wanted.length > 0 && wanted.length === listOf(accepted).length)
    return new Problem(`${what}\nThe token needs one of these scopes: ${wanted.join(', ')}.`);
  const permissions = response?.headers['x-accepted-github-permissions'];
  if (permissions) return new Problem(`${what}\nThe token needs the permission ${permissions}.`);
  return new Problem(what);
}

const listOf = (text = '') =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * Scopes that a classic token lacks; none for other kinds, which do not say.
 * @param {string | undefined} header `x-oauth-scopes`
 */
export function missingScopes(header, wanted) {
  if (header === undefined) return [];
  const has = listOf(header);
  return wanted.filter((scope) => !has.includes(scope));
}

/** The first answer of `ask` that is not null. Throws a Problem naming `what` when it does not come. */
export async function waitFor(what, ask, { minutes, everyMs } = patience) {
  const last = Date.now() + minutes * 60_000;
  for (;;) {
    const found = await ask();
    if (found !== null) return found;
    if (Date.now() > last) throw new Problem(`After ${minutes} minutes there is no ${what}.`);
    await sleep(everyMs);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
