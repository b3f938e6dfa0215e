import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledCommand } from './build.ts';

/** What a finished command said. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

const made: string[] = [];

/** A temporary folder with its links resolved, removed by `removeFolders`. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-e2e-')));
  made.push(folder);
  return folder;
}

/** For `afterAll`. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Environment of a machine where nothing was set up: system programs, a home of its own, no git settings. */
export function cleanEnvironment(home: string): Record<string, string> {
  const path = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  return {
    PATH: path,
    HOME: home,
    TMPDIR: tmpdir(),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(home, 'no-such-file'),
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Arguments for node that run the compiled command line as bin/trainyard.js does. */
export function commandLine(args: readonly string[]): string[] {
  const index = pathToFileURL(compiledCommand()).href;
  const script = `const { command } = await import(${JSON.stringify(index)}); await command(process.argv.slice(1));`;
  return ['--input-type=module', '--eval', script, '--', ...args];
}

/** A started command: its process and what it will have said. */
export function startCommand(args: readonly string[], cwd: string, env: Record<string, string>) {
  return startNode(commandLine(args), cwd, env);
}

/** Starts node itself (TRAINYARD_TEST_NODE, else this one); `said` grows while it runs. */
export function startNode(args: readonly string[], cwd: string, env: Record<string, string>) {
  const child = spawn(process.env['TRAINYARD_TEST_NODE'] ?? process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Finished = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const finished = once(child, 'close').then(
    ([code]): Finished => ({ ...said, code: code as number | null }),
  );
  return { child, said, finished };
}

/** Runs a verb in a folder that need not be a repository. */
export async function runCommand(args: readonly string[], cwd: string): Promise<Finished> {
  return startCommand(args, cwd, cleanEnvironment(dirname(cwd))).finished;
}

/** The one JSON document a command printed; anything beside it on stdout throws. */
export function documentOf({ stdout, stderr, code }: Finished): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`stdout is not one JSON document (exit ${code}):\n${stdout}\n--- stderr\n${stderr}`);
  }
}
