import { CancelledError, UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';

export interface GitOutput {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface CommandOptions {
  stdin?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer; 0 always is. Any other is an UpstreamError. */
  answers?: readonly number[];
  /** Keeps going when the user asks to stop: for tidying up. */
  uncancelled?: boolean;
}

export type RunGit = (args: readonly string[], options?: CommandOptions) => Promise<GitOutput>;

/** Nothing of the user's set-up may start programs, colour or translate what we parse. */
const fixedArguments = [
  '--no-pager',
  '--no-replace-objects',
  ...[
    'core.quotePath=false',
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'log.showSignature=false',
    'gc.auto=0',
  ].flatMap((setting) => ['-c', setting]),
];

/** A hook or another git may have set GIT_DIR and the like: they would lead us to another repository. */
const keptVariables = /^GIT_(CONFIG_.+|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH)$/;

/** Runs git in one folder: no prompts, no locks taken by reads, no hooks, messages in English. */
export function gitIn(runtime: Runtime, folder: string): RunGit {
  const env = gitEnvironment(runtime.env);
  return async (args, options = {}) => {
    const done = await runtime.processes.run({
      command: 'git',
      args: [...fixedArguments, ...args],
      cwd: folder,
      env: { ...env, ...options.env },
      ...(options.stdin !== undefined && { stdin: options.stdin }),
      ...(!options.uncancelled && { signal: runtime.signal }),
      maxBytes: 256 << 20,
    });
    const action = `git ${args[0] ?? ''}`;
    if (done.cancelled) throw new CancelledError(`${action} was cancelled.`);
    const stderr = Buffer.from(done.stderr).toString('utf8').trim();
    if (done.code === null) throw new UpstreamError(`${action} was ended by ${done.endedBy ?? 'a signal'}.`);
    if (done.code !== 0 && !options.answers?.includes(done.code)) {
      throw new UpstreamError(`${action} failed (exit ${done.code}): ${stderr || 'no message'}`, {
        ...(/no space left|quota exceeded/i.test(stderr) && { hint: 'Free some disk space and run again.' }),
      });
    }
    return { code: done.code, stdout: Buffer.from(done.stdout), stderr };
  };
}

function gitEnvironment(given: Runtime['env']): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && (!name.startsWith('GIT_') || keptVariables.test(name))) env[name] = value;
  }
  return { ...env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
