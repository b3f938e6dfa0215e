import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { ConfigError, UpstreamError } from '../../core/errors.ts';
import type { Processes, ProcessIdentity, ProcessResult, ProcessSpec } from '../types.ts';
import { errorCode } from './file-errors.ts';
import { endGroup, endLeftovers, forgetGroup, watchGroup } from './process-group.ts';
import { feed } from './process-input.ts';
import { collector, pump } from './process-output.ts';

const defaultGraceMs = 2500;
const defaultMaxBytes = 64 << 20;

/** Longest delay setTimeout takes. */
const longestTimer = 2 ** 31 - 1;

interface Ending {
  timedOut: boolean;
  cancelled: boolean;
  failure: unknown;
}

function startError(spec: ProcessSpec, error: unknown): unknown {
  const code = errorCode(error);
  const place = { file: spec.cwd };
  if (code === 'ENOENT' && !isFolder(spec.cwd)) {
    return new ConfigError(`Cannot run "${spec.command}": the folder ${spec.cwd} does not exist.`, {
      place,
      cause: error,
    });
  }
  if (code === 'ENOENT') {
    const hint = `Install "${spec.command}", or put its folder on PATH.`;
    return new ConfigError(`Command not found: "${spec.command}". ${hint}`, { place, hint, cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = `Make it executable (chmod +x) or name its interpreter.`;
    return new ConfigError(`"${spec.command}" may not be executed. ${hint}`, { place, hint, cause: error });
  }
  if (code === 'E2BIG') {
    return new ConfigError(
      `Arguments and environment of "${spec.command}" are longer than the system takes.`,
      { place, cause: error },
    );
  }
  return new UpstreamError(`Cannot start "${spec.command}" (${code ?? String(error)}).`, { cause: error });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function start(spec: ProcessSpec): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(startError(spec, error));
    try {
      const child = spawn(spec.command, [...spec.args], {
        cwd: spec.cwd,
        env: { ...spec.env },
        stdio: [spec.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
      child.once('error', fail);
      child.once('spawn', () => resolve(child));
    } catch (error) {
      fail(error);
    }
  });
}

function exited(child: ChildProcess): Promise<{ code: number | null; endedBy: string | null }> {
  return new Promise((resolve) => child.once('exit', (code, endedBy) => resolve({ code, endedBy })));
}

/** Ends the group on timeout, on cancel and when a consumer of the output fails; the first reason counts. */
function overseer(spec: ProcessSpec, leader: number) {
  const ending: Ending = { timedOut: false, cancelled: false, failure: null };
  let ended: Promise<void> | null = null;
  const end = (reason: Partial<Ending>) => {
    if (ended !== null) return;
    Object.assign(ending, reason);
    ended = endGroup(leader, spec.graceMs ?? defaultGraceMs);
  };
  const cancel = () => end({ cancelled: true });
  const timer =
    spec.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end({ timedOut: true }), Math.min(spec.timeoutMs, longestTimer));
  if (spec.signal?.aborted) cancel();
  spec.signal?.addEventListener('abort', cancel, { once: true });
  return {
    ending,
    fail: (failure: unknown) => end({ failure }),
    async release() {
      clearTimeout(timer);
      spec.signal?.removeEventListener('abort', cancel);
      await ended;
    },
  };
}

async function run(spec: ProcessSpec): Promise<ProcessResult> {
  const empty = new Uint8Array(0);
  if (spec.signal?.aborted) {
    return {
      code: null,
      endedBy: null,
      timedOut: false,
      cancelled: true,
      stdout: empty,
      stderr: empty,
      wallMs: 0,
    };
  }
  const began = performance.now();
  const child = await start(spec);
  const leader = child.pid as number;
  watchGroup(leader);
  const exit = exited(child);
  const over = overseer(spec, leader);
  const limit = spec.maxBytes ?? defaultMaxBytes;
  const stdout = collector(spec.command, limit);
  const stderr = collector(spec.command, limit);
  const out = pump(child.stdout, spec.onStdout ?? stdout.take, over.fail);
  const err = pump(child.stderr, spec.onStderr ?? stderr.take, over.fail);
  child.stdin?.on('error', () => {});
  feed(child.stdin, spec.stdin, over.fail);
  try {
    const { code, endedBy } = await exit;
    await over.release();
    await endLeftovers(leader, spec.graceMs ?? defaultGraceMs);
    await Promise.all([out.finish(), err.finish()]);
    if (over.ending.failure !== null) throw over.ending.failure;
    const { timedOut, cancelled } = over.ending;
    return {
      code,
      endedBy,
      timedOut,
      cancelled,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      wallMs: performance.now() - began,
    };
  } finally {
    forgetGroup(leader);
  }
}

/** Start time in clock ticks since boot, with the boot it counts from. */
function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${ticks}`;
  } catch {
    return null;
  }
}

function isRunning(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  const started = startedAt(identity.pid);
  return started === null || identity.started === null || started === identity.started;
}

/** Processes of this machine, each the leader of a group of its own. */
export const nodeProcesses: Processes = {
  run,
  self: () => ({ pid: process.pid, host: hostname(), started: startedAt(process.pid) }),
  isRunning,
};
