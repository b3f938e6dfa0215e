import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { createJobLog } from '../job-log/log.ts';
import type { Log, Runtime } from '../types.ts';
import { systemClock } from './clock.ts';
import { createFiles } from './files.ts';
import { nodeProcesses } from './processes.ts';
import { processInterruption } from './signals.ts';
import { createTerminalLog } from './terminal-log.ts';
import { createThreads } from './threads.ts';

/** Cores this process may use, at least 1. */
function coreCount(): number {
  return Math.max(1, typeof availableParallelism === 'function' ? availableParallelism() : cpus().length);
}

/** stderr, as whoever reads it understands it: a runner that reads commands, or a person. */
function logOfThisMachine(): Log {
  if (process.env['GITHUB_ACTIONS'] === 'true') return createJobLog(process.stderr);
  return createTerminalLog({ stream: process.stderr, env: process.env });
}

/**
 * The runtime of this machine. Without a `signal` it listens for SIGINT and SIGTERM of this process; without a
 * `log` it writes to stderr, and without `program`, the URL of the module that answers in threads, there are none.
 */
export function createRuntime(
  given: { signal?: AbortSignal; log?: Log; program?: string | undefined } = {},
): Runtime {
  const signal = given.signal ?? processInterruption().signal;
  setMaxListeners(0, signal);
  const cores = coreCount();
  return {
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    cores,
    get processor() {
      return cpus()[0]?.model.trim() ?? '';
    },
    clock: systemClock,
    random: {
      bytes: (count) => randomBytes(count),
      fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    },
    files: createFiles(cores, signal),
    threads: given.program === undefined || cores < 2 ? null : createThreads(given.program, cores, signal),
    processes: nodeProcesses,
    log: given.log ?? logOfThisMachine(),
    signal,
  };
}
