import { ConfigError, UpstreamError } from '../../../src/core/errors.ts';
import type { RunState } from '../../../src/engines/types.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import type { RunRef } from '../../../src/schema/run.types.ts';
import { NoAnswer, readLog, readRun, type ServiceRun } from './service.ts';

const states = new Map<string, RunState>([
  ['PENDING', 'queued'],
  ['RUNNING', 'running'],
  ['DONE', 'succeeded'],
  ['ERROR', 'failed'],
  ['STOPPED', 'cancelled'],
]);
const tries = 3;
const pauseMs = 50;

/** A word never heard of is a run that goes on. */
export function stateOf(run: ServiceRun): RunState {
  return states.get(run.word) ?? 'running';
}

/** A client of the service in the folder that TEST_SERVICE names. */
export interface Client {
  runtime: Runtime;
  service: string;
  /** Tries a request again that got no answer, then throws a retryable UpstreamError. */
  ask<T>(request: () => Promise<T>): Promise<T>;
  read(ref: RunRef): Promise<ServiceRun>;
}

export function openClient(runtime: Runtime): Client {
  const service = runtime.env['TEST_SERVICE'];
  if (service === undefined) throw new ConfigError('TEST_SERVICE is not set.');
  const ask: Client['ask'] = async (request) => {
    for (let count = 1; ; count += 1) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (count === tries)
          throw new UpstreamError(`The service gave no answer (${error.message}).`, { retryable: true });
        await runtime.clock.sleep(pauseMs);
      }
    }
  };
  const read: Client['read'] = async (ref) => {
    const { key, attempt } = attemptOf(ref);
    const run = await ask(() => readRun(service, key, attempt));
    if (run !== null) return run;
    throw new UpstreamError(`The service does not know run ${ref.handle} any more.`, {
      hint: 'Submit it again.',
    });
  };
  return { runtime, service, ask, read };
}

/** A reference may come from a file: what is not one of ours is refused. */
export function attemptOf(ref: RunRef): { key: string; attempt: number } {
  const [, key, attempt] = /^([0-9a-f]{64})\/([1-9]\d{0,5})$/.exec(ref.handle) ?? [];
  if (key !== undefined && attempt !== undefined) return { key, attempt: Number(attempt) };
  throw new ConfigError(`"${ref.handle}" is not a handle of a detached run.`, {
    expected: 'the RunRef of a run',
  });
}

/** Whole lines after a byte offset; all of it once the run ended. */
export async function logsOf(
  client: Client,
  ref: RunRef,
  cursor: string | null,
): Promise<{ text: string; cursor: string }> {
  const { key, attempt } = attemptOf(ref);
  const state = stateOf(await client.read(ref));
  const ended = state !== 'queued' && state !== 'running';
  const offset = cursor === null ? 0 : Number(cursor);
  const bytes = await client.ask(() => readLog(client.service, key, attempt, offset));
  const length = ended ? bytes.length : bytes.lastIndexOf(10) + 1;
  return { text: new TextDecoder().decode(bytes.subarray(0, length)), cursor: String(offset + length) };
}
