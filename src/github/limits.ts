import { UpstreamError } from '../core/errors.ts';
import type { Reply } from '../runtime/node/direct.ts';

/** How long one request is waited for, in milliseconds. */
export interface Patience {
  /** From its first try until a failed one is repeated no more, and an answer is waited for no longer. */
  failuresMs: number;
  /** For limits to pass, all waits together. */
  limitsMs: number;
}

/** A request is repeated five times, and waits for GitHub's limits longer than most of them last. */
export const usualPatience: Patience = { failuresMs: Number.POSITIVE_INFINITY, limitsMs: 15 * 60_000 };

/** Tries of a request that the other side failed; together about 15 s. */
const failureTries = 5;
/** Without a `retry-after` GitHub asks for a minute at least, then longer each time. */
const secondaryWaitMs = 60_000;

/** Answers in a row that are a limit, however short each asks to wait. */
const limitTries = 10;

/** What an answer says about limits. */
export interface Limited {
  kind: 'primary' | 'secondary';
  waitMs: number;
}

/** Reads a refused answer; `null` when it is no limit. Time is the server's own, so a clock that is off does no harm. */
export function limitOf(
  status: number,
  headers: Reply['headers'],
  said: string,
  tries: number,
  now: Date,
): Limited | null {
  const spent = headers.get('x-ratelimit-remaining') === '0';
  const after = secondsOf(headers.get('retry-after'));
  const secondary = /secondary rate limit|abuse detection/i.test(said);
  if (status !== 429 && !(status === 403 && (spent || secondary || after !== null))) return null;
  if (after !== null) return { kind: spent ? 'primary' : 'secondary', waitMs: after * 1000 };
  const reset = secondsOf(headers.get('x-ratelimit-reset'));
  if (spent && reset !== null) {
    const told = Date.parse(headers.get('date') ?? '');
    const server = Number.isFinite(told) ? told : now.getTime();
    return { kind: 'primary', waitMs: Math.max(0, reset * 1000 - server) + 1000 };
  }
  return { kind: 'secondary', waitMs: secondaryWaitMs * 2 ** tries };
}

/** Pause before the next try of a request that the other side failed; `null` after the last one. */
export function failurePause(tries: number, fraction: number): number | null {
  return tries + 1 >= failureTries ? null : 1000 * 2 ** tries * (0.75 + fraction / 2);
}

/** Throws when waiting for a limit would take longer than anyone should wait. */
export function checkWait(
  limited: Limited,
  { waitedMs, tries, what }: { waitedMs: number; tries: number; what: string },
  { limitsMs }: Patience,
): void {
  if (waitedMs + limited.waitMs <= limitsMs && tries < limitTries) return;
  const minutes = Math.ceil(limited.waitMs / 60_000);
  throw new UpstreamError(
    `GitHub's ${limited.kind} rate limit is used up (${what}); it asks to wait ${minutes} min more.`,
    {
      retryable: true,
      hint: 'Run the job again later, or let fewer jobs run at once.',
    },
  );
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,12}$/.test(header) ? Number(header) : null;
}
