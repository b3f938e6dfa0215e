import { Refusal } from './refusals.ts';
import type { State, Token } from './state.ts';

const hourMs = 3_600_000;

/** Headers that say how much of the hour is left. */
export function limitHeaders(state: State, token: Token | null, resource: string): Record<string, string> {
  if (!token) return {};
  const { limit, remaining, reset, used } = limitOf(state, token);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-used': String(used),
    'x-ratelimit-resource': resource,
  };
}

export function limitOf(state: State, token: Token) {
  const limit = state.rateLimit;
  const used = Math.min(token.used, limit);
  return { limit, used, remaining: limit - used, reset: Math.ceil(token.windowEnds / 1000) };
}

/** Counts one request; throws the refusal when the hour is used up. */
export function countRequest(state: State, token: Token | null): void {
  if (!token) return;
  const now = state.now().getTime();
  if (now >= token.windowEnds) Object.assign(token, { used: 0, windowEnds: now + hourMs });
  token.used++;
  if (token.used > state.rateLimit) throw primaryLimit(token);
}

/** The hour is used up until `inSeconds` from now. */
export function exhaust(state: State, token: Token | null, inSeconds: number): void {
  if (!token) return;
  Object.assign(token, { used: state.rateLimit, windowEnds: state.now().getTime() + inSeconds * 1000 });
}

export function primaryLimit(token: Token | null): Refusal {
  return new Refusal(403, `API rate limit exceeded for installation ID ${token?.user.id ?? 0}.`);
}

export function secondaryLimit(retryAfter: number | null): Refusal {
  const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': String(retryAfter) };
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return new Refusal(403, message, { headers });
}
