import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunOutputs } from '../../../src/engines/types.ts';
import { isAlive, type ProcessMark } from './process-mark.ts';

/** What a run is made of, as the client sends it. */
export interface RunRequest {
  model: string;
  /** The model's folder below the root. */
  path: string;
  pipeline: unknown;
  seed: number | null;
  configFile: string;
}

/** A run as the service describes it, in its own words. */
export interface ServiceRun {
  /** PENDING, STARTING, RUNNING, DONE, ERROR, STOPPED, or what a client has never heard of. */
  word: string;
  reason: string | null;
  outputs: RunOutputs | null;
  /** A stop was asked for. */
  stopping: boolean;
}

export type KeptRun = Omit<ServiceRun, 'stopping'>;

/** What can be wrong with the service: a file of that name below `faults/` switches it on. */
export type Fault = 'unreachable' | 'answer-lost' | 'queue-held' | 'deaf' | `hold-${Point}`;
/** Where a client can be held, to be killed there. */
export type Point = 'uploading' | 'before-create' | 'created' | 'woken';

/** No answer: the request may or may not have been served. */
export class NoAnswer extends Error {}

const wakeEveryMs = 2000;

export const endWords = ['DONE', 'ERROR', 'STOPPED'];

/** Folders of the service's side. */
export const runFolder = (service: string, key: string, attempt: number) =>
  join(service, 'runs', key, String(attempt));
export const workFolder = (folder: string) => join(folder, 'work');
export const faultFile = (service: string, name: string) => join(service, 'faults', name);
export const isFaulty = (service: string, fault: Fault) => existsSync(faultFile(service, fault));

/** Whole or not at all, as the service's own database would have it. */
export function keep(folder: string, run: KeptRun): void {
  const temporary = join(folder, `.state.${randomBytes(6).toString('hex')}`);
  writeFileSync(temporary, JSON.stringify(run));
  renameSync(temporary, join(folder, 'state.json'));
}

function reach(service: string): void {
  if (isFaulty(service, 'unreachable')) throw new NoAnswer('connect ECONNREFUSED');
}

/** Stands still at a point while it is held, and says that it does. */
async function pass(service: string, point: Point): Promise<void> {
  if (!isFaulty(service, `hold-${point}`)) return;
  writeFileSync(faultFile(service, `at-${point}`), '');
  while (isFaulty(service, `hold-${point}`)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Number of the newest attempt at a key; 0 when there is none. */
export async function newestAttempt(service: string, key: string): Promise<number> {
  reach(service);
  const folder = join(service, 'runs', key);
  return existsSync(folder) ? Math.max(0, ...readdirSync(folder).map(Number)) : 0;
}

/** Sends files and makes the run, in one step for all to see; `false` when that attempt is there already. */
export async function createRun(
  service: string,
  { key, attempt }: { key: string; attempt: number },
  request: RunRequest,
  files: readonly { from: string; to: string }[],
): Promise<boolean> {
  reach(service);
  const upload = join(service, 'uploads', randomBytes(8).toString('hex'));
  mkdirSync(join(workFolder(upload), request.path), { recursive: true });
  const filter = (path: string) => !['.git', '.trainyard'].includes(basename(path));
  await pass(service, 'uploading');
  for (const { from, to } of files) await cp(from, join(workFolder(upload), to), { recursive: true, filter });
  writeFileSync(join(upload, 'request.json'), JSON.stringify(request));
  keep(upload, { word: 'PENDING', reason: null, outputs: null });
  await pass(service, 'before-create');
  const made = claim(upload, runFolder(service, key, attempt));
  await pass(service, 'created');
  if (made && takeFault(service, 'answer-lost')) throw new NoAnswer('socket hang up');
  return made;
}

/** A folder is renamed to where nothing is, or to where an empty folder is: only one of many gets through. */
function claim(upload: string, folder: string): boolean {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(upload, folder);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as { code: string }).code)) throw error;
    rmSync(upload, { recursive: true });
    return false;
  }
}

/** True once for a fault that strikes once. */
function takeFault(service: string, fault: Fault): boolean {
  if (!isFaulty(service, fault)) return false;
  rmSync(faultFile(service, fault));
  return true;
}

/** The service's scheduler: starts the driver of a run that has none; a second driver of a run ends at once. */
export async function wake(service: string, key: string, attempt: number): Promise<void> {
  const folder = runFolder(service, key, attempt);
  if (existsSync(join(folder, 'driver.json')) || !takeTurn(folder)) return;
  const { driver } = JSON.parse(readFileSync(join(service, 'service.json'), 'utf8')) as { driver: string };
  const log = openSync(join(folder, 'driver.log'), 'a');
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: service };
  spawn(process.execPath, [driver, service, folder], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  }).unref();
  closeSync(log);
  await pass(service, 'woken');
}

/** One start in each span of time: a driver takes a moment to come up, and many clients ask meanwhile. */
function takeTurn(folder: string): boolean {
  const turn = Math.floor(Date.now() / wakeEveryMs);
  try {
    writeFileSync(join(folder, `wake-${turn}`), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** `null` for a run that the service does not know. */
export async function readRun(service: string, key: string, attempt: number): Promise<ServiceRun | null> {
  reach(service);
  const folder = runFolder(service, key, attempt);
  if (!existsSync(folder)) return null;
  await wake(service, key, attempt);
  const stopping = existsSync(join(folder, 'stop'));
  const first = readKept(folder);
  if (endWords.includes(first.word) || !driverIsDead(folder)) return { ...first, stopping };
  const last = readKept(folder);
  if (endWords.includes(last.word)) return { ...last, stopping };
  return { ...lostMachine(folder), stopping };
}

/** The machine ended and its run with it; when, the last word it wrote tells. */
function lostMachine(folder: string): KeptRun {
  const reason = 'The machine of the run went away.';
  const at = statSync(join(folder, 'state.json')).mtime.toISOString();
  const outputs = { status: 'failed', reason, started: at, finished: at } as const;
  return { word: 'ERROR', reason, outputs: { ...outputs, stages: [], artifacts: [], cost: null } };
}

function readKept(folder: string): KeptRun {
  try {
    return JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as KeptRun;
  } catch {
    return { word: 'UNREADABLE', reason: null, outputs: null };
  }
}

function driverIsDead(folder: string): boolean {
  try {
    return !isAlive(JSON.parse(readFileSync(join(folder, 'driver.json'), 'utf8')) as ProcessMark);
  } catch {
    return false;
  }
}

/** Asks a run to stop; one that ended stays as it ended. */
export async function stopRun(service: string, key: string, attempt: number): Promise<void> {
  reach(service);
  const folder = runFolder(service, key, attempt);
  if (!endWords.includes(readKept(folder).word)) writeFileSync(join(folder, 'stop'), '');
}

/** Bytes of the run's log from `offset` on, at most 64 KiB. */
export async function readLog(
  service: string,
  key: string,
  attempt: number,
  offset: number,
): Promise<Uint8Array> {
  reach(service);
  const file = join(runFolder(service, key, attempt), 'log.txt');
  if (!existsSync(file)) return new Uint8Array(0);
  const descriptor = openSync(file, 'r');
  try {
    const buffer = new Uint8Array(1 << 16);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(descriptor);
  }
}
