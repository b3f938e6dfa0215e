import { ConfigError, UpstreamError } from '../../core/errors.ts';

const configRemedies: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied: give the user who runs this access to it.',
  EPERM: 'The system does not permit it: check owner, permissions and file attributes.',
  EROFS: 'The file system is read-only: choose another folder or mount it writable.',
  ENOENT: 'Check the path; nothing is there.',
  ENOTDIR: 'A part of the path is a file, not a folder.',
  EISDIR: 'This is a folder where a file was expected.',
  ENAMETOOLONG: 'The name is longer than the file system takes.',
  ELOOP: 'Symbolic links point at each other in a circle, or a link is where a file of its own is needed.',
  ENXIO: 'This is a pipe or socket where a file was expected.',
  NOT_A_FILE: 'This is a pipe, socket or device where a file was expected.',
  TOO_LARGE: 'The file is too large to be read as a whole.',
  ERR_FS_FILE_TOO_LARGE: 'The file is too large to be read as a whole.',
};

const upstreamRemedies: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space and run again.',
  EDQUOT: 'The disk quota is used up: free some space and run again.',
  EFBIG: 'The file system, or a limit of this process (ulimit -f), takes no file of this size.',
  EIO: 'The disk reported an input/output error.',
  EMFILE: 'Too many files are open in this process: raise the limit (ulimit -n).',
  ENFILE: 'Too many files are open on this machine.',
  EBUSY: 'Another process is using it: close that and run again.',
};

/** The `code` of a Node system error, or null. */
export function errorCode(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** What is open is no file. */
export function notAFile(): Error {
  return Object.assign(new Error('not a file'), { code: 'NOT_A_FILE' });
}

/** More bytes than are read as a whole. */
export function tooLarge(bytes: number, most: number): Error {
  return Object.assign(new Error(`${bytes} bytes, at most ${most}`), { code: 'TOO_LARGE' });
}

/** True for "there is nothing at this path". */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A system error in the product's words: what was tried on which path, and the remedy. Anything else is returned as it is. */
export function fileError(action: string, path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === null) return error;
  const detail = code === 'TOO_LARGE' && error instanceof Error ? error.message : code;
  const message = `Cannot ${action} ${path} (${detail}).`;
  const upstream = upstreamRemedies[code];
  if (upstream !== undefined) {
    return new UpstreamError(`${message} ${upstream}`, {
      hint: upstream,
      retryable: code === 'EBUSY',
      cause: error,
    });
  }
  const hint = configRemedies[code];
  if (hint === undefined) return error;
  return new ConfigError(`${message} ${hint}`, { place: { file: path }, hint, cause: error });
}
