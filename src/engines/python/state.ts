import { dirname, join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { ProcessIdentity, Runtime } from '../../runtime/types.ts';
import type { RunRef } from '../../schema/run.types.ts';
import type { EngineSpec, RunOutputs, RunState } from '../types.ts';

/** What is known of a run outside the process that runs it. */
export interface KeptState {
  format: 1;
  model: string;
  path: string;
  runKey: string;
  attempt: number;
  state: RunState;
  reason: string | null;
  owner: ProcessIdentity;
  started: string;
  /** Log files whose stages ended. */
  ended: string[];
  outputs: RunOutputs | null;
}

const keptRuns = 30;

export function runsFolder(stateFolder: string): string {
  return join(stateFolder, 'runs');
}

/** Folder of a run in a state folder. A handle comes from a file: anything but a run's id is refused. */
export function runFolder(stateFolder: string, ref: RunRef): string {
  if (/^[0-9]{8}T[0-9]{9}-[0-9a-f]{16}$/.test(ref.handle)) return join(runsFolder(stateFolder), ref.handle);
  throw new ConfigError(`"${ref.handle}" is not a handle of a python run.`, {
    expected: 'the RunRef of a run',
  });
}

/** Folder of a run in the first of these state folders that has it, else in the nearest one at or above `cwd`. */
export async function findRun(
  runtime: Runtime,
  stateFolders: Iterable<string>,
  ref: RunRef,
): Promise<string> {
  const above: string[] = [];
  for (let folder = runtime.cwd; !above.includes(join(folder, '.trainyard')); folder = dirname(folder)) {
    above.push(join(folder, '.trainyard'));
  }
  for (const stateFolder of [...stateFolders, ...above]) {
    const folder = runFolder(stateFolder, ref);
    if ((await runtime.files.info(folder)) !== null) return folder;
  }
  const hint = 'Its state is gone or on another machine: run it again.';
  throw new ConfigError(`There is no run ${ref.handle} here. ${hint}`, { hint });
}

/** Sorts by time; unique by the random part. */
export function makeRunId(runtime: Runtime): string {
  const time = runtime.clock
    .now()
    .toISOString()
    .replaceAll(/[-:.Z]/g, '');
  return `${time}-${Array.from(runtime.random.bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export async function writeState(runtime: Runtime, folder: string, state: KeptState): Promise<void> {
  await runtime.files.write(join(folder, 'state.json'), JSON.stringify(state));
}

/** The state of a run; one that says running while its process is dead was cancelled. `null` when there is none. */
export async function readState(runtime: Runtime, folder: string): Promise<KeptState | null> {
  const text = await runtime.files.readText(join(folder, 'state.json'));
  if (text === null) return null;
  const state = parseState(text);
  if (state === null) return null;
  const open = state.state === 'queued' || state.state === 'running';
  if (!open || runtime.processes.isRunning(state.owner)) return state;
  return { ...state, state: 'cancelled', reason: 'The process that ran it ended before the run did.' };
}

/** Null for what no run of ours wrote. */
function parseState(text: string): KeptState | null {
  try {
    const state = JSON.parse(text) as KeptState | null;
    return state?.format === 1 && typeof state.state === 'string' && typeof state.owner?.pid === 'number'
      ? state
      : null;
  } catch {
    return null;
  }
}

interface KeyState {
  attempt: number;
  handle: string;
}

/** Number of the next attempt at a run key: a new one after a failed or cancelled attempt, else the same again. */
export async function nextAttempt(
  runtime: Runtime,
  spec: EngineSpec,
  runKey: string,
  handle: string,
): Promise<number> {
  const file = join(runsFolder(spec.stateFolder), 'keys', `${runKey}.json`);
  const last = parseKeyState(await runtime.files.readText(file));
  const attempt = last === null ? 1 : last.attempt + ((await succeeded(runtime, spec, last)) ? 0 : 1);
  await runtime.files.write(file, JSON.stringify({ attempt, handle } satisfies KeyState));
  return attempt;
}

/** A run too old to be remembered is taken to have succeeded: failed ones are tried again sooner than that. */
async function succeeded(runtime: Runtime, spec: EngineSpec, last: KeyState): Promise<boolean> {
  const state = await readState(runtime, join(runsFolder(spec.stateFolder), last.handle));
  return state === null || state.state === 'succeeded';
}

function parseKeyState(text: string | null): KeyState | null {
  try {
    const value = JSON.parse(text ?? 'null');
    const whole = Number.isInteger(value?.attempt) && /^[0-9TZ]+-[0-9a-f]+$/.test(value.handle);
    return whole ? value : null;
  } catch {
    return null;
  }
}

/** Removes logs and states of all but the newest runs. */
export async function pruneRuns(runtime: Runtime, stateFolder: string): Promise<void> {
  const folder = runsFolder(stateFolder);
  const runs = ((await runtime.files.list(folder)) ?? []).filter((name) => name !== 'keys');
  for (const name of runs.slice(0, Math.max(0, runs.length - keptRuns))) {
    const state = await readState(runtime, join(folder, name)).catch(() => null);
    if (state?.state !== 'running' && state?.state !== 'queued')
      await runtime.files.remove(join(folder, name));
  }
}
