/** Programs of Debian's packages without installing them: downloaded by apt-get from its signed archive, and unpacked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './python-env.mjs';

/** Whether this system has what downloads and unpacks packages. */
export function hasPackages() {
  return ['apt-get', 'dpkg-deb'].every((command) => spawnSync(command, ['--version']).status === 0);
}

/** Unpacks packages into a folder, which appears whole or not at all. */
export function unpackPackages(folder, packages) {
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

/** Folders with the libraries of unpacked packages. */
export function libraryFolders(folder) {
  const lib = join(folder, 'usr/lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
    .map(({ name }) => join(lib, name));
}
