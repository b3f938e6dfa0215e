/** A commit; dates are ISO 8601 with offset. In a shallow clone parents that were cut off are left out. */
export interface GitCommit {
  sha: string;
  tree: string;
  parents: readonly string[];
  date: string;
  subject: string;
}

/** Where the clone stands. `head: null` = no commit yet, `branch: null` = detached. */
export interface HeadState {
  head: string | null;
  branch: string | null;
  /** Tracked files differ from the commit, or untracked ones that are not ignored lie about. */
  dirty: boolean;
}

export interface GitRef {
  name: string;
  /** What the ref holds: a commit, or the tag object of an annotated tag. */
  object: string;
  /** The object behind an annotated tag; the same as `object` elsewhere. */
  peeled: string;
  /** The ref a symbolic one points at. */
  target: string | null;
}

export interface GitObject {
  id: string;
  type: string;
  bytes: Uint8Array;
}

/** Files put on top of a commit's tree and the branch that moves to the result. */
export interface CommitRequest {
  /** Full name, as `refs/heads/trainyard`. */
  ref: string;
  /** The commit built upon; `null` makes an orphan. The ref must still be there, or still absent. */
  parent: string | null;
  message: string;
  /** Paths of letters, digits, `.`, `_`, `-` and `/`. */
  files: readonly { path: string; text: string }[];
  date: Date;
}

/** `conflict`: somebody else moved the ref, or holds its lock; nothing was changed. */
export type CommitOutcome = { result: 'written'; sha: string } | { result: 'conflict'; reason: string };

/**
 * Plain git on one clone. Arguments from strangers (revisions, paths) are never read as options; `sha`
 * parameters take full hex object ids only and anything else is a ConfigError.
 */
export interface Git {
  /** Absolute root of the work tree. */
  readonly root: string;
  /** Looks at the whole work tree, leaving out the folders named. */
  headState(except?: readonly string[]): Promise<HeadState>;
  /** The commit a revision (sha, tag, branch, `HEAD~2`) names; `null` when it names none. */
  commit(revision: string): Promise<GitCommit | null>;
  /** Commits from `sha` along first parents, newest first. */
  firstParents(sha: string, count: number): Promise<GitCommit[]>;
  /** Parents as the commit object names them, also those a shallow clone does not hold. */
  writtenParents(sha: string): Promise<string[]>;
  /** Best common ancestor of `sha` and any of the others; `null` when none is in this clone. */
  mergeBase(sha: string, others: readonly string[]): Promise<string | null>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  isShallow(): Promise<boolean>;
  /** Files at or below these paths that no commit holds, ignored ones too; all paths relative to the root. */
  untracked(paths: readonly string[]): Promise<string[]>;
  /** Bytes of a file as committed; `null` when the commit has no file there. */
  showFile(sha: string, path: string): Promise<Uint8Array | null>;
  /** Refs whose name is one of the given or lies below it; only those reachable from `mergedInto` when given. */
  refs(names: readonly string[], mergedInto?: string): Promise<GitRef[]>;
  /** Value of a configuration key; `null` when unset. */
  config(key: string): Promise<string | null>;
  /** Objects by name (`<rev>:<path>`, id), read in one process; `null` for a missing one. */
  readObjects(names: readonly string[]): Promise<(GitObject | null)[]>;
  /** Ids of objects by name, without reading them; `null` for a missing one. */
  objectIds(names: readonly string[]): Promise<(string | null)[]>;
  /** Commits files onto a ref by compare-and-swap, without touching index, work tree or HEAD. */
  commitFiles(request: CommitRequest): Promise<CommitOutcome>;
  /** Makes an annotated tag on a commit; one of that name that is there is an UpstreamError. */
  annotate(tag: string, sha: string, message: string): Promise<void>;
  /** Checks a commit out, detached, into a new folder. */
  addWorktree(path: string, sha: string): Promise<void>;
  /** Absolute paths of all work trees, the main one first. */
  worktrees(): Promise<string[]>;
  /** Forgets a work tree whose folder was removed; one that is not known is fine. */
  forgetWorktree(path: string): Promise<void>;
}
