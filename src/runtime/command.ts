import { CancelledError, UpstreamError } from '../core/errors.ts';
import { scrub } from './scrub.ts';
import { defaultShell, shellCommand } from './shell.ts';
import type { Runtime } from './types.ts';

/** A command line of the user's that asks or does one thing. */
export interface CommandRequest {
  command: string;
  cwd: string;
  /** Variables added to the surrounding environment, which is scrubbed of secrets. */
  env: Readonly<Record<string, string>>;
  stdin?: string;
  timeoutMs: number;
}

export interface CommandAnswer {
  code: number | null;
  stdout: string;
  /** The last line on stderr, or on stdout where that is empty; what a person is told. */
  said: string;
}

/** Output beyond this ends the command. */
const maxBytes = 1 << 20;

/** Runs a command line in the default shell. One that takes too long is an UpstreamError. */
export async function runCommand(runtime: Runtime, request: CommandRequest): Promise<CommandAnswer> {
  const { command, cwd, env, stdin = '', timeoutMs } = request;
  const folder = await runtime.files.makeTemporaryFolder('trainyard-command-');
  try {
    const shell = await shellCommand(runtime, await defaultShell(runtime), command, folder, 'command');
    const result = await runtime.processes.run({
      ...shell,
      ...{ cwd, stdin, timeoutMs, maxBytes, signal: runtime.signal },
      env: { ...scrub(runtime.env), ...env },
    });
    if (result.cancelled) throw new CancelledError('Cancelled while a command ran.');
    const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) =>
      Buffer.from(bytes).toString('utf8'),
    );
    const said = lastLine(stderr ?? '') || lastLine(stdout ?? '');
    if (result.timedOut)
      throw new UpstreamError(`The command did not end within ${timeoutMs / 1000} s: ${said || command}`, {
        retryable: true,
      });
    return { code: result.code, stdout: stdout ?? '', said };
  } finally {
    await runtime.files.remove(folder);
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split(/\r?\n/).at(-1)?.slice(0, 500) ?? '';
}
