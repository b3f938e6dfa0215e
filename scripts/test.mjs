/**
 * `npm test`: sets up what the tests need on a machine with only Node, Python and git, then runs jest.
 * Further arguments go to jest, as in `npm test -- test/core`. The last line is `N passed, N failed`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensurePython } from './python-env.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = (line) => process.stderr.write(`${line}\n`);

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
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' };
  if (spawnSync(npm, ['ci', '--no-audit', '--no-fund'], options).status !== 0)
    throw new Error('npm ci failed.');
}

function requireGit() {
  if (spawnSync('git', ['--version']).status === 0) return;
  throw new Error('git is needed and is not on PATH. Install it (Debian and Ubuntu: apt-get install git).');
}

/** jest prints its own summary after every reporter; the line with the counts is held back and closes the output. */
async function runJest(python) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--maxWorkers=2'];
  const env = { ...process.env, TRAINYARD_TEST_PYTHON: python, NODE_NO_WARNINGS: '1' };
  const options = { cwd: root, env, stdio: ['inherit', 'pipe', 'inherit'] };
  const child = spawn(process.execPath, [...jest, ...process.argv.slice(2)], options);
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

try {
  requireGit();
  if (!packagesAreCurrent()) installPackages();
  const { python } = await ensurePython({
    name: 'test',
    requirements: join(root, 'requirements/test.txt'),
    log,
  });
  process.exitCode = await runJest(python);
} catch (error) {
  log(error.message);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 2;
}
