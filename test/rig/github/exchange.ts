import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './call.ts';
import type { Fault } from './faults.ts';
import { send, sendHalf } from './send.ts';
import type { Rig } from './server.ts';

/** A request on its way to an answer. */
export interface Exchange {
  /** What plans and logs call it. */
  operation: string;
  /** Takes the status; 0 when there was no answer. */
  log(status: number): void;
  answer(fault: Fault | null): Promise<Answer> | Answer;
}

/** What arrived of a body: `request.complete` says whether that is all of it. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (request.complete) throw error;
  }
  return Buffer.concat(chunks);
}

/** Answers with what the connection suffers from on the way: delay, loss, half an answer. */
export async function exchange(rig: Rig, { operation, log, answer }: Exchange, response: ServerResponse) {
  const fault = rig.plan.next(operation);
  if (fault?.fault === 'no-connection') {
    log(0);
    fault.meanwhile?.();
    response.destroy();
    return;
  }
  if (fault?.fault === 'slow') await wait(fault.ms, undefined, { signal: rig.closing });
  const given = await answer(fault);
  if (fault?.fault === 'lost-answer') {
    log(0);
    if (fault.hangMs) await wait(fault.hangMs, undefined, { signal: rig.closing });
    fault.meanwhile?.();
    response.destroy();
    return;
  }
  log(given.status);
  if (fault?.fault === 'cut-off') sendHalf(response, given);
  else send(response, given);
}

/** GitHub's servers and the proxies before them. */
export function serverError(status: number): Answer & { body: Record<string, unknown> } {
  return { status, body: { message: status === 500 ? 'Server Error' : 'Bad Gateway' } };
}
