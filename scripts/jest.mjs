/** What the test commands share: packages as in the lock file, jest as a process, its counts as the last line. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const log = (line) => process.stderr.write(`${line}\n`);

/** Installs the packages of package-lock.json unless they are there, and throws when git is not. */
export function ensurePackages() {
  if (spawnSync('git', ['--version']).status !== 0)
    throw new Error('git is needed and is not on PATH. Install it (Debian and Ubuntu: apt-get install git).');
  if (!packagesAreCurrent()) installPackages();
}

/** Whether the packages that npm says are installed are those of the lock file; another platform's are in neither. */
function packagesAreCurrent() {
  const packagesOf = (path) =>
    existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).packages ?? {}) : {};
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  const locked = Object.entries(packagesOf(join(root, 'package-lock.json')));
  return locked.every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

function installPackages() {
  log('Installing the packages of package-lock.json …');
  npm(['ci', '--no-audit', '--no-fund'], root);
}

/** Runs npm in a folder; its output goes to stderr. */
export function npm(args, cwd) {
  const windows = process.platform === 'win32';
  const options = { cwd, stdio: ['ignore', 2, 2], shell: windows };
  if (spawnSync(windows ? 'npm.cmd' : 'npm', args, options).status !== 0)
    throw new Error(`npm ${args[0]} failed.`);
}

/**
 * Runs jest and gives its exit code. jest prints its own summary after every reporter; the line with the counts is held
 * back and closes the output.
 * @param {{args: string[], env?: object, wrap?: string[]}} how `wrap` is a command that runs the rest of its line
 */
export async function runJest({ args, env = {}, wrap = [] }) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  const [command, ...rest] = [...wrap, process.execPath, ...jest, ...args];
  const options = { cwd: root, env: { ...process.env, NODE_NO_WARNINGS: '1', ...env } };
  const child = spawn(command, rest, { ...options, stdio: ['inherit', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let counts = '0 passed, 1 failed';
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^\d+ passed, \d+ failed$/.test(line)) counts = line;
    else process.stdout.write(`${line}\n`);
  }
  const [code] = await ended;
  process.stdout.write(`${counts}\n`);
  return code ?? 1;
}

/** Ends the process as `run` says; an error is a failed test. */
export async function endWith(run) {
  try {
    process.exitCode = await run();
  } catch (error) {
    log(error.message);
    process.stdout.write('0 passed, 1 failed\n');
    process.exitCode = 2;
  }
}
