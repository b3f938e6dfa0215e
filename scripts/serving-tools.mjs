/** HAProxy and Prometheus: those on PATH, else Debian's packages unpacked under .cache, with nothing installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './python-env.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache/serving');
/** With what the programs are linked to and a small system may lack. */
const packages = ['haproxy', 'prometheus', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'];

/**
 * Finds the programs, or gets them by apt-get from the distribution's signed archive.
 * @returns {Promise<{haproxy: string, prometheus: string, env: Record<string, string>}>} paths, and what `env` they need
 */
export async function ensureServing(log = () => {}) {
  const tools = { haproxy: 'haproxy', prometheus: 'prometheus', env: {} };
  if (works(tools)) return tools;
  const before = unpackedTools();
  if (works(before)) return before;
  if (spawnSync('apt-get', ['--version']).status !== 0 || spawnSync('dpkg-deb', ['--version']).status !== 0)
    throw new SetupError(
      'HAProxy and Prometheus are needed, and this system has no apt-get to get them by. Install both (macOS: brew install haproxy prometheus) and see that they are on PATH.',
    );
  log('Getting HAProxy and Prometheus from the distribution …');
  unpack();
  const unpacked = unpackedTools();
  if (!works(unpacked))
    throw new SetupError(
      `HAProxy or Prometheus does not run out of ${folder}. Install both: apt-get install haproxy prometheus.`,
    );
  return unpacked;
}

function unpack() {
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  run('apt-get', ['download', ...packages], making);
  for (const file of readdirSync(making).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', file, '.'], making);
    rmSync(join(making, file));
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}

function run(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new SetupError(
    `${command} ${args[0]} ended with ${status}:\n${stderr.trim()}\nIf the lists of packages are old: apt-get update.`,
  );
}

function unpackedTools() {
  const lib = join(folder, 'usr/lib');
  const libraries = existsSync(lib)
    ? readdirSync(lib, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
        .map(({ name }) => join(lib, name))
    : [];
  return {
    haproxy: join(folder, 'usr/sbin/haproxy'),
    prometheus: join(folder, 'usr/bin/prometheus'),
    env: { LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH ?? []].flat().join(delimiter) },
  };
}

function works({ haproxy, prometheus, env }) {
  const runs = (command, arg) => spawnSync(command, [arg], { env: { ...process.env, ...env } }).status === 0;
  return runs(haproxy, '-v') && runs(prometheus, '--version');
}
