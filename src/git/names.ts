import { ConfigError } from '../core/errors.ts';

/** A full object id: SHA-1, or SHA-256 in repositories made with it. */
export function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The id itself; anything else is a ConfigError, so that no stranger's text becomes an option or a range. */
export function requireSha(text: string): string {
  if (isSha(text)) return text;
  throw new ConfigError(`${JSON.stringify(text.slice(0, 80))} is not a full commit id.`, {
    expected: '40 or 64 hexadecimal digits',
  });
}

/** A path below the root as git writes it, or `null` when it leads elsewhere. */
export function pathInTree(path: string): string | null {
  const parts = path.split('/');
  const outside = parts.some((part) => part === '' || part === '.' || part === '..');
  return outside || path.includes('\0') ? null : path;
}
