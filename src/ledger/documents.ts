/** Files of the ledger as they were at one moment. */
export interface DocumentsAt {
  /** What a write builds upon; `null` when the ledger does not exist yet. */
  version: string | null;
  /** Text by the order of the paths asked for; `null` where there is none. */
  texts: readonly (string | null)[];
}

/**
 * `moved`: somebody else wrote since, nothing was written. `unknown`: no answer came, it may have been written. Both
 * mean reading again.
 */
export type DocumentsWritten =
  | { result: 'written'; version: string }
  | { result: 'moved' | 'unknown'; reason: string };

/** Documents on the branch of the ledger that change: read and written as one, by compare-and-swap. */
export interface Documents {
  /** The files at these paths, all from one moment. */
  read(paths: readonly string[]): Promise<DocumentsAt>;
  /** Writes files, all or none, on top of what was read at `version` and only there. */
  write(
    version: string | null,
    message: string,
    files: readonly { path: string; text: string }[],
  ): Promise<DocumentsWritten>;
}
