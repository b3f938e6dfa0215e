/** OpenSSH's server, and the library that gives it a user of its own, unpacked under .cache. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPackages, libraryFolders, unpackPackages } from './debian-packages.mjs';
import { SetupError } from './python-env.mjs';

const folder = fileURLToPath(new URL('../.cache/ssh-server', import.meta.url));

/**
 * Finds the server, or gets it from the distribution's archive.
 * @returns {{sshd: string, libraries: string[]}} its path, and the folders of the libraries that it needs
 */
export function ensureSshServer() {
  const sshd = join(folder, 'usr/sbin/sshd');
  if (!existsSync(sshd)) {
    if (!hasPackages())
      throw new SetupError('OpenSSH’s server is got by apt-get and dpkg-deb, and this system lacks them.');
    unpackPackages(folder, ['openssh-server', 'libwrap0', 'libnss-wrapper']);
  }
  return { sshd, libraries: libraryFolders(folder) };
}
