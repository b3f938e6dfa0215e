import { join } from 'node:path';
import { CancelledError, UpstreamError } from '../../../src/core/errors.ts';
import { leavesFolder, normalPath } from '../../../src/engines/python/paths.ts';
import type { EngineSpec, RunOutputs } from '../../../src/engines/types.ts';
import type { RunRef } from '../../../src/schema/run.types.ts';
import { attemptOf, type Client, logsOf, stateOf } from './client.ts';
import { runFolder, type ServiceRun, stopRun, workFolder } from './service.ts';

const pollMs = 100;
/** How long the service may be away before a wait is given up. */
const patienceMs = 5000;
/** A runner ends a cancelled job after ten seconds: what is left for the run to end in. */
const stopMs = 4000;

/** Waits for the end, showing the log, and brings the outputs. When the job is cancelled, the run is. */
export async function collectRun(client: Client, spec: EngineSpec, ref: RunRef): Promise<RunOutputs> {
  const { outputs } = await endOf(client, ref);
  if (outputs === null) throw new UpstreamError(`The service does not say what came out of ${ref.handle}.`);
  if (outputs.status === 'succeeded') await bring(client, spec, ref, outputs);
  return outputs;
}

async function endOf(client: Client, ref: RunRef): Promise<ServiceRun> {
  const { clock, signal } = client.runtime;
  let away: number | null = null;
  for (let cursor: string | null = null; ; ) {
    if (signal.aborted) return stopped(client, ref);
    try {
      const run = await client.read(ref);
      cursor = await show(client, ref, cursor);
      away = null;
      if (isOver(run)) return run;
    } catch (error) {
      away ??= clock.monotonic();
      if (!(error instanceof UpstreamError && error.retryable)) throw error;
      if (clock.monotonic() - away > patienceMs) throw error;
    }
    await clock.sleep(pollMs, signal).catch(() => undefined);
  }
}

function isOver(run: ServiceRun): boolean {
  return !['queued', 'running'].includes(stateOf(run));
}

/** Follows the log as far as it is there. */
async function show(client: Client, ref: RunRef, cursor: string | null): Promise<string> {
  for (let from = cursor; ; ) {
    const next = await logsOf(client, ref, from);
    if (next.text === '') return next.cursor;
    await client.runtime.log.output(new TextEncoder().encode(next.text));
    from = next.cursor;
  }
}

/** Asks the run to stop and sees it end, or says that it may still be running. */
async function stopped(client: Client, ref: RunRef): Promise<ServiceRun> {
  const { clock } = client.runtime;
  const { key, attempt } = attemptOf(ref);
  const began = clock.monotonic();
  let why = 'it has not ended yet';
  try {
    await client.ask(() => stopRun(client.service, key, attempt));
    while (clock.monotonic() - began < stopMs) {
      const run = await client.read(ref);
      if (isOver(run)) return run;
      await clock.sleep(pollMs);
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    why = error.message;
  }
  throw new CancelledError(`Run ${ref.handle} was asked to stop, and may still be running: ${why}`);
}

/** What the service says of paths and digests is a stranger's word. */
async function bring(client: Client, spec: EngineSpec, ref: RunRef, outputs: RunOutputs): Promise<void> {
  const { files } = client.runtime;
  const { key, attempt } = attemptOf(ref);
  const from = join(workFolder(runFolder(client.service, key, attempt)), spec.path.slice(spec.root.length));
  for (const { path, sha256 } of outputs.artifacts) {
    if (leavesFolder(normalPath(path, 'linux')))
      throw new UpstreamError(`The service names an output outside of the folder.`);
    const to = join(spec.path, path);
    await files.copy(join(from, path), to);
    const [brought] = await files.sha256([to]);
    if (brought === sha256) continue;
    await files.remove(to);
    throw new UpstreamError(`"${path}" did not come as the service described it.`, { retryable: true });
  }
}
