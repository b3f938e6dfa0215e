/** HAProxy and Prometheus: those on PATH, else Debian's packages unpacked under .cache, with nothing installed. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPackages, libraryFolders, unpackPackages } from './debian-packages.mjs';
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
  if (!hasPackages())
    throw new SetupError(
      'HAProxy and Prometheus are needed, and this system has no apt-get to get them by. Install both (macOS: brew install haproxy prometheus) and see that they are on PATH.',
    );
  log('Getting HAProxy and Prometheus from the distribution …');
  unpackPackages(folder, packages);
  const unpacked = unpackedTools();
  if (!works(unpacked))
    throw new SetupError(
      `HAProxy or Prometheus does not run out of ${folder}. Install both: apt-get install haproxy prometheus.`,
    );
  return unpacked;
}

function unpackedTools() {
  return {
    haproxy: join(folder, 'usr/sbin/haproxy'),
    prometheus: join(folder, 'usr/bin/prometheus'),
    env: {
      LD_LIBRARY_PATH: [...libraryFolders(folder), process.env.LD_LIBRARY_PATH ?? []].flat().join(delimiter),
    },
  };
}

function works({ haproxy, prometheus, env }) {
  const runs = (command, arg) => spawnSync(command, [arg], { env: { ...process.env, ...env } }).status === 0;
  return runs(haproxy, '-v') && runs(prometheus, '--version');
}
