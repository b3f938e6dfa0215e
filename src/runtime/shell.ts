import { join } from 'node:path';
import type { Runtime } from './types.ts';
import { which } from './which.ts';

const flags: Readonly<Record<string, readonly string[]>> = {
  bash: ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c'],
  sh: ['-e', '-c'],
  pwsh: ['-NoProfile', '-NonInteractive', '-Command'],
  powershell: ['-NoProfile', '-NonInteractive', '-Command'],
};

/** The shell of a stage that names none: bash where there is one, else sh; cmd on Windows. */
export async function defaultShell(runtime: Runtime): Promise<string> {
  if (runtime.platform === 'win32') return 'cmd';
  return (await which(runtime, 'bash')) === null ? 'sh' : 'bash';
}

/** Program and arguments that run `command` in `shell`; `folder` takes a script where the shell needs one. */
export async function shellCommand(
  runtime: Runtime,
  shell: string,
  command: string,
  folder: string,
  stage: string,
): Promise<{ command: string; args: string[] }> {
  if (shell === 'cmd') {
    // Node quotes arguments as C programs read them, cmd reads them otherwise: a script has no such trouble.
    const script = join(folder, `${stage}.cmd`);
    await runtime.files.write(script, `@echo off\r\n${command.replaceAll(/\r?\n/g, '\r\n')}\r\n`);
    return { command: 'cmd', args: ['/d', '/c', script] };
  }
  const strict =
    shell === 'pwsh' || shell === 'powershell' ? `$ErrorActionPreference = 'Stop'; ${command}` : command;
  return { command: shell, args: [...(flags[shell] ?? ['-c']), strict] };
}
