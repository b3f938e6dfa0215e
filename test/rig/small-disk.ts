import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const mounted: string[] = [];

/** A file system of its own at `path`, with these options of a tmpfs; `false`, and a line that says so, where this user may not mount. */
export function mountDisk(path: string, ...options: string[]): boolean {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    process.stderr.write(`skipped: mounting a small disk needs root (${String(error).split('\n')[0]})\n`);
    return false;
  }
  mounted.push(path);
  return true;
}

/** Gives a mounted disk another size. */
export function resizeDisk(path: string, size: string): void {
  execFileSync('mount', ['-o', `remount,size=${size}`, path]);
}

export function unmountDisks(): void {
  for (const path of mounted.splice(0)) execFileSync('umount', ['--lazy', path]);
}
