import { posix } from 'node:path';

/** A configured path in one spelling: `/` between parts, no `./`, no slash at the end. */
export function normalPath(path: string, platform: string): string {
  const slashes = platform === 'win32' ? path.replaceAll('\\', '/') : path;
  const normal = posix.normalize(slashes);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Whether `inner` lies below the folder `outer`. */
export function isWithin(inner: string, outer: string): boolean {
  if (outer === '.') return inner !== '.' && !leavesFolder(inner);
  return inner.startsWith(`${outer}/`);
}

/** Equal, or one inside the other. */
export function overlaps(a: string, b: string): boolean {
  return a === b || isWithin(a, b) || isWithin(b, a);
}

/** Whether a normal path points outside the folder it is relative to. */
export function leavesFolder(path: string): boolean {
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path) || /^[A-Za-z]:/.test(path);
}
