import { UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { errorOfAnswer, oneLine, serverError } from './failures.ts';
import { graphqlTrouble } from './graphql.ts';
import { checkWait, failurePause, limitOf, type Patience, usualPatience } from './limits.ts';
import type { Network } from './network.ts';
import { createPace } from './pace.ts';
import { type Incoming, type Outgoing, send } from './transport.ts';

/** Sends one request; `send` reads the whole answer, others bring files. */
export type Send = typeof send;

/** A request and how it may be treated. */
export interface Sending {
  out: Outgoing;
  /** Permission it takes. */
  needs: string;
  /** Asking twice does no more than asking once. */
  repeatable: boolean;
  /** Not sent any more once it had to wait: what it rests on has to be looked at again. */
  fresh?: boolean;
  /** Counts towards GitHub's limits on creating content. */
  writes: boolean;
  maxBytes: number;
  /** The answer is JSON (`value`); otherwise only `bytes` are of use. */
  json: boolean;
  /** Instead of `send`. */
  by?: Send;
}

export interface Exchanged extends Incoming {
  value: unknown;
}

export interface Exchange {
  exchange(sending: Sending): Promise<Exchanged>;
  /** Requests sent so far. */
  sent(): number;
}

/** Sends requests with all waiting and repeating that limits and failures of the other side ask for. */
export function createExchange(
  runtime: Runtime,
  network: Network,
  patience: Patience = usualPatience,
): Exchange {
  const pace = createPace(runtime);
  let count = 0;

  const once = async (sending: Sending, leftMs: number): Promise<Exchanged> => {
    if (sending.writes) await pace();
    count += 1;
    const incoming = await (sending.by ?? send)(runtime, network, sending.out, sending.maxBytes, leftMs);
    const { what } = sending.out;
    const value = sending.json || incoming.status >= 400 ? jsonOf(incoming, what) : null;
    if (incoming.status >= 500) throw serverError(what, String(incoming.status));
    if (graphqlTrouble(value) === 'failure') throw serverError(what, 'an internal error');
    return { ...incoming, value };
  };

  const repeated = async (sending: Sending): Promise<Exchanged> => {
    const until = runtime.clock.monotonic() + patience.failuresMs;
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(sending, until - runtime.clock.monotonic());
      } catch (error) {
        const again = error instanceof UpstreamError && error.retryable && sending.repeatable;
        const pause = again ? failurePause(tries, runtime.random.fraction()) : null;
        if (pause === null || runtime.clock.monotonic() + pause >= until) throw error;
        runtime.log.debug(`${(error as Error).message} Trying again in ${Math.ceil(pause)} ms.`);
        await runtime.clock.sleep(pause, runtime.signal);
      }
    }
  };

  const exchange = async (sending: Sending): Promise<Exchanged> => {
    const { what } = sending.out;
    let waited = 0;
    for (let tries = 0; ; tries += 1) {
      const answer = await repeated(sending);
      const said = saidIn(answer.value);
      const status = graphqlTrouble(answer.value) === 'limit' ? 429 : answer.status;
      const limited = limitOf(status, answer.headers, said, tries, runtime.clock.now());
      if (limited === null) return accepted(answer, said, sending);
      checkWait(limited, { waitedMs: waited, tries, what }, patience);
      const seconds = Math.ceil(limited.waitMs / 1000);
      runtime.log.warn(`GitHub's ${limited.kind} rate limit: waiting ${seconds} s (${what}).`);
      waited += limited.waitMs;
      await runtime.clock.sleep(limited.waitMs, runtime.signal);
      if (sending.fresh) throw askedToWait(what, seconds);
    }
  };
  return { exchange, sent: () => count };
}

function askedToWait(what: string, seconds: number): UpstreamError {
  return new UpstreamError(`GitHub asked to wait ${seconds} s (${what}).`, {
    retryable: true,
    hint: 'Run the job again later, or let fewer jobs run at once.',
  });
}

function accepted(answer: Exchanged, said: string, { out, needs }: Sending): Exchanged {
  if (answer.status < 400) return answer;
  const permissions = answer.headers.get('x-accepted-github-permissions');
  throw errorOfAnswer(out.what, answer.status, said, needs, permissions);
}

/** The JSON of an answer; `null` when it is empty. A cut one is a failure of the other side, not a value. */
function jsonOf({ status, bytes }: Incoming, what: string): unknown {
  const text = new TextDecoder().decode(bytes);
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    if (status >= 400) return { message: oneLine(text) };
    throw serverError(what, 'the answer is cut short or no JSON');
  }
}

function saidIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'without a reason';
  const { message, errors } = value as { message?: unknown; errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(messageOf) : [];
  const said = [message, ...details].filter((part) => typeof part === 'string' && part !== '');
  return said.length === 0 ? 'without a reason' : oneLine(said.join('; '));
}

function messageOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { message, field, code } = error as Record<string, unknown>;
  return message ?? [field, code].filter((part) => typeof part === 'string').join(' ');
}
