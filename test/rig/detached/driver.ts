import { appendFileSync, existsSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '../../../src/engines/python/index.ts';
import type { EngineSpec, RunOutputs } from '../../../src/engines/types.ts';
import { createRuntime } from '../../../src/runtime/node/index.ts';
import { listenForInterruption } from '../../../src/runtime/node/signals.ts';
import type { Log } from '../../../src/runtime/types.ts';
import { ownMark } from './process-mark.ts';
import { isFaulty, keep, type RunRequest, workFolder } from './service.ts';

// The machine of one run: `node driver.js <service> <run folder>`. Lives on when whoever started it ends.
const [service, folder] = process.argv.slice(2) as [string, string];
const phaseMs = 60;
const pollMs = 20;

class Stopped extends Error {}

/** Only one driver of a run gets its name there; whoever reads it finds it whole. */
function claimRun(): boolean {
  const own = join(folder, `driver-${process.pid}`);
  writeFileSync(own, JSON.stringify(ownMark()));
  try {
    linkSync(own, join(folder, 'driver.json'));
    return true;
  } catch {
    return false;
  }
}

const isStopping = () => existsSync(join(folder, 'stop')) && !isFaulty(service, 'deaf');

/** A state that takes time and hears a stop. */
async function stay(isOver: () => boolean): Promise<void> {
  const end = Date.now() + phaseMs;
  while (Date.now() < end || !isOver()) {
    if (isStopping()) throw new Stopped('It was stopped before it began.');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function specOf(request: RunRequest): EngineSpec {
  const root = workFolder(folder);
  const { model, pipeline, seed, configFile } = request;
  const path = join(root, request.path);
  const stateFolder = join(root, '.trainyard');
  return { model, root, path, pipeline, seed, stateFolder, configFile, locate: () => ({ file: configFile }) };
}

const silent: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  group: () => undefined,
  endGroup: () => undefined,
  output: (chunk) => appendFileSync(join(folder, 'log.txt'), chunk),
  progress: () => undefined,
};

async function runStages(): Promise<RunOutputs> {
  const stop = new AbortController();
  const watch = setInterval(() => isStopping() && stop.abort(), pollMs);
  const interruption = listenForInterruption();
  interruption.signal.addEventListener('abort', () => stop.abort());
  try {
    const spec = specOf(JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as RunRequest);
    const engine = create(createRuntime({ signal: stop.signal, log: silent }));
    const ref = await engine.submit(spec, await engine.plan(spec));
    return await engine.collect(spec, ref);
  } catch (error) {
    throw stop.signal.aborted ? new Stopped('It was stopped while it came up.') : error;
  } finally {
    clearInterval(watch);
    interruption.release();
  }
}

function ended(started: Date, error: unknown): RunOutputs {
  const status = error instanceof Stopped ? 'cancelled' : 'failed';
  const reason = error instanceof Error ? error.message : String(error);
  const times = { started: started.toISOString(), finished: new Date().toISOString() };
  return { status, reason, ...times, stages: [], artifacts: [], cost: null };
}

async function live(): Promise<RunOutputs> {
  const started = new Date();
  const phase = (word: string) => keep(folder, { word, reason: null, outputs: null });
  try {
    await stay(() => !isFaulty(service, 'queue-held'));
    phase('STARTING');
    await stay(() => true);
    phase('RUNNING');
    return await runStages();
  } catch (error) {
    return ended(started, error);
  }
}

if (claimRun()) {
  const outputs = await live();
  const word = { succeeded: 'DONE', failed: 'ERROR', cancelled: 'STOPPED' }[outputs.status];
  keep(folder, { word, reason: outputs.reason, outputs });
}
